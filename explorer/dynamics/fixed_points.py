"""Where a network comes to rest: every fixed point that many starts find, and a check on them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.resting import FixedPoints
from explorer.dynamics.seeker import Seeker
from explorer.dynamics.starts import around, between, checked, spread
from explorer.shapes import Array

STARTS = 300
AGAIN = 4  # times that more starts are drawn while the certificate says that points are missing
CLOSER = 1e-4  # distance at which starts are taken for one when points are missing


def fixed_points(
    cell: Cell,
    x: Array | None = None,
    starts: Array | int | None = None,
    rng: np.random.Generator | None = None,
) -> FixedPoints:
    """Find the fixed points of a cell under a constant input ``x`` (D,); None means zero input.

    Starts (N, S), or so many drawn ones, are all improved at once by Newton's method with the
    cell's own Jacobian, on an equation with the same roots that is better behaved where the cell
    offers one (n(h) = h for a GRU). Found points merge by their Newton corrections, a second round
    starts half-way between all pairs of them, and more starts are drawn while the certificate says
    that points are missing. After Sussillo & Barak 2013 in what is sought, not in how.

    Raises
    ------
    TypeError
        When it is no cell.
    ValueError
        When weights, input or starts are not finite, do not fit, or lie outside the box.
    """
    *_, found = search(cell, x, starts, rng)
    return found


def search(
    cell: Cell,
    x: Array | None = None,
    starts: Array | int | None = None,
    rng: np.random.Generator | None = None,
    again: int = AGAIN,
) -> Iterator[FixedPoints]:
    """Yield what has been found after each batch of starts; to stop is to stop asking.

    Starts are drawn up to ``again`` times more while the certificate says that points are missing.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    flow = Autonomous.of(cell, x)
    given = isinstance(starts, np.ndarray | list)
    pool = checked(flow, starts) if given else spread(flow, rng, starts or STARTS)
    seeker = Seeker(flow)
    # Small enough that something has been found within about a second, on a large state too.
    batch = max(8, min(6_000_000 // flow.S**2, 16_000_000_000 // flow.S**4))
    for part in np.array_split(pool, -(-len(pool) // batch)):
        done = seeker.starts + len(part)
        seeker.take(seeker.explored(part))
        seeker.starts = done
        if done < len(pool):
            yield seeker.found(False)
    seeker.take(between(seeker.points, rng)[: 4 * batch])
    for _ in range(again):
        if seeker.complete():
            break
        yield seeker.found(False)
        # Two points that lie close together may have been taken for one: look closer now.
        seeker.take(spread(flow, rng, min(len(pool), batch)), CLOSER)
        seeker.take(around(flow, seeker.points, rng)[:batch], CLOSER)
        seeker.take(between(seeker.points, rng)[:batch], CLOSER)
    for _ in seeker.slow_down():
        yield seeker.found(False)
    yield seeker.found(True)
