"""The stages of a training run: which settings were in force up to which update.

A link holds them in one entry, ``before``: ``120_rate_0.3~184_rate_0.1_rule_RTRL`` says that the
rate was 0.3 up to update 120, then 0.1 with the rule RTRL up to update 184; from there on the
settings of the link itself hold. Each stage names only what differs from those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from explorer.dynamics.course import Course
from explorer.learning.history import History
from explorer.learning.rules import RULES
from explorer.learning.training import Training
from explorer.recipes.training import BEGINNING, LONGEST_BEFORE, NEWEST, UNCLIPPED, TrainingRecipe
from explorer.recipes.watchable import FIRST, first_updates, refusal

MOST = 6000  # updates that a link leads on to
CHUNK = 4  # updates between two results of a run that is made again
VIEW = ("cursor", "made", "before")

Trainings = Callable[[TrainingRecipe], list[Training]]


def settings_of(training: Training) -> dict[str, Any]:
    """Return the entries of a recipe that give this training."""
    rule, limit = training.rule, training.limit
    name = type(rule).__name__
    found: dict[str, Any] = {
        "optimiser": type(training.optimiser).__name__,
        "rate": training.optimiser.rate,
        "schedule": type(training.schedule).__name__,
        "B": training.B,
        "clipped": "norm" if limit is None else "value",
        "clip": next((x for x in (training.clip, limit) if x is not None), UNCLIPPED),
        # Only torch's own rule is none of ours: it computes the same gradient as BPTT.
        "rule": name if name in RULES else "BPTT",
        "engine": "numpy" if name in RULES else "torch",
    }
    for entry, own in (("k1", "every"), ("k1", "k1"), ("k2", "k2"), ("groups", "groups")):
        if hasattr(rule, own):
            found[entry] = getattr(rule, own)
    return found


def stages(recipe: TrainingRecipe) -> tuple[list[tuple[int, TrainingRecipe]], list[str]]:
    """Return each earlier stage's last update and settings, and what was left out, in sentences."""
    found: list[tuple[int, TrainingRecipe]] = []
    remarks = []
    here = replace(recipe, **dict.fromkeys(VIEW[:2], NEWEST), before="")
    free = {k for k, f in recipe.entries().items() if f.name not in (*BEGINNING, *VIEW)}
    for part in filter(None, recipe.before.split("~")):
        upto, *words = part.split("_")
        query = dict(zip(words[::2], words[1::2], strict=False))
        last = found[-1][0] if found else 0
        if not last < int(upto) <= MOST or len(words) % 2 or not query.keys() <= free:
            remarks.append(
                f"The link says that other settings held up to update {upto}, in a form that "
                "cannot be read; ignored."
            )
            continue
        settings, amended = here.told(query)
        found.append((int(upto), settings))
        remarks += amended
    return found, remarks


def goal(recipe: TrainingRecipe) -> int:
    """Return up to which update a link leads; a link that names none, to the first few."""
    asked = max(recipe.cursor, recipe.made)
    found, _ = stages(recipe)
    first = found[-1][0] if found else first_updates(recipe)
    return min(asked if asked >= 0 else first, MOST)


def redone(
    recipe: TrainingRecipe, trainings: Trainings = TrainingRecipe.trainings, chunk: int = CHUNK
) -> Iterator[Course]:
    """Yield the run of a link as it grows, to the update that the link names.

    Raises
    ------
    ValueError
        When a rule cannot learn with a network of this size, or would take too long to be watched.
    """
    earlier, _ = stages(recipe)
    end = goal(recipe)
    run = None
    for upto, settings in (*earlier, (end, recipe)):
        if trouble := refusal(settings):
            raise ValueError(trouble)
        run = (settings.course() if run is None else run).under(trainings(settings))
        yield run
        while run.N < min(upto, end):
            before, room = run.N, min(upto, end) - run.N
            run = run.ahead(lambda n, room=room: n >= min(chunk, room))
            yield run
            if run.N == before:  # every seed has exploded
                break


def whole(recipe: TrainingRecipe) -> Course:
    """Return the run of a link at the update that it names, in NumPy."""
    *_, run = redone(recipe, chunk=MOST)
    return run


def longest(run: Course) -> History:
    """Return the history of the seed that has made most updates."""
    return max(run.histories, key=lambda history: history.N)


def spans(history: History) -> list[int]:
    """Return how many updates were made in each stage of a history."""
    starts = [first for first, _ in history.course]
    return [b - a for a, b in zip(starts, [*starts[1:], history.N], strict=True)]


def linked(recipe: TrainingRecipe, run: Course) -> TrainingRecipe | None:
    """Return the recipe whose link leads to this run; None where no link does.

    All seeds are led through the same stages. One that exploded rests to the end of its stage; a
    seed that has made more updates in a stage than the others has a way of its own.
    """
    history = longest(run)
    for other in run.histories:
        same = [settings_of(t) for _, t in other.course] == [
            settings_of(t) for _, t in history.course
        ]
        pairs = zip(spans(other), spans(history), strict=False)
        if not same or any(own > most for own, most in pairs):
            return None
    ends = [first for first, _ in history.course[1:]] + [history.N]
    parts = []
    for k, (upto, (_, training)) in enumerate(zip(ends, history.course, strict=True)):
        there = replace(recipe, **settings_of(training))
        if k == len(ends) - 1 and as_made(there) == as_made(recipe):
            break
        said = there.query(recipe)
        parts.append("_".join([f"{upto}", *(word for pair in said.items() for word in pair)]))
    before = "~".join(part for part in parts if part.split("_")[0] != "0")
    shown = history.N if recipe.cursor == NEWEST else min(recipe.cursor, history.N)
    # A bare link leads to the first few updates; what it need not say stays out of it.
    short = not before and shown == history.N <= FIRST
    bare = short and history.N == first_updates(recipe)
    made = history.N if shown < history.N else NEWEST
    if len(before) > LONGEST_BEFORE:
        return None
    return replace(recipe, cursor=NEWEST if bare else shown, made=made, before=before)


def as_made(recipe: TrainingRecipe) -> tuple[Any, ...]:
    """Return what decides the next update: settings that a rule has no use for do not."""
    return recipe.learning_rule(), settings_of(recipe.trainings()[0]), recipe.engine


def leads_to(recipe: TrainingRecipe, run: Course, trainings: Trainings) -> bool:
    """Tell whether a run has gone the way of a link, as far as the link goes or further."""
    earlier, _ = stages(recipe)
    history, end = longest(run), goal(recipe)
    if history.N < end or linked(recipe, run) is None:
        return False
    wanted, start = [], 0
    for upto, settings in (*earlier, (end, recipe)):
        wanted.append((start, trainings(settings)[0]))
        start = upto
    had = [(first, replace(training, seed=recipe.seed)) for first, training in history.course]
    marks = {first for first, _ in (*wanted, *had) if first < end}
    return all(in_force(wanted, n) == in_force(had, n) for n in marks)


def in_force(course: list[tuple[int, Training]], n: int) -> Training:
    """Return the training that makes the update after the n-th."""
    return [training for first, training in course if first <= n][-1]
