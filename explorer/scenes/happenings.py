"""What happens at a bifurcation, in words that follow from what was found near it."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.bifurcation import DEGENERATE, Event
from explorer.numerals import numeral
from explorer.scenes.eigenvalues import complex_said

RESONANT = 1e-6  # rad, within which an angle is a fraction of a whole turn
BASE = {
    "fold": "two fixed points meet and vanish",
    "pitchfork": "two further fixed points branch off from one",
    "transcritical": "two fixed points cross",
    "flip": "an eigenvalue passes −1, beside the point steps alternate between its two sides",
}


def happens(event: Event, name: str) -> list[str]:
    """Return what happens at a bifurcation where the parameter ``name`` has its value."""
    told = [BASE.get(event.kind, "")]
    if event.kind == "Neimark-Sacker":
        told = [f"a pair of eigenvalues passes the unit circle, beside the point states turn "
                f"by {numeral(event.angle, 4)} rad per step"]  # fmt: skip
        told += [
            f"strong resonance 1:{n}, what branches off need not be a circle"
            for n in (3, 4)
            if abs(event.angle - 2 * np.pi / n) < RESONANT
        ]
    if event.kind == DEGENERATE:
        values = ", ".join(complex_said(rounded(value)) for value in event.critical)
        told = [f"{len(event.critical)} eigenvalues lie on the unit circle at once ({values})"]
    if event.below is not None and event.above is not None:
        where = "in all" if event.kind == DEGENERATE else "near it"
        told.append(
            f"{where} {listed(event.below)} for smaller {name}, {listed(event.above)} for larger"
        )
    if event.cycle is not None:
        side, stable = event.cycle
        told.append(
            f"{'a stable' if stable else 'an unstable'} cycle of period 2 beside it for "
            f"{'larger' if side > 0 else 'smaller'} {name}"
        )
    return told


def listed(kinds: tuple[str, ...]) -> str:
    """Return how many fixed points there are, and of which kinds."""
    if not kinds:
        return "no fixed point"
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    if len(kinds) == 1:
        return f"1 fixed point ({kinds[0]})"
    return f"{len(kinds)} ({', '.join(f'{n} {kind}' for kind, n in counts.items())})"


def rounded(value: complex) -> complex:
    """Return an eigenvalue without the digits that were not located."""
    return complex(round(value.real, 6) + 0.0, round(value.imag, 6) + 0.0)


def said(value: float, places: int = 3) -> str:
    """Return a number to so many places, with a true minus and without a minus before zero."""
    return f"{round(float(value), places) + 0.0:.{places}f}".replace("-", "−")
