"""A long computation that is watched: it shows how far it is, can be stopped, and keeps its work.

Such a computation is a generator of better and better results. It is kept between the runs of a
page, so that whatever the visitor does meanwhile, it goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from time import perf_counter
from typing import TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

T = TypeVar("T")
PATIENCE = 0.4  # seconds before a progress bar appears
SLICE = 0.8  # seconds after which clicks are listened to
KEPT = 8


def watched(
    page: str,
    key: Hashable,
    begin: Callable[[], Iterator[T]],
    share: Callable[[T], float],
    told: Callable[[T], str],
) -> tuple[T, bool]:
    """Return the last result, and whether the computation has come to its end.

    ``key`` says what is computed: the same key takes the result up again. ``share`` (0 to 1) and
    ``told`` say how far a result is.
    """
    memory = st.session_state
    done = memory.setdefault(f"{page}.done", {})
    if key in done:
        return done[key], True
    running = memory.get(f"{page}.running")
    if running is None or running["key"] != key:
        running = memory[f"{page}.running"] = {"key": key, "steps": begin(), "last": None}
    if running.get("stopped"):
        return running["last"], False
    start, place, bar = perf_counter(), st.empty(), None
    for result in running["steps"]:
        running["last"] = result
        passed = perf_counter() - start
        if passed < PATIENCE and not running.get("long"):
            continue
        if bar is None:
            running["long"] = True
            with place.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button(
                    "Stop, keep what there is", key=f"{page}.stop", on_click=stop, args=(page,)
                )
        bar.progress(min(max(share(result), 0.0), 1.0), text=told(result))
        if passed > SLICE:
            breathe()
    place.empty()
    memory.pop(f"{page}.running", None)
    while len(done) >= KEPT:
        done.pop(next(iter(done)))
    done[key] = running["last"]
    return done[key], True


def breathe() -> None:
    """Run the page again: a click in a fragment is not heard before the run that goes on ends."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # this run is one of the whole page
        st.rerun()


def stop(page: str) -> None:
    """Let the running computation rest; meant for a button."""
    running = st.session_state.get(f"{page}.running")
    if running is not None and running["last"] is not None:
        running["stopped"] = True


def resume(page: str) -> None:
    """Let a stopped computation go on; meant for a button."""
    running = st.session_state.get(f"{page}.running")
    if running is not None:
        running["stopped"] = False
