"""Training while one watches: the runs of a session, and what play, pause and back do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import streamlit as st

from explorer.controls.beat import beat
from explorer.controls.watched import watched
from explorer.dynamics.course import Course
from explorer.film import film_state
from explorer.recipes import watchable
from explorer.recipes.training import NEWEST, TrainingRecipe
from explorer.recipes.training_stages import MOST, Trainings, goal, leads_to, redone

SHELF = 3  # runs that a session keeps, so that a changed control can be changed back
TICK = 0.12  # s, at least, from one picture to the next while training
WORK, MOST_WORK = 0.07, 0.25  # s of updates for each of them: more where pictures come slowly
SHARE = 0.45  # of the time from picture to picture that goes into updates
EXAMPLE = 0.6  # s for which the film of the example stays as it is while training goes on


def course(
    page: str, recipe: TrainingRecipe, by: Trainings = TrainingRecipe.trainings
) -> tuple[Course, str]:
    """Return the run of this recipe as it stands, and why it cannot go on, if it cannot.

    ``by`` returns the trainings of a recipe as the engine that is to compute them takes them.
    """
    memory = st.session_state
    shelf = memory.setdefault(f"{page}.courses", {})
    found, refusal = shelf.get(recipe.start), watchable.refusal(recipe)
    # Only a link says how far to train; where one has scrubbed to says nothing of another run.
    wanted = recipe if memory.get(f"{page}.asked") else replace(recipe, cursor=NEWEST)
    asked = wanted.before or max(wanted.cursor, wanted.made) >= 0
    try:
        if not refusal and (found is None or (asked and not leads_to(wanted, found, by))):
            found = again(page, wanted, by)
    except ValueError as error:
        refusal = str(error)
    memory.pop(f"{page}.asked", None)
    if found is None:
        # The settings of a bare beginning suit any network.
        found = recipe.start.course()
    if not refusal:
        try:
            found = found.under(by(recipe))
        except ValueError as error:
            refusal = str(error)
    put(page, recipe, found)
    return found, refusal


def again(page: str, recipe: TrainingRecipe, by: Trainings) -> Course:
    """Return the run that a link leads to, trained anew, or as far as it came when stopped."""
    end = goal(recipe)
    run, _ = watched(
        page, recipe, lambda: redone(recipe, by), lambda run: run.N / max(end, 1),
        lambda run: f"Training again to update {end}: at update {run.N}", 1,
    )  # fmt: skip
    # The run goes on from here; what is kept of it is on the shelf.
    st.session_state[f"{page}.done"].clear()
    st.session_state.pop(f"{page}.running", None)
    st.session_state[f"{page}.not_in_link"] = ()  # where it was stopped, the link says so
    return run


def opened(page: str, recipe: TrainingRecipe, run: Course) -> TrainingRecipe:
    """Return the recipe once its run is there: what only led there is dropped from it."""
    memory, asked = st.session_state, max(recipe.cursor, recipe.made)
    if asked > run.N:
        memory[f"{page}.behind"] = (asked, run.N)
    cursor = recipe.cursor if 0 <= recipe.cursor < run.N else NEWEST
    found = replace(recipe, cursor=cursor, made=NEWEST, before="")
    memory[f"{page}.recipe"] = found
    return found


def behind(page: str, run: Course) -> str:
    """Say where a link leads further than the run has come; empty where it does not."""
    asked, come = st.session_state.get(f"{page}.behind", (0, -1))
    if come != run.N:
        return ""
    return (
        f"Update {asked} was asked for; training has come to update {run.N}. Press *Train* to go "
        "on to it, with the settings shown here."
    )


def put(page: str, recipe: TrainingRecipe, run: Course) -> None:
    """Keep a run, the newest last; the oldest of too many is dropped."""
    shelf = st.session_state[f"{page}.courses"]
    shelf.pop(recipe.start, None)
    shelf[recipe.start] = run
    while len(shelf) > SHELF:
        shelf.pop(next(iter(shelf)))


def playing(page: str) -> bool:
    """Tell whether training goes on by itself."""
    return bool(st.session_state.get(f"{page}.playing"))


def onward(page: str, recipe: TrainingRecipe, run: Course) -> Course:
    """Return the run one picture further on, as many updates as fit; pause where it should end."""
    end, before = perf_counter() + work(page), run.solved
    room = MOST - run.N
    run = run.ahead(lambda n: n >= room or perf_counter() >= end)
    put(page, recipe, run)
    done = all(run.solved) and not all(before)
    if done or run.N >= MOST or all(history.trouble for history in run.histories):
        switch(page, False)
    return run


def enough(run: Course) -> str:
    """Say why training does not go on by itself, empty where it does."""
    if run.N < MOST:
        return ""
    return (
        f"Training stops by itself at update {MOST}, where the film has grown long. *One update* "
        "goes further; *Take one back* or *Start over* lets it play again."
    )


def work(page: str) -> float:
    """Return the seconds of updates before the next picture: a share of the pace of pictures.

    Where the browser or the network takes long over each, learning need not wait for them.
    """
    memory, now = st.session_state, perf_counter()
    pace = now - memory.get(f"{page}.ticked", now)
    memory[f"{page}.ticked"] = now
    return min(max(WORK, SHARE * pace), MOST_WORK)


def example_at(page: str, at: int) -> int:
    """Return the update whose example is shown: while training goes on, not a new one each time."""
    memory, now = st.session_state, perf_counter()
    shown, since = memory.get(f"{page}.example", (-1, -EXAMPLE))
    if playing(page) and 0 <= shown <= at and now - since < EXAMPLE:
        return shown
    memory[f"{page}.example"] = (at, now)
    return at


def go_on(page: str) -> None:
    """Ask for the next picture while training goes on; meant to be drawn last."""
    if playing(page):
        beat(page, TICK)


def scrubbed(page: str, kept: int) -> int:
    """Return which update is shown: the one scrubbed to just now, else the one kept."""
    memory, told = st.session_state, film_state(f"{page}.film").cursor
    if told is None or told == memory.get(f"{page}.told"):
        return kept
    memory[f"{page}.told"] = told
    # What was the last tick when the visitor saw it is meant as the newest, whatever that is now.
    return NEWEST if told >= memory.get(f"{page}.shown", 0) else told


def buttons(
    page: str,
    recipe: TrainingRecipe,
    run: Course,
    refusal: str,
    by: Trainings = TrainingRecipe.trainings,
) -> None:
    """Draw play, single updates, and the ways back."""
    on, at = playing(page), recipe.cursor
    past = 0 <= at < run.N

    def click(label: str, name: str, act: Callable[[], None], **more: object) -> None:
        st.button(label, key=f"{page}.act.{name}", on_click=act, **more)

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        click(
            "Pause" if on else "Train", "play", lambda: switch(page, not on), type="primary",
            disabled=bool(refusal or enough(run)),
            icon=":material/pause:" if on else ":material/play_arrow:",
        )  # fmt: skip
        click("One update", "one", lambda: single(page, recipe, by), disabled=on or bool(refusal))
        click("Take one back", "back", lambda: back(page, recipe, run.N - 1), disabled=not run.N)
        if past:
            click(
                f"Go on from update {at}", "from", lambda: back(page, recipe, at),
                help="What came after it is taken back.",
            )  # fmt: skip
        click("Start over", "over", lambda: back(page, recipe, 0), disabled=not run.N)


def switch(page: str, on: bool) -> None:
    """Play or pause."""
    st.session_state[f"{page}.playing"] = on


def single(page: str, recipe: TrainingRecipe, by: Trainings) -> None:
    """Make one update."""
    run = st.session_state[f"{page}.courses"].get(recipe.start)
    if run is not None:
        put(page, recipe, run.under(by(recipe)).ahead(lambda n: True))


def back(page: str, recipe: TrainingRecipe, n: int) -> None:
    """Take back all updates after the n-th; the newest is shown again."""
    run = st.session_state[f"{page}.courses"].get(recipe.start)
    if run is not None:
        put(page, recipe, run.back_to(max(n, 0)))
    memory = st.session_state
    memory[f"{page}.recipe"] = replace(recipe, cursor=NEWEST)
    memory[f"{page}.told"] = film_state(f"{page}.film").cursor
