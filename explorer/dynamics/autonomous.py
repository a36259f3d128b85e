"""A network left to itself: one constant input, and the same map again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from explorer.cells.base import Cell
from explorer.shapes import Array

WIDE = 4.0
LEAST = 1e-300
MOST_TURNS = 4096  # steps in one turn of the clocks


@dataclass(frozen=True, eq=False)
class Autonomous:
    """The map s -> F(s) of a cell under a constant input ``x`` (D,), over one turn of its clocks.

    Without a clock one turn is one step. States are rows: s (N, S).
    """

    cell: Cell
    x: Array

    @classmethod
    def of(cls, cell: Cell, x: Array | None = None) -> Autonomous:
        """Return the map of a cell; ``x=None`` means zero input.

        Raises
        ------
        TypeError
            When it is no cell, one step repeated, and so has no dynamics of its own.
        ValueError
            When a weight or the input is not finite, or the input does not fit.
        """
        if not isinstance(cell, Cell):
            raise TypeError(
                f"Autonomous: wanted a cell, one step repeated, got a {type(cell).__name__}, which "
                "has no dynamics of its own; ask for one of its cells."
            )
        for name, array in cell.named().items():
            if not np.isfinite(array).all():
                wrong = int((~np.isfinite(array)).sum())
                raise ValueError(
                    f"{cell.name}: wanted finite weights, got {wrong} of {array.size} numbers in "
                    f"{name} that are not; a network with such weights moves nowhere."
                )
        if cell.period > MOST_TURNS:
            raise ValueError(
                f"{cell.name}: wanted clocks that come round within {MOST_TURNS} steps, got "
                f"{cell.period}; choose periods with common factors, such as 1, 2, 4, 8."
            )
        x = np.zeros(cell.D) if x is None else np.asarray(x, np.float64)
        if x.shape != (cell.D,) or not np.isfinite(x).all():
            raise ValueError(
                f"{cell.name}: wanted a constant input of {cell.D} finite numbers, got "
                f"{'shape ' + str(x.shape) if x.shape != (cell.D,) else x}."
            )
        return cls(cell.astype(np.float64), x)

    @property
    def S(self) -> int:
        """Length of the state."""
        return self.cell.S

    @cached_property
    def still(self) -> Autonomous:
        """A map that rests exactly where this one does, and is found to rest more easily."""
        cell = self.cell.still
        return self if cell is self.cell else replace(self, cell=cell)

    @cached_property
    def fed(self) -> Cell:
        """The cell with the constant input in its bias, so that no step multiplies it again."""
        b_xh = self.cell.W_xh @ self.x + self.cell.b_xh
        return replace(self.cell, W_xh=self.cell.W_xh[:, :0], b_xh=b_xh)

    @cached_property
    def single(self) -> Autonomous:
        """The same map in single precision, in which a step takes half the time."""
        return Autonomous(self.cell.astype(np.float32), self.x.astype(np.float32))

    @cached_property
    def box(self) -> tuple[Array, Array] | None:
        """The corners of a box that the map takes into itself, None where none is known."""
        return self.cell.box(self.x)

    def __call__(self, s: Array) -> Array:
        """Return F(s) (N, S)."""
        if not len(s):
            return s
        nothing = np.zeros((len(s), 0), s.dtype)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for t in range(self.cell.period):
                s = self.fed.step(t, nothing, s).s
        return s

    def linear(self, s: Array) -> tuple[Array, Array]:
        """Return F(s) (N, S) and its Jacobian J[n, i, j] = ∂F_i/∂s_j (N, S, S)."""
        if not len(s):
            return s, np.zeros((0, self.S, self.S))
        nothing, J = np.zeros((len(s), 0), s.dtype), None
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for t in range(self.cell.period):
                step = self.fed.step(t, nothing, s)
                s, here = step.s, self.fed.jacobian(step)
                J = here if J is None else here @ J
        return s, J

    def released(self, s: Array) -> Array:
        """Return the share (N, S) of each entry of the state that one turn does not keep.

        1 where no gate keeps anything of it; with all digits where a gate is nearly 1.
        """
        share = np.ones(s.shape)
        with np.errstate(over="ignore", under="ignore"):
            found = self.fed.released(np.zeros((len(s), 0), s.dtype), s) if len(s) else {}
        for name, released in found.items():
            # A sigmoid never takes the value 0; where float64 has nothing smaller, this stands.
            self.cell.slot(share, name)[...] = np.maximum(released, LEAST)
        return share

    def residual(self, s: Array) -> Array:
        """Return the residual (N, S) whose roots are the fixed points: n(h) - h for a GRU.

        i g / (1 - f) - c for an LSTM, whose F(s) - s has lost these digits where f is nearly 1.
        """
        if self.still is not self:
            return self.still(s) - s
        r = self(s) - s
        added = self.fed.added(np.zeros((len(s), 0), s.dtype), s) if len(s) else {}
        if added:
            share = self.released(s)
            for name, part in added.items():
                self.cell.slot(r, name)[...] = part / self.cell.slot(share, name)
            r = np.where(np.isin(np.arange(self.S), self.gated), r - s, r)
        return r

    def moves(self, s: Array) -> tuple[Array, Array]:
        """Return the residual (N, S) and its derivative (N, S, S)."""
        if self.still is self and len(self.gated):
            with np.errstate(over="ignore", invalid="ignore"):
                return self.residual(s), self.leaving(s)[1] / self.released(s)[:, :, None]
        _, A = self.still.linear(s)
        np.einsum("nii->ni", A)[...] -= 1
        return self.residual(s), A

    def leaving(self, s: Array) -> tuple[Array, Array]:
        """Return J - I (N, S, S) of this map and of the one that is solved for its fixed points.

        Both are taken at fixed points. Where a gate keeps nearly all of an entry, J is 1 there to
        the last digit, and what distinguishes it from 1 decides about stability: the parts that
        are released are therefore never added to 1.
        """
        own, released = np.arange(self.S), self.released(s)
        J = self.linear(s)[1]
        kept = 1 - released
        J[:, own, own] = (J[:, own, own] - kept) - released
        if self.still is self:
            return J, J
        root = self.still.linear(s)[1]
        root[:, own, own] -= 1
        # At a fixed point J - I = diag(released) (A - I) in the entries that the gates keep.
        gated = np.isin(np.arange(self.S), self.gated)
        return np.where(gated[:, None], released[:, :, None] * root, J), root

    @cached_property
    def gated(self) -> Array:
        """Which entries of the state a gate keeps in part, by their numbers."""
        marks = np.zeros((1, self.S))
        for name in self.fed.released(np.zeros((1, 0)), np.zeros((1, self.S))):
            self.cell.slot(marks, name)[...] = 1
        return np.flatnonzero(marks[0])

    def hastened(self, s: Array) -> Array:
        """Return s + (F(s) - s) / (1 - d), where d is what each entry keeps of itself past weights.

        A memory that keeps nearly all of itself goes at once to where it would end up were all
        else to stay: c = i g / (1 - f) of an LSTM, h = n of a GRU. F and this map rest alike.
        """
        if not self.keeps or not len(s):
            return self(s)
        with np.errstate(all="ignore"):
            step = self.fed.step(0, np.zeros((len(s), 0), s.dtype), s)
            move = step.s - s
            for name, kept in self.cell.direct(step).items():
                window = self.cell.slot(move, name)
                window /= np.where(np.abs(1 - kept) > 1e-9, 1 - kept, 1.0)
            return s + move

    @cached_property
    def keeps(self) -> bool:
        """Whether a step keeps anything of an entry itself, past the weights."""
        s = np.zeros((1, self.S), self.x.dtype)
        step = self.fed.step(0, s[:, :0], s)
        return self.cell.period == 1 and bool(self.cell.direct(step))

    def orbit(self, s: Array, T: int) -> Array:
        """Return T further turns from the states s (N, S): (T+1, N, S)."""
        film = np.empty((T + 1, *s.shape))
        film[0] = s
        for t in range(T):
            film[t + 1] = self(film[t])
        return film

    def drawn(self, rng: np.random.Generator, N: int) -> Array:
        """Draw N states (N, S): over the whole box, or where there is none around the origin."""
        if self.box is None:
            return rng.standard_normal((N, self.S))
        low, high = self.box
        s = low + (high - low) * rng.random((N, self.S))
        # A memory that hardly forgets has a box far wider than most states: all scales alike.
        wide = (high - low) > WIDE
        half = (high - low)[wide] / 2
        far = 0.1 * (half / 0.1) ** rng.random((N, int(wide.sum())))
        s[:, wide] = (low + high)[wide] / 2 + rng.choice([-1.0, 1.0], far.shape) * far
        return s
