"""What every recurrent cell promises: a step forwards, a step back, the facts about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self, final

import numpy as np

from explorer.cells.layout import affine, sourced
from explorer.cells.records import BackStep, Clamp, Factor, Step, at, expanded
from explorer.initialisers import Initialiser, initialiser, rescaled, uniform
from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Cell(Weights, ABC):
    """One recurrent cell: four arrays in PyTorch's layout, a step, and the step's transpose.

    The state is one vector ``s = [h; c; ...]`` whose named windows are ``slots``; the rows of the
    matrices are stacked gate by gate in the order of ``drives``.
    """

    W_xh: Array  # (G·H, D)
    W_hh: Array  # (G·H, H)
    b_xh: Array  # (G·H,)
    b_hh: Array  # (G·H,)
    surgery: tuple[Clamp, ...] = field(default=(), kw_only=True)  # gates that are held at a value

    name: ClassVar[str]
    drives: ClassVar[tuple[str, ...]]  # one block of H rows each, in PyTorch's order
    gates: ClassVar[tuple[str, ...]]  # what a step records besides the state
    slots: ClassVar[tuple[str, ...]] = ("h",)
    fed: ClassVar[str] = "h"  # the slot that W_hh reads
    equations: ClassVar[dict[str, str]]  # one for each gate and slot
    arithmetic: ClassVar[dict[str, str]]  # the same on one unit, from x_<drive>, h_<drive>, slots
    meaning: ClassVar[dict[str, str]]  # what each gate and slot is called
    variant: ClassVar[str]  # which of the versions in the literature this one is
    source: ClassVar[str]  # author and year
    keep: ClassVar[str | None] = None  # the gate that, when open, keeps the past
    write: ClassVar[str | None] = None  # the gate that chrono initialisation closes in return

    def __post_init__(self) -> None:
        rows = {name: getattr(self, name).shape[0] for name in ("W_xh", "W_hh", "b_xh", "b_hh")}
        G = len(self.drives)
        if len(set(rows.values())) > 1 or rows["W_xh"] % G:
            said = ", ".join(f"{name} {count}" for name, count in rows.items())
            raise ValueError(
                f"{self.name}: wanted {G}·H rows in each array, one block of H for each of "
                f"{', '.join(self.drives)}, got {said}."
            )

    # ---- facts ---------------------------------------------------------------------------------

    @cached_property
    def H(self) -> int:
        """Number of hidden units."""
        return self.b_hh.shape[0] // len(self.drives)

    @property
    def D(self) -> int:
        """Number of inputs."""
        return self.W_xh.shape[1]

    @cached_property
    def S(self) -> int:
        """Length of the state vector."""
        return sum(self.widths.values())

    @property
    def widths(self) -> Mapping[str, int]:
        """Length of each slot: H, unless a cell says otherwise."""
        return dict.fromkeys(self.slots, self.H)

    @property
    def ranges(self) -> Mapping[str, tuple[float, float] | None]:
        """Natural range of each gate and slot; None where it is unbounded."""
        return dict.fromkeys(self.gates, (0.0, 1.0)) | dict.fromkeys(self.slots, (-1.0, 1.0))

    @property
    def period(self) -> int:
        """After how many steps the same state under the same input leads on in the same way."""
        return 1

    @property
    def still(self) -> Self:
        """A cell that rests exactly where this one does, and is found to rest more easily."""
        return self

    def box(self, x: Array) -> tuple[Array, Array] | None:
        """Return the corners (S,), (S,) of a box that each step under ``x`` (D,) maps into itself.

        None where no such box is known.
        """
        del x
        bounds = [self.ranges[slot] for slot in self.slots]
        if self.strained or any(pair is None for pair in bounds):
            return None
        wide = tuple(self.widths.values())
        low, high = zip(*(pair for pair in bounds if pair is not None), strict=True)
        return np.repeat(np.array(low, float), wide), np.repeat(np.array(high, float), wide)

    @final
    @property
    def strained(self) -> bool:
        """Whether surgery holds a gate at a value that it could not take by itself."""
        ranges = self.ranges
        return any(
            pair is not None and not pair[0] <= clamp.value <= pair[1]
            for clamp in self.surgery
            for pair in [ranges[clamp.gate]]
        )

    @property
    def called(self) -> tuple[str, ...] | None:
        """What each unit is called, or None where its number says enough."""
        return None

    @property
    def recurrence(self) -> Array:
        """The recurrent matrix that acts, (G·H, width of the slot it reads)."""
        return self.W_hh

    @final
    def slot(self, s: Array, name: str) -> Array:
        """Return the window of a state vector that has this name."""
        if name not in self.slots:
            raise ValueError(
                f"{self.name}: wanted a slot among {', '.join(self.slots)}, got {name!r}."
            )
        start = 0
        for slot, width in self.widths.items():
            if slot == name:
                break
            start += width
        return s[..., start : start + self.widths[name]]

    def own_numbers(self, step: Step, unit: int, batch: int) -> dict[str, float]:
        """Return further numbers that the ``arithmetic`` of this cell names."""
        del step, unit, batch
        return {}

    # ---- surgery -------------------------------------------------------------------------------

    @final
    def clamped(self, *clamps: Clamp) -> Self:
        """Return the cell with these gates held, whatever their drives say.

        Raises
        ------
        ValueError
            When the cell has no such gate or unit, or the value is not finite.
        """
        for clamp in clamps:
            if clamp.gate not in self.gates:
                has = (
                    f"a gate among {', '.join(self.gates)}"
                    if self.gates
                    else "no gate, it has none,"
                )
                raise ValueError(f"{self.name}: wanted {has} to hold, got {clamp.gate!r}.")
            if clamp.unit is not None and not 0 <= clamp.unit < self.H:
                raise ValueError(
                    f"{self.name}: wanted a unit from 0 to {self.H - 1} to hold, got {clamp.unit}."
                )
            if not np.isfinite(clamp.value):
                raise ValueError(f"{self.name}: wanted a finite value to hold, got {clamp.value}.")
        return replace(self, surgery=clamps)

    @final
    def held(self, t: int, **gates: Array) -> tuple[Array, ...]:
        """Return the gates as they act at step ``t``: computed, or held where surgery says so."""
        if self.surgery:
            for clamp in self.surgery:
                if clamp.gate in gates and clamp.first <= t <= clamp.last:
                    gates[clamp.gate] = gates[clamp.gate].copy()
                    gates[clamp.gate][..., clamp.units] = clamp.value
        return tuple(gates.values())

    @final
    def free(self, step: Step) -> tuple[Any, ...]:
        """Return for each gate 1 where it follows its drive and 0 where surgery holds it."""
        if not self.surgery:
            return (1.0,) * len(self.gates)
        masks: dict[str, Any] = dict.fromkeys(self.gates, 1.0)
        t = np.asarray(step.t)
        for clamp in self.surgery:
            mask = np.ones((*t.shape, self.H), step.s.dtype)
            mask[(t >= clamp.first) & (t <= clamp.last), clamp.units] = 0.0
            between = (1,) * (step.s.ndim - mask.ndim)
            masks[clamp.gate] = masks[clamp.gate] * mask.reshape(*t.shape, *between, self.H)
        return tuple(masks.values())

    def from_step(self, k: int) -> Self:
        """Return the cell as it acts from step ``k`` (from 0) on, for a run that starts there."""
        moved = tuple(replace(c, first=c.first - k, last=c.last - k) for c in self.surgery)
        return replace(self, surgery=moved)

    # ---- the interface -------------------------------------------------------------------------

    @abstractmethod
    def step(self, t: int, x: Array, s: Array) -> Step:
        """Take the state ``s`` (B, S) one step on under the input ``x`` (B, D)."""

    @abstractmethod
    def pull(self, step: Step, ds: Array) -> BackStep:
        """Carry the gradient ``ds`` at ``step.s`` back through the step."""

    @abstractmethod
    def factors(self, step: Step, back: BackStep) -> dict[str, tuple[Factor, ...]]:
        """Return each weight's gradient as factors; several factors are stacked along the rows."""

    # ---- what follows from it ------------------------------------------------------------------

    @final
    def a_x(self, step: Step) -> Array:
        """Return W_xh x + b_xh (..., G·H), what the input says to each drive."""
        return affine(step.x, self.W_xh, self.b_xh)

    def a_h(self, step: Step) -> Array:
        """Return W_hh h + b_hh (..., G·H), what the past says to each drive."""
        return affine(self.slot(step.s_prev, self.fed), self.recurrence, self.b_hh)

    @final
    def dx(self, back: BackStep) -> Array:
        """Return the gradient at the input (..., D)."""
        return sourced(back.da_x, self.W_xh)

    @final
    def grad(self, step: Step, back: BackStep) -> Self:
        """Return the weight gradient of one step, or of a film of steps, as a cell."""
        return self.assembled(
            {k: [f.sum() for f in fs] for k, fs in self.factors(step, back).items()}
        )

    @final
    def assembled(self, blocks: Mapping[str, list[Array]]) -> Self:
        """Return this cell with its arrays replaced by the row blocks given for each."""
        missing = self.named().keys() ^ blocks.keys()
        if missing:
            raise ValueError(
                f"{self.name}: wanted the factors of every array, once; check {', '.join(missing)}."
            )
        return replace(
            self, **{k: b[0] if len(b) == 1 else np.concatenate(b) for k, b in blocks.items()}
        )

    def jacobian(self, step: Step) -> Array:
        """Return J[..., i, j] = ∂s_i/∂s_prev_j of a step; leading axes as in the step.

        One batch element, one time or a whole film of them: (B, S, S), (T, B, S, S).
        """
        lead = step.s.shape[:-1]
        wide = expanded(step, self.S)
        identity = np.broadcast_to(np.eye(self.S, dtype=step.s.dtype), (*lead, self.S, self.S))
        return self.pull(wide, identity).ds_prev

    def log_det(self, step: Step, J: Array) -> Array:
        """Return log |det J| of a step or a film of steps, given its Jacobian."""
        del step
        return np.linalg.slogdet(J)[1]

    def direct(self, step: Step) -> dict[str, Array]:
        """Return each slot's derivative by its own past around every matrix, if it has one."""
        del step
        return {}

    def forward(self, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
        """Run a sequence (T, B, D); return ``gates`` (T, B, H) and ``s`` (T+1, B, S)."""
        s, steps = s0, []
        for t, x in enumerate(xs):
            steps.append(step := self.step(t, x, s))
            s = step.s
        return (
            {name: np.array([step.gates[name] for step in steps]) for name in self.gates},
            np.concatenate([s0[None], [step.s for step in steps]]),
        )

    def backward(self, steps: Step, ds: Array) -> BackStep:
        """Carry a gradient back through a film of steps.

        ``ds`` (T+1, B, S) holds what the loss injects at each state and is completed in place.
        """
        backs = []
        for t in range(len(ds) - 2, -1, -1):
            backs.append(back := self.pull(at(steps, t), ds[t + 1]))
            ds[t] += back.ds_prev
        backs.reverse()
        return BackStep(
            t=0,
            ds=ds[1:],
            ds_prev=ds[:-1],
            da_x=np.array([back.da_x for back in backs]),
            da_h=np.array([back.da_h for back in backs]),
            own={k: np.array([back.own[k] for back in backs]) for k in backs[0].own},
        )

    # ---- where weights start -------------------------------------------------------------------

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        D: int,
        H: int,
        *,
        recurrent: Initialiser | str = uniform,
        gain: float = 1.0,
        radius: float | None = None,
        keep_bias: float | None = None,
        chrono: float | None = None,
        **settings: Any,
    ) -> Self:
        """Draw a cell with D inputs and H units.

        Parameters
        ----------
        recurrent
            Initialiser of each gate's recurrent block; ``gain`` multiplies it.
        radius
            Spectral radius to which each recurrent block is rescaled, if given.
        keep_bias
            Bias of the gate that keeps the past (f of an LSTM, z of a GRU), if there is one.
        chrono
            Longest time T of chrono initialisation (Tallec & Ollivier 2018): the keep gate's bias
            is log U(1, T-1), the write gate's its negative.
        """
        if D < 1 or H < 1:
            raise ValueError(f"{cls.__name__}.init: wanted D >= 1 and H >= 1, got D={D}, H={H}.")
        if radius is not None and radius < 0:
            raise ValueError(f"{cls.__name__}.init: wanted a spectral radius >= 0, got {radius}.")
        if keep_bias is not None and chrono is not None:
            raise ValueError(
                f"{cls.__name__}.init: wanted keep_bias or chrono, got both for one bias."
            )
        draw = initialiser(recurrent)
        G = len(cls.drives)
        bound = 1.0 / np.sqrt(H)
        blocks = [draw(rng, H, gain) for _ in range(G)]
        arrays = {
            "W_xh": rng.uniform(-bound, bound, (G * H, D)),
            "W_hh": np.concatenate(blocks),
            "b_xh": rng.uniform(-bound, bound, G * H),
            "b_hh": rng.uniform(-bound, bound, G * H),
        }
        cell = cls(**arrays | cls.own_init(rng, D, H), **settings)
        if radius is not None:
            acting = [rescaled(block, radius) for block in cell.recurrence.reshape(G, H, H)]
            cell = replace(cell, W_hh=np.concatenate(acting))
        if chrono is not None:
            bias = np.log(rng.uniform(1.0, max(chrono - 1.0, 1.0), H))
            return cell.biased(cls.keep, bias).biased(cls.write, -bias)
        return cell if keep_bias is None else cell.biased(cls.keep, keep_bias)

    @classmethod
    def own_init(cls, rng: np.random.Generator, D: int, H: int) -> dict[str, Array]:
        """Draw the arrays that only this kind of cell has, or draws in its own way."""
        del rng, D, H
        return {}

    @final
    def biased(self, drive: str | None, value: float | Array) -> Self:
        """Set the whole bias of one gate, ``b_xh + b_hh``; without that gate nothing changes."""
        if drive is None:
            return self
        k = self.drives.index(drive) * self.H
        b_xh, b_hh = self.b_xh.copy(), self.b_hh.copy()
        b_xh[k : k + self.H], b_hh[k : k + self.H] = value, 0.0
        return replace(self, b_xh=b_xh, b_hh=b_hh)

    @final
    def astype(self, dtype: type[np.floating[Any]]) -> Self:
        """Return the cell in another float type."""
        return self.map(lambda array: array.astype(dtype))
