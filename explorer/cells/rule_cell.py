"""A cell that is its equations: step, derivative, ranges and LaTeX follow from its rule."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from math import prod
from typing import Any, ClassVar, Self, cast, final

import numpy as np

from explorer.activations import TANH, Activation, activation
from explorer.cells import fast, film
from explorer.cells.base import Cell
from explorer.cells.layout import affine, driven, gate_first, gate_last, present
from explorer.cells.local_derivatives import LocalDerivatives, LocalStep
from explorer.cells.records import BackStep, Factor, Step
from explorer.discovery import Derived
from explorer.rules import intervals, latex
from explorer.rules.numpy_code import Compiled, compiled
from explorer.rules.rule import Rule
from explorer.shapes import Array

SCALARS = (float, int, "float", "int")  # annotations of settings that are one number


@dataclass(frozen=True, eq=False)
class RuleCell(Cell):
    """A cell with a ``rule``: one line of arithmetic for each gate and slot.

    Everything that a rule may read and that is neither drive nor slot is a field or property of the
    cell: trained arrays (annotated ``Array``), settings, ``activation`` for ``phi``.
    """

    rule: ClassVar[Rule] = cast(Rule, abstractmethod(lambda: None))  # each cell brings its own
    symbols: ClassVar[Mapping[str, str]] = {}  # LaTeX of arrays and settings, where not plain

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        rule = cls.__dict__.get("rule")
        if rule is not None:
            cls.drives, cls.gates, cls.slots, cls.fed = (
                rule.drives, rule.gates, rule.slots, rule.fed,
            )  # fmt: skip
            cls.meaning = rule.meaning

    def __post_init__(self) -> None:
        super().__post_init__()
        if "activation" in self.__dataclass_fields__:
            object.__setattr__(self, "activation", activation(self.activation))

    @Derived
    def equations(cls) -> dict[str, str]:
        """One equation in LaTeX for each gate and slot."""
        scalars = {n for n, f in cls.__dataclass_fields__.items() if f.type in SCALARS}
        masked = cls.mask is not RuleCell.mask
        return latex.equations(cls.rule, cls.symbols, scalars=scalars, masked=masked)

    @Derived
    def own_arrays(cls) -> tuple[str, ...]:
        """Name the trained vectors that the rule reads."""
        kinds = {name: f.type for name, f in cls.__dataclass_fields__.items()}
        matrices = {p.matrix for p in cls.rule.products}
        return tuple(
            n for n in cls.rule.own if kinds.get(n) in (Array, "Array") and n not in matrices
        )

    @cached_property
    def functions(self) -> Compiled:
        """The rule's step and derivative, compiled."""
        return compiled(self.rule, self.own_arrays, bool(self.clamps))

    @property
    def undriven(self) -> tuple[str, ...]:
        return self.rule.undriven

    @property
    def phi(self) -> Activation:
        """The activation that the rule calls phi."""
        return getattr(self, "activation", TANH)

    @property
    def mask(self) -> Array | None:
        """Which entries of W_hh exist (0 or 1), or None when all do."""
        return None

    @property
    def recurrence(self) -> Array:
        return self.W_hh if self.mask is None else self.W_hh * self.mask

    # ---- ranges --------------------------------------------------------------------------------

    @cached_property
    def ranges(self) -> Mapping[str, tuple[float, float] | None]:
        known = {n: (v, v) for n in self.rule.own for v in [getattr(self, n)] if np.ndim(v) == 0}
        found = intervals.settled(self.rule, known, self.phi)
        return {name: intervals.plain(found[name]) for name in (*self.gates, *self.slots)}

    def box(self, x: Array) -> tuple[Array, Array] | None:
        plain = super().box(x)
        if plain is not None or self.strained or self.clamps or self.ranges[self.fed] is None:
            return plain
        low, high = self.ranges[self.fed]
        middle, reach = (high + low) / 2, (high - low) / 2
        known = {n: (v, v) for n in self.rule.own for v in [getattr(self, n)]}
        a_x = self.W_xh @ x + self.b_xh
        past = self.recurrence.sum(axis=1) * middle + self.b_hh
        wide = np.abs(self.recurrence).sum(axis=1) * reach
        for k, d in enumerate(self.drives):
            rows = slice(k * self.H, (k + 1) * self.H)
            known[f"x_{d}"] = a_x[rows], a_x[rows]
            known[f"h_{d}"] = past[rows] - wide[rows], past[rows] + wide[rows]
            known[f"a_{d}"] = tuple(a_x[rows] + end for end in known[f"h_{d}"])
        corners = [intervals.bound(self.rule, slot, known, self.phi) for slot in self.slots]
        if not self.even or any(corner is None for corner in corners):
            return None
        shape = (self.H,)
        low, high = (
            np.concatenate([np.broadcast_to(corner[side], shape) for corner in corners])
            for side in (0, 1)
        )
        return (low, high) if np.isfinite([low, high]).all() else None

    @property
    def still(self) -> Self:
        rule = self.rule
        if rule.settled is rule or self.period > 1 or self.clamps:
            return self
        return self.ruled(rule.settled)

    def ruled(self, rule: Rule) -> Self:
        """Return a cell of the same arrays and settings with another rule."""
        kind = kind_with(type(self), rule)
        return kind(**{f.name: getattr(self, f.name) for f in fields(self)})

    def released(self, x: Array, s: Array) -> dict[str, Array]:
        """Return the share (B, H) of each slot that a step from ``s`` does not keep of it.

        1 - f of an LSTM, 1 - z of a GRU, with all their digits however nearly the gate is 1.
        """
        rule = self.rule
        if not rule.keepers or self.period > 1 or self.clamps:
            return {}
        gates = self.ruled(rule.complemented).step(0, x, s).gates
        return {slot: gates[gate] for slot, (gate, _) in rule.keepers.items()}

    def added(self, x: Array, s: Array) -> dict[str, Array]:
        """Return what a step adds (B, H) to the share that each slot keeps: i g of an LSTM."""
        rule, slots = self.rule.added
        if not slots or self.period > 1 or self.clamps:
            return {}
        after = self.ruled(rule).step(0, x, s).s
        return {name: self.slot(after, name) for name in slots}

    # ---- one step ------------------------------------------------------------------------------

    @cached_property
    def even(self) -> bool:
        """Whether each slot has H units."""
        return set(self.widths.values()) == {self.H}

    def windows(self, s: Array) -> tuple[Array, ...]:
        """Return the slots of a state vector, as views."""
        if self.even:
            return tuple(gate_first(s, self.H))
        return tuple(self.slot(s, name) for name in self.slots)

    def block(self, drive: str) -> Array:
        """Return the rows of the recurrent matrix that belong to a drive."""
        return self.recurrence[self.rows(drive)]

    def block_bias(self, drive: str) -> Array:
        """Return the entries of b_hh that belong to a drive."""
        return self.b_hh[self.rows(drive)]

    def rows(self, drive: str) -> slice:
        """Return where the rows of a drive stand."""
        k = self.drives.index(drive) * self.H
        return slice(k, k + self.H)

    @cached_property
    def plain(self) -> tuple[Array, Array]:
        """Return the rows of W_hh and of b_hh that read the past itself."""
        if self.rule.plain == self.drives:
            return self.recurrence, self.b_hh
        rows = np.concatenate(
            [np.arange(self.W_hh.shape[0])[self.rows(d)] for d in self.rule.plain]
        )
        return self.recurrence[rows], self.b_hh[rows]

    @final
    def step(self, t: int, x: Array, s: Array) -> Step:
        from_x = gate_first(driven(x, self.W_xh, self.b_xh), self.H)
        from_h = gate_first(driven(self.slot(s, self.fed), *self.plain), self.H)
        with np.errstate(over="ignore"):
            slots, gates = self.functions.update(self, t, from_x, from_h, self.windows(s))
        named = dict(zip(self.gates, gates, strict=True))
        return Step(t, x, s, named, np.concatenate(slots, axis=-1))

    @final
    def pull(self, step: Step, ds: Array) -> BackStep:
        by_x, by_h, direct, own = self.functions.pull(self, self.local(step), self.windows(ds))
        shape = (*ds.shape[:-1], self.H)
        da_h = gate_last(by_h, shape, ds.dtype)
        da_x = da_h if by_x is by_h else gate_last(by_x, shape, ds.dtype)
        ds_prev = np.empty_like(ds)
        for window, part in zip(self.windows(ds_prev), direct, strict=True):
            window[...] = part
        W, _ = self.plain
        errors = (
            da_h
            if W is self.W_hh or len(W) == da_h.shape[-1]
            else np.concatenate([da_h[..., self.rows(d)] for d in self.rule.plain], axis=-1)
        )
        self.slot(ds_prev, self.fed)[...] += errors @ W
        return BackStep(step.t, ds, ds_prev, da_x, da_h, own)

    @final
    def factors(self, step: Step, back: BackStep) -> dict[str, tuple[Factor, ...]]:
        past, mask = self.slot(step.s_prev, self.fed), self.mask
        sources = self.sources(step)
        factors = {
            "W_xh": (Factor(back.da_x, step.x),),
            "W_hh": tuple(
                Factor(back.da_h[..., rows], source, None if mask is None else mask[rows])
                for rows, source in self.recurrent_sources(past, sources)
            )
            if sources
            else (Factor(back.da_h, past, mask),),
            "b_xh": (Factor(back.da_x),),
            "b_hh": (Factor(back.da_h),),
        }
        products = {p.matrix: p.source for p in self.rule.products if p.drive is None}
        factors |= {name: (Factor(back.own[name]),) for name in self.own_arrays}
        return factors | {k: (Factor(back.own[k], sources[v]),) for k, v in products.items()}

    def sources(self, step: Step) -> dict[str, Array]:
        """Return what the products inside the rule multiply, by its name in the program."""
        if self.rule.pointwise:
            return {}
        arrays = self.functions.sources(self, self.local(step))
        return {p.source: array for p, array in zip(self.rule.products, arrays, strict=True)}

    def recurrent_sources(
        self, past: Array, sources: Mapping[str, Array]
    ) -> Iterator[tuple[slice, Array]]:
        """Yield runs of rows of W_hh with the vector that they multiply."""
        inner = {p.drive: sources[p.source] for p in self.rule.products if p.drive is not None}
        runs: list[tuple[slice, Array]] = []
        for drive in self.drives:
            rows, source = self.rows(drive), inner.get(drive, past)
            if runs and runs[-1][1] is source:
                rows = slice(runs.pop()[0].start, rows.stop)
            runs.append((rows, source))
        yield from runs

    @final
    def a_h(self, step: Step) -> Array:
        past = self.slot(step.s_prev, self.fed)
        if self.rule.plain == self.drives:
            return affine(past, self.recurrence, self.b_hh)
        parts = self.recurrent_sources(past, self.sources(step))
        return np.concatenate(
            [affine(source, self.recurrence[rows], self.b_hh[rows]) for rows, source in parts],
            axis=-1,
        )

    # ---- all steps at once ---------------------------------------------------------------------

    @final
    def local(self, step: Step) -> LocalStep:
        """Return a step, or a whole film of steps, as the rule sees it."""
        return LocalStep(
            self,
            step,
            tuple(step.gates[name] for name in self.gates),
            self.windows(step.s_prev),
            self.windows(step.s),
            self.free(step),
        )

    @final
    def slopes(self, step: Step) -> LocalDerivatives:
        """Return the local derivatives of a step, or of all steps of a film in one go."""
        return LocalDerivatives(*self.functions.slopes(self, self.local(step)))

    @final
    def jacobian(self, step: Step) -> Array:
        if not self.rule.pointwise:
            return super().jacobian(step)
        H, slopes, lead = self.H, self.slopes(step), step.s.shape[:-1]
        blocks = self.recurrence.reshape(-1, H, H)
        flat = prod(lead)

        def whole(slope: Any) -> Array:
            if np.shape(slope) != (*lead, H):
                slope = np.broadcast_to(slope, (*lead, H))
            return slope.reshape(flat, H)

        J = np.zeros((flat, self.S, self.S), step.s.dtype)
        diagonal = np.arange(H)
        for k, (drive, direct) in enumerate(zip(slopes.h, slopes.direct, strict=True)):
            rows = J[:, k * H : (k + 1) * H, :]
            used = [g for g, slope in enumerate(drive) if present(slope)]
            if len(used) == 1:
                np.multiply(whole(drive[used[0]])[:, :, None], blocks[used[0]], rows[:, :, :H])
            elif used:
                # Unit by unit the sum over gates is a product (steps, gates) @ (gates, units).
                slope = np.empty((H, flat, len(used)), J.dtype)
                for n, g in enumerate(used):
                    slope[:, :, n] = whole(drive[g]).T
                rows[:, :, :H] = np.matmul(slope, blocks[used].transpose(1, 0, 2)).transpose(
                    1, 0, 2
                )
            for j, slope in enumerate(direct):
                if present(slope):
                    rows[:, diagonal, j * H + diagonal] += whole(slope)
        return J.reshape(*lead, self.S, self.S)

    @final
    def log_det(self, step: Step, J: Array) -> Array:
        if not self.rule.pointwise or len(self.slots) > 1 or len(self.drives) > 1:
            return np.linalg.slogdet(J)[1]
        slopes = self.slopes(step)
        if present(slopes.direct[0][0]):
            return np.linalg.slogdet(J)[1]
        # One product of slopes and matrix: det J is the product of the slopes times det W.
        with np.errstate(divide="ignore"):
            own = np.log(np.abs(np.broadcast_to(slopes.h[0][0], step.s.shape)))
        return own.sum(axis=-1) + np.linalg.slogdet(self.recurrence)[1]

    @final
    def direct(self, step: Step) -> dict[str, Array]:
        own = {
            name: row[k]
            for k, (name, row) in enumerate(zip(self.slots, self.slopes(step).direct, strict=True))
        }
        shape = (*step.s.shape[:-1], self.H)
        return {k: np.broadcast_to(slope, shape) for k, slope in own.items() if present(slope)}

    @final
    def forward(self, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
        if not self.even:
            return super().forward(xs, s0)
        return fast.of(self, film).forward(self, xs, s0)

    @final
    def backward(self, steps: Step, ds: Array) -> BackStep:
        if not self.rule.pointwise:
            return super().backward(steps, ds)
        back = fast.of(self, film).backward(self, steps, ds)
        return replace(back, own=self.pull(steps, back.ds).own) if self.own_arrays else back


@cache
def kind_with(kind: type[RuleCell], rule: Rule) -> type[RuleCell]:
    """Return the same kind of cell with another rule."""
    return type(f"{kind.__name__}Rewritten", (kind,), {"rule": rule})
