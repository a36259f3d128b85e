"""Where a function on a grid is zero, as lines."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array


def zero_lines(values: Array, u: Array, v: Array) -> list[Array]:
    """Return the lines (n, 2) along which ``values`` (rows, columns) at (u[column], v[row]) are 0.

    Marching squares (Lorensen & Cline 1987, in two dimensions), linear between the places of the
    grid; squares with a corner that is not finite are left out.
    """
    values = np.where(values == 0, 1e-300, values)  # a zero in a corner belongs to one side
    up = values > 0
    rows, columns = values.shape
    fine = np.isfinite(values)
    # Places of crossing on edges that run along u, and on edges that run along v.
    along = (up[:, 1:] != up[:, :-1]) & fine[:, 1:] & fine[:, :-1]
    across = (up[1:] != up[:-1]) & fine[1:] & fine[:-1]
    with np.errstate(all="ignore"):
        share_u = values[:, :-1] / (values[:, :-1] - values[:, 1:])
        share_v = values[:-1] / (values[:-1] - values[1:])
    place: dict[int, tuple[float, float]] = {}
    for r, c in np.argwhere(along):
        at = u[c] + share_u[r, c] * (u[c + 1] - u[c])
        place[int(r * columns + c)] = (float(at), float(v[r]))
    shift = rows * columns
    for r, c in np.argwhere(across):
        at = v[r] + share_v[r, c] * (v[r + 1] - v[r])
        place[int(shift + r * columns + c)] = (float(u[c]), float(at))
    sides = np.stack([along[:-1], across[:, 1:], along[1:], across[:, :-1]])
    links: dict[int, list[int]] = {}
    for r, c in np.argwhere(sides.sum(axis=0) >= 2):
        corner = int(r * columns + c)
        ends = (corner, shift + corner + 1, corner + columns, shift + corner)
        crossed = [end for end, is_so in zip(ends, sides[:, r, c], strict=True) if is_so]
        pairs = [crossed]
        if len(crossed) == 4:
            middle = values[r : r + 2, c : c + 2].mean() > 0
            below, right, above, left = ends
            same = middle == up[r, c]
            pairs = [[below, right], [above, left]] if same else [[below, left], [above, right]]
        for a, b in pairs:
            links.setdefault(a, []).append(b)
            links.setdefault(b, []).append(a)
    return [np.array([place[k] for k in line]) for line in joined(links)]


def joined(links: dict[int, list[int]]) -> list[list[int]]:
    """Return the chains that neighbours form, open ones from end to end, closed ones all round."""
    left = {k: list(ends) for k, ends in links.items()}
    chains = []
    for first in [*(k for k, ends in links.items() if len(ends) == 1), *links]:
        if not left[first]:
            continue
        chain, now = [first], first
        while left[now]:
            following = left[now].pop()
            left[following].remove(now)
            chain.append(following)
            now = following
        chains.append(chain)
    return chains
