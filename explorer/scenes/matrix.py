"""The itemised matrix as a film: a row for each loss, a column for each state, one entry opened."""

from __future__ import annotations

import numpy as np

from explorer.cells import Cell
from explorer.dynamics.itemised import Chain, Itemised
from explorer.film import Curves, Heat, Line
from explorer.film.payload import TINY
from explorer.numerals import percent
from explorer.palette import MARKER, NORM
from explorer.trace import Trace


def triangle(items: Itemised, cell: Cell) -> tuple[Heat, ...]:
    """Return one lower triangle for each slot, side by side, on one log scale.

    Above the diagonal stands 0: a loss does not depend on what comes after it.
    """
    every = np.concatenate([norms.ravel() for norms in items.norms.values()])
    seen = every[np.isfinite(every) & (every >= TINY)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (None, None)
    rows = tuple(f"loss {t}" for t in range(1, len(items.whole) + 1))
    return tuple(
        Heat(
            f"by_{slot}",
            f"loss t (rows) by {cell.meaning[slot]} k",
            f"‖∂L_t/∂{slot}_k‖",
            np.nan_to_num(norms.T, nan=0.0, posinf=np.inf),
            scale="log",
            least=low,
            limit=high,
            rows=rows,
            group=f"path through the {cell.meaning[slot]}" if len(items.norms) > 1 else "",
            tall=4.0,
        )
        for slot, norms in items.norms.items()
    )


def links(chain: Chain, t: int, k: int) -> tuple[Curves, ...]:
    """Return what each step between s_k and s_t did to the norm, slope and weight apart.

    Where no step lies between, the panel stays in its place and says so.
    """
    if k >= t:
        label = f"no step lies between state {k} and loss {t}" if k == t else (
            f"state {k} comes after loss {t}: no gradient reaches it")  # fmt: skip
        nothing = Line("", np.full(1, np.nan), start=k)
        return (Curves("links", label, "", (nothing,), log=True, tall=1.4),)
    slope, weight = chain.slope[::-1], chain.weight[::-1]
    lines = (
        Line("slopes", slope, start=k, ink=MARKER, dash="dash"),
        Line("weights", weight, start=k, ink=NORM),
    )
    return (
        Curves(
            "links",
            f"what each step between {k} and {t} multiplied by",
            "",
            lines,
            log=True,
            tall=1.4,
        ),
    )


def verdict(chain: Chain) -> str:
    """Return one sentence that names who shrank, or grew, this entry."""
    with np.errstate(divide="ignore"):
        slope, weight = (float(np.log(side).sum()) for side in (chain.slope, chain.weight))
    total = slope + weight
    if not np.isfinite(total):
        return "**Nothing is left of it**: on the way it fell to 0 or left the range of float64."
    what = "shrank" if total < 0 else "grew"
    if slope * weight >= 0:
        share = abs(slope) / (abs(slope) + abs(weight) or 1.0)
        return (
            f"The entry {what}: **{percent(share)}** of it (in logarithms) was the work of the "
            f"slopes, **{percent(1 - share)}** that of the weights."
        )
    first, second = ("slopes", "weights") if slope < 0 else ("weights", "slopes")
    held = min(abs(slope), abs(weight)) / max(abs(slope), abs(weight))
    return (
        f"The entry {what}: the **{first}** pulled down, the **{second}** pulled up; the weaker of "
        f"the two undid {percent(held)} of what the other did (in logarithms)."
    )


def triangle_summary(trace: Trace) -> str:
    """Return one sentence that says what the triangles show."""
    return (
        f"Norms of the gradient of the loss at each of {trace.T} steps by each earlier state of "
        f"the {trace.cell.name} network, on a log scale; the chosen entry is taken apart below."
    )
