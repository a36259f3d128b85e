"""The beat of what goes on by itself: once a picture is there, the browser asks for the next.

Streamlit's own ``run_every`` asks by the clock, whether or not the last picture has come: under
load requests pile up, and some come when the visitor has paused already.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

KEY = "beat"

# Streamlit calls this with every change of the data, and may do so with the same data twice.
SCRIPT = """
export default ({ parentElement, data, setTriggerValue }) => {
  if (!parentElement.clock) {
    parentElement.clock = { turn: null, asked: 0 };
    parentElement.append(document.createElement("i"));
  }
  const { clock } = parentElement;
  if (clock.turn === data.turn) return;
  clock.turn = data.turn;
  clearTimeout(clock.timer);
  const wait = Math.max(0, clock.asked + 1000 * data.pace - performance.now());
  clock.timer = setTimeout(() => {
    clock.asked = performance.now();
    if (parentElement.isConnected) setTriggerValue("next", data.turn);
  }, wait);
};
"""


def beat(page: str, pace: float) -> None:
    """Have the fragment run again once its picture is there, and not before ``pace`` seconds.

    Meant to be drawn last: what was drawn before has come when the browser asks.
    """
    turn = st.session_state[f"{page}.beats"] = st.session_state.get(f"{page}.beats", 0) + 1
    asker()(key=f"{KEY}.{page}", data={"turn": turn, "pace": pace}, on_next_change=nothing)


@cache
def asker() -> Any:
    """Return the component that asks."""
    return st.components.v2.component(KEY, js=SCRIPT)


def nothing() -> None:
    """Streamlit hears a component only where it has a callback."""
