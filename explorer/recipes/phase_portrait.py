"""Settings of the page about the phase plane: which network, how its matrix is set, the starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.cells import CELLS, Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.phase_plane import View
from explorer.dynamics.portrait import Portrait
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.numerals import numeral
from explorer.shapes import Array

WAYS = {
    "numbers": "four numbers",
    "rotation": "rotation × gain",
    "drawn": "drawn by the seed",
}
N = r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
APART = r"[ ,;\[\]()\n]{1,6}"
MOST = 12  # starts
REAL = 0.03  # an imaginary part smaller than this is none
STARTS = "0.3 0.1, -0.3 -0.1, 0.75 -0.9, -0.75 0.9"


@dataclass(frozen=True)
class PhasePlaneRecipe(Linked):
    """Everything that decides the numbers on the page, as plain hashable values."""

    cell: str = entry("Elman", Choice(tuple(CELLS)))
    H: int = entry(
        2, Whole(2, 64), label="Units H",
        help="Two units have a plane of their own. Of more, the principal plane of their runs is "
        "shown, and everything else as it looks from there.",
    )  # fmt: skip
    enter: str = entry("numbers", Choice(tuple(WAYS)), "by", label="Weights", shown=WAYS)
    matrix: str = entry(
        "1.5 0.45; -0.3 1.65",
        Text(
            80, rf"[ \[(]{{0,4}}{N}{APART}{N}{APART}{N}{APART}{N}[ \])]{{0,4}}",
            "four numbers, the matrix row by row, such as 1.6 0.5; -0.5 1.4", blank=False,
        ),
        "W", label="Matrix, row by row",
    )  # fmt: skip
    gain: float = entry(1.0, Real(0.0, 6.0))
    angle: float = entry(1.0, Real(-3.15, 3.15))
    x1: float = entry(0.0, Real(-3.0, 3.0))
    x2: float = entry(0.0, Real(-3.0, 3.0))
    activation: str = entry("tanh", Choice(tuple(ACTIVATIONS)), "act")
    starts: str = entry(
        STARTS,
        Text(400, rf" *+(?:{N} ++{N}(?: *+[,;] *+{N} ++{N}){{0,{MOST - 1}}})? *+",
             f"pairs of numbers, such as 0.5 -0.2, -0.9 0.1, up to {MOST}"),
        "from", label="Starts",
        help="Or click the picture: each click starts a run there, a click on a start removes it.",
    )  # fmt: skip
    T: int = entry(60, Whole(5, 200), label="Steps T")
    seed: int = entry(0, Whole(0, 9999))
    cursor: int = entry(0, Whole(0, 200), "t")

    # ---- the network ---------------------------------------------------------------------------

    @property
    def typed(self) -> Array:
        """The matrix that was typed (2, 2)."""
        return np.array([float(n) for n in re.findall(N, self.matrix)]).reshape(2, 2)

    @property
    def acting(self) -> Array:
        """The matrix (2, 2) that the controls set."""
        if self.enter == "rotation":
            turn = [[np.cos(self.angle), -np.sin(self.angle)],
                    [np.sin(self.angle), np.cos(self.angle)]]  # fmt: skip
            return self.gain * np.array(turn)
        return self.gain * self.typed

    @property
    def kind_of_cell(self) -> type[Cell]:
        """The kind of network."""
        return CELLS[self.cell]

    @property
    def settable(self) -> bool:
        """Whether the recurrent matrix is set by hand: it must be square and of two units."""
        return self.enter != "drawn" and self.H == 2 and self.drawn().W_hh.shape[1] == 2

    def drawn(self) -> Cell:
        """Return the network as the seed draws it, with its recurrent weights times the gain."""
        kind, settings = self.kind_of_cell, dict[str, Any]()
        if "activation" in kind.__dataclass_fields__:
            settings["activation"] = self.activation
        rng = np.random.default_rng([self.seed, 0])
        return kind.init(rng, 2, self.H, recurrent="gaussian", gain=self.gain, **settings)

    def build(self) -> Cell:
        """Return the network: drawn, and where that is wanted with the matrix set by hand.

        The matrix takes the place of the block that makes the new content, which each input then
        enters at one unit; gates stay as they were drawn.
        """
        cell = self.drawn()
        if not self.settable:
            return cell
        k = 2 * cell.drives.index(content(cell))
        rows = slice(k, k + 2)
        arrays = {name: cell.named()[name].copy() for name in ("W_xh", "W_hh", "b_xh", "b_hh")}
        arrays["W_hh"][rows], arrays["W_xh"][rows] = self.acting, np.eye(2)
        arrays["b_xh"][rows] = arrays["b_hh"][rows] = 0.0
        return replace(cell, **arrays)

    def constant(self) -> Array:
        """Return the constant input (2,)."""
        return np.array([self.x1, self.x2])

    # ---- the starts ----------------------------------------------------------------------------

    def places(self, view: View) -> tuple[Array, str]:
        """Return the starts (K, 2), moved into the picture, and a sentence where one was moved."""
        wide = view.wide
        numbers = np.array([float(n) for n in re.findall(N, self.starts)])
        asked = numbers[: 2 * (len(numbers) // 2)].reshape(-1, 2)
        if self.starts == STARTS and not view.whole:
            asked = asked * wide  # those that nobody has chosen fit every plane
        uv = np.clip(asked, -wide, wide)
        out = np.flatnonzero((uv != asked).any(axis=1))
        if not len(out):
            return uv, ""
        k = out[0]
        return uv, (
            f"Start {k + 1} ({numeral(asked[k, 0], 6)}, {numeral(asked[k, 1], 6)}) lies outside "
            f"the picture, which reaches to {numeral(wide)}; it was moved to the edge "
            f"({numeral(uv[k, 0])}, {numeral(uv[k, 1])})."
        )

    # ---- what a hand has moved -----------------------------------------------------------------

    def moved(self, chart: int, places: Array) -> PhasePlaneRecipe:
        """Return the settings after a hand has moved the handles (K, 2) of one of the charts."""
        if chart == 0:
            said = ", ".join(f"{a:g} {b:g}" for a, b in np.round(places[:MOST], 3))
            return replace(self, starts=said)
        if chart == 1 and len(places) == 2:
            return self.with_matrix(places.T)
        if chart == 2 and len(places):
            return self.with_matrix(with_eigenvalues(self.acting, places))
        return self

    def with_matrix(self, W: Array) -> PhasePlaneRecipe:
        """Return the settings with this matrix (2, 2) entered as numbers."""
        (a, b), (c, d) = np.clip(np.round(W, 3), -20, 20) + 0.0
        return replace(self, enter="numbers", gain=1.0, matrix=f"{a:g} {b:g}; {c:g} {d:g}")

    # ---- what it makes -------------------------------------------------------------------------

    def portrait(self, fine: bool = True) -> tuple[Portrait, str]:
        """Return the phase portrait, and a sentence where a start had to be moved."""
        cell, x = self.build(), self.constant()
        view = View.of(Autonomous.of(cell, x), np.random.default_rng([self.seed, 3]))
        starts, remark = self.places(view)
        whole = Portrait.of(cell, x, starts=starts, T=self.T, fine=fine, seed=self.seed, view=view)
        return whole, remark


def content(cell: Cell) -> str:
    """Return the drive that makes new content: the one that is no gate between 0 and 1."""
    return next(name for name in cell.drives if cell.ranges.get(name) != (0, 1))


def with_eigenvalues(W: Array, places: Array) -> Array:
    """Return the matrix with the eigenvalues at these places of the complex plane.

    Two real ones or the upper one of a conjugate pair; the eigenvectors stay, as far as they can.
    """
    values, V = np.linalg.eig(W)
    turning = abs(values[0].imag) > 1e-9
    basis = np.stack([V[:, 0].real, V[:, 0].imag], axis=1) if turning else V.real
    if values[0].imag < 0:
        basis[:, 1] *= -1
    if np.linalg.cond(basis) > 1e4:
        basis = np.eye(2)
    off = int(np.abs(places[:, 1]).argmax())
    if abs(places[off, 1]) > REAL:
        a, b = places[off, 0], abs(places[off, 1])
        block = np.array([[a, b], [-b, a]])
    else:
        block = np.diag([places[0, 0], places[-1, 0]])
    return basis @ block @ np.linalg.inv(basis)
