"""A matrix and the eigenvalues at fixed points, as charts whose handles can be dragged."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.fixed_points import FixedPoints
from explorer.film import Chart, Spot
from explorer.numerals import numeral, numeral_near
from explorer.palette import Ink, nth
from explorer.shapes import Array

OUT: Ink = ("#C2500A", "#FF9A52")  # leads away
INTO: Ink = ("#00805C", "#4FD1A5")  # leads there
FREE: Ink = ("#44423e", "#d8d4cc")  # comes to no fixed point
INKS = {"fades": INTO, "grows": OUT, "neither grows nor fades": FREE}


def complex_said(value: complex) -> str:
    """Return an eigenvalue to three digits."""
    if abs(value.imag) < 1e-9:
        return numeral(value.real)
    return f"{numeral(value.real)}{'+' if value.imag > 0 else '−'}{numeral(abs(value.imag))}i"


def columns(W: Array) -> Chart:
    """Return the two columns of a matrix (2, 2) as arrows that can be dragged."""
    wide = reach(np.abs(W).max(), 2.0)
    return Chart(
        label="W as two arrows",
        x=(-wide, wide),
        y=(-wide, wide),
        handles=W.T,
        handle_names=("from h_1", "from h_2"),
        inks=(nth(0), nth(1)),
        stems=True,
        hint="Drag a tip: where one unit pushes both.",
    )


def spectrum(found: FixedPoints, W: Array | None = None) -> Chart:
    """Return the eigenvalues at every fixed point against the unit circle.

    Those of the matrix ``W`` (2, 2), the slopes at rest, can be dragged.
    """
    values = found.eigenvalues[:, :2] if found.map.S > 2 else found.eigenvalues
    handles, names = None, tuple[str, ...]()
    if W is not None:
        own = np.sort_complex(np.linalg.eigvals(W).astype(complex))
        turning = abs(own[0].imag) > 1e-9
        own = own[1:] if turning else own
        handles = np.stack([own.real, own.imag], axis=1)
        names = ("λ of W",) if turning else ("λ of W", "")
    seen = np.concatenate([np.abs(values).ravel(), [] if W is None else np.abs(own)])
    wide = reach(seen[np.isfinite(seen)].max(initial=0.0), 1.6)
    stable = np.cumsum(found.stable) - 1
    marks = tuple(
        Spot(
            float(value.real), float(value.imag), "dot", "", f"λ = {complex_said(value)}, "
            f"{found.kinds[k]}\n|λ| = {1 if INKS[way] is FREE else numeral_near(abs(value))}: "
            f"{way}",
            ink=nth(int(stable[k])) if found.stable[k] else INKS[way],
        )
        for k in range(len(found))
        for value, way in zip(values[k], found.ways[k], strict=False)
        if np.isfinite(value)
    )  # fmt: skip
    return Chart(
        label="Eigenvalues and the unit circle",
        x=(-wide, wide),
        y=(-wide, wide),
        x_label="Re λ",
        y_label="Im λ",
        marks=marks,
        handles=handles,
        handle_names=names,
        inks=(FREE,),
        circle=True,
        hint="" if W is None else "Rings: λ of W, drag them. Dots: at the fixed points.",
    )


def reach(most: float, least: float) -> float:
    """Return a round number that a picture may reach to, at least this much."""
    return max(least, float(np.ceil(1.15 * min(most, 1e3) * 2)) / 2)
