"""Real-time recurrent learning: the gradient is carried forward and is there at every step."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Self

import numpy as np

from explorer.cells import Cell
from explorer.cells.records import Step, at, expanded
from explorer.gradients import injected
from explorer.learning.sensitivity import Sensitivity, local, outer, windows
from explorer.shapes import Array, check_shapes, scaled_norm
from explorer.trace import Trace

LARGEST = 1 << 19  # numbers in the derivatives of as many steps as are taken in one go


@dataclass(frozen=True, eq=False, slots=True)
class Sensed:
    """One step and ``ds_dw`` (B, S, P), the derivative of its state by every weight.

    The weights stand in the order of ``cell.named()``. The array is good until the next record:
    who wants to keep it copies it.
    """

    cell: Cell
    steps: Step
    t: int | None  # which of the steps, if they are a film
    ds_dw: Array

    @property
    def step(self) -> Step:
        """The step."""
        if self.t is None:
            return self.steps
        return replace(at(self.steps, self.t), t=int(self.steps.t[self.t]))

    def grad(self, dL_ds: Array) -> Array:
        """Return the gradient (P,) of what the loss says of this state: ``dL_ds`` (B, S)."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.dot(dL_ds.ravel(), self.ds_dw.reshape(dL_ds.size, -1))

    def pulled(self, covectors: Array) -> Array:
        """Return the derivatives (B, O, P) of what reads the state by covectors (B, O, S)."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.matmul(covectors, self.ds_dw)

    @property
    def norm(self) -> float:
        """The Frobenius norm of ∂s/∂w."""
        return float(scaled_norm(self.ds_dw.reshape(1, -1))[0])


def rtrl(trace: Trace) -> Iterator[Sensed]:
    """Carry ∂s/∂w forward through a trace, one record per step (Williams & Zipser 1989)."""
    cell = trace.cell
    carried = Sensitivity(cell, trace.B, trace.s.dtype)
    asked = len(cell.slots) if carried.units else cell.S
    many = max(1, LARGEST // (trace.B * max(cell.S * cell.S, asked * cell.size)))
    for first in range(0, trace.T, many):
        some = slice(first, first + many)
        steps = replace(at(trace.steps, some), t=trace.steps.t[some])
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            film = local(cell, steps, carried.units)
        for t in range(min(many, trace.T - first)):
            yield Sensed(cell, steps, t, carried.onward(film, t))


def online(
    cell: Cell, xs: Iterable[Array], s0: Array | None = None
) -> Generator[Sensed, Cell | None, None]:
    """Run a cell over any iterable of inputs (B, D) and carry ∂s/∂w along, one record per step.

    ``send(cell)`` goes on with other weights. What was carried then belongs to the weights that
    there were: the gradient departs from that of the present ones by as much as they have moved.
    """
    s, carried = s0, None
    for t, x in enumerate(xs):
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[1] != cell.D:
            raise ValueError(
                f"online: wanted inputs of shape (B, {cell.D}), got {x.shape} at step {t}; "
                "for a single sequence add the batch axis, xs[:, None, :]."
            )
        if s is None:
            s = np.zeros((x.shape[0], cell.S), np.result_type(x, cell.W_hh))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            step = cell.step(t, x, s)
            if carried is None:
                carried = Sensitivity(cell, len(x), step.s.dtype)
            derivatives = local(cell, step, carried.units)
        s = step.s
        cell = (yield Sensed(cell, step, None, carried.onward(derivatives))) or cell


@dataclass(frozen=True, eq=False, slots=True)
class Recent:
    """The last steps of a run, through which an influence is followed back, and no further."""

    past: tuple[tuple[Cell, Step], ...]  # each step with the weights that it was made with

    @property
    def step(self) -> Step:
        """The last step."""
        return self.past[-1][1]

    def pulled(self, covectors: Array) -> Array:
        """Return the derivatives (B, O, P) of what reads the state by covectors (B, O, S)."""
        cell, _ = self.past[-1]
        B, O, _ = covectors.shape  # noqa: E741
        total = np.zeros((B, O, cell.size), covectors.dtype)
        places = windows(cell)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for cell, step in reversed(self.past):
                wide = expanded(step, O)
                back = cell.pull(wide, covectors)
                for name, factors in cell.factors(wide, back).items():
                    shares = [outer(factor).reshape(B, O, -1) for factor in factors]
                    total[..., places[name]] += np.concatenate(shares, axis=-1)
                covectors = back.ds_prev
        return total


def recent(cell: Cell, xs: Iterable[Array], window: int) -> Generator[Recent, Cell | None, None]:
    """Run a cell and keep the last ``window`` steps; ``send(cell)`` goes on with other weights."""
    s, past = None, deque(maxlen=window)
    for t, x in enumerate(xs):
        if s is None:
            s = np.zeros((len(x), cell.S), np.result_type(x, cell.W_hh))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            step = cell.step(t, x, s)
        past.append((cell, step))
        s = step.s
        cell = (yield Recent(tuple(past))) or cell


def gradient(trace: Trace, dL_ds: Array) -> Cell:
    """Return the weight gradient of a whole trace, carried forward, shaped like the cell.

    ``dL_ds`` (T, B, S) is what the loss injects directly at s_1 .. s_T. It equals that of
    backpropagation through time.
    """
    direct = injected(trace, dL_ds)[1:]
    total = np.zeros(trace.cell.size, trace.s.dtype)
    for sensed, dL in zip(rtrl(trace), direct, strict=True):
        if dL.any():
            total += sensed.grad(dL)
    return trace.cell.filled(total)


@dataclass(frozen=True, eq=False)
class SensitivityTrace:
    """The film of what is carried forward: ∂s/∂w of every array, and the gradient that it yields.

    ``norms`` are the Frobenius norms of ∂s_t/∂w for t = 0 .. T, ``gradients[t]`` the gradient of
    the losses at s_1 .. s_t, in the order of ``cell.named()``.
    """

    trace: Trace
    norms: Annotated[dict[str, Array], "T+1"]
    gradients: Annotated[Array, "T+1 P"]

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def of(cls, trace: Trace, dL_ds: Array) -> Self:
        """Carry ∂s/∂w through the whole trace; ``dL_ds`` (T, B, S) is what the loss injects."""
        cell, T = trace.cell, trace.T
        direct, places = injected(trace, dL_ds)[1:], windows(cell)
        norms = {name: np.zeros(T + 1) for name in places}
        gradients = np.zeros((T + 1, cell.size), trace.s.dtype)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for t, (sensed, dL) in enumerate(zip(rtrl(trace), direct, strict=True), 1):
                gradients[t] = gradients[t - 1] + sensed.grad(dL) if dL.any() else gradients[t - 1]
                for name, place in places.items():
                    norms[name][t] = np.linalg.norm(sensed.ds_dw[..., place])
        return cls(trace, norms, gradients)

    @property
    def norm(self) -> Array:
        """The Frobenius norm (T+1,) of ∂s_t/∂w over all arrays."""
        return scaled_norm(np.array(list(self.norms.values())).T)

    @property
    def dcell(self) -> Cell:
        """The gradient of the whole loss, shaped like the cell."""
        return self.trace.cell.filled(self.gradients[-1])
