"""A long computation that is watched: it shows how far it is, can be stopped, and keeps its work.

Such a computation is a generator of better and better results. It is kept between the runs of a
page, so that whatever the visitor does meanwhile, it goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from contextvars import Context
from time import perf_counter
from typing import TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

from explorer.controls.hidden import not_in_link
from explorer.shelf import Shelf

T = TypeVar("T")
STOPPED = (
    "A computation of this page was stopped; what is shown is its result so far. The link starts "
    "the whole of it."
)
LATEST = "watched"  # where a session keeps the name of what it has computed last
PATIENCE = 0.4  # seconds before a progress bar appears
SLICE = 0.8  # seconds after which clicks are listened to
TOLD = 0.1  # seconds between two changes of the bar
HASTE = 0.2  # seconds that a thumb has to wait
KEPT = 8


def watched(
    page: str,
    key: Hashable,
    begin: Callable[[], Generator[T]],
    share: Callable[[T], float],
    told: Callable[[T], str],
    kept: int = KEPT,
) -> tuple[T, bool]:
    """Return the last result, and whether the computation has come to its end.

    ``key`` says what is computed: the same key takes the result up again. ``share`` (0 to 1) and
    ``told`` say how far a result is; of finished results the session keeps so many. A page with
    several computations calls itself by a further name in each.
    """
    memory = st.session_state
    done = memory.setdefault(f"{page}.done", Shelf(kept))
    if (before := done.get(key)) is not None:
        return before, True
    memory[LATEST] = page
    running = memory.get(f"{page}.running")
    if running is None or running["key"] != key:
        running = memory[f"{page}.running"] = {
            "key": key, "steps": Apart(begin()), "last": None,
        }  # fmt: skip
    if running.get("stopped"):
        not_in_link(STOPPED)
        return running["last"], False
    start, place, bar, shown = perf_counter(), st.empty(), None, 0.0

    def show(result: T) -> None:
        nonlocal bar, shown
        if bar is None:
            with place.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button(
                    "Stop, keep what there is", key=f"{page}.stop", on_click=stop, args=(page,)
                )
        bar.progress(min(max(share(result), 0.0), 1.0), text=told(result))
        shown = perf_counter()

    if running.get("long"):
        # What a run draws right before it ends in another run, a browser never sees.
        show(running["last"])
    while (result := onward(page, running["steps"])) is not None:
        running["last"], now = result, perf_counter()
        if now - start < PATIENCE and not running.get("long"):
            continue
        if now - shown > TOLD:
            running["long"] = True
            show(result)
        if now - start > SLICE:
            breathe()
    place.empty()
    memory.pop(f"{page}.running", None)
    done[key] = running["last"]
    return running["last"], True


def so_far(page: str, key: Hashable) -> T | None:
    """Return what a computation that is under way, or stopped, has found; None: nothing yet."""
    running = st.session_state.get(f"{page}.running")
    return None if running is None or running["key"] != key else running["last"]


def in_haste(steps: Iterator[T], seconds: float = HASTE) -> tuple[T, bool]:
    """Return the last result that is there in time, or the first, and whether it is the end.

    For what follows a thumb, which waits for no bar.
    """
    start, result = perf_counter(), next(steps)
    while perf_counter() - start < seconds:
        if (better := next(steps, None)) is None:
            return result, True
        result = better
    return result, False


class Apart(Iterator[T]):
    """A generator in a context of its own, wherever its next result is asked for.

    Each run of a page has another one, and ``np.errstate`` must be left where it was entered.
    """

    def __init__(self, steps: Generator[T]):
        self.steps, self.context = steps, Context()

    def __next__(self) -> T:
        return self.context.run(next, self.steps)

    def __del__(self) -> None:
        self.context.run(self.steps.close)


def onward(page: str, steps: Iterator[T]) -> T | None:
    """Return the next result, None after the last; what fails is begun anew when asked again."""
    try:
        return next(steps, None)
    except Exception:
        st.session_state.pop(f"{page}.running", None)
        raise


def breathe() -> None:
    """Run the page again: a click in a fragment is not heard before the run that goes on ends."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # this run is one of the whole page
        st.rerun()


def stop(page: str) -> None:
    """Let the running computation rest, or the one that has followed it; meant for a button."""
    memory = st.session_state
    running = memory.get(f"{page}.running") or memory.get(f"{memory.get(LATEST)}.running")
    if running is not None and running["last"] is not None:
        running["stopped"] = True


def resume(page: str) -> None:
    """Let a stopped computation go on; meant for a button."""
    running = st.session_state.get(f"{page}.running")
    if running is not None:
        running["stopped"] = False
