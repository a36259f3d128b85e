"""A network that can be trained: a cell, and a read-out of its hidden state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.layout import affine, sourced
from explorer.cells.records import Factor
from explorer.gradients import GradientTrace
from explorer.readout import Readout
from explorer.shapes import Array, check_shapes
from explorer.trace import Trace
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class ModelFilm:
    """What a model did with a batch: the forward film of its cell and the outputs."""

    trace: Trace
    y: Annotated[Array, "T B O"]

    def __post_init__(self) -> None:
        check_shapes(self)


@dataclass(frozen=True, eq=False)
class Model(Weights):
    """A cell with a read-out; the gradient of a model is a model."""

    cell: Cell
    readout: Readout

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        kind: type[Cell],
        D: int,
        H: int,
        O: int,  # noqa: E741
        **settings: Any,
    ) -> Self:
        """Draw a cell of this kind with D inputs and H units, and a read-out with O outputs."""
        return cls(kind.init(rng, D, H, **settings), Readout.init(rng, H, O))

    @property
    def dtype(self) -> np.dtype:
        """Float type of the weights."""
        return self.readout.W_hy.dtype

    def astype(self, dtype: type[np.floating[Any]]) -> Self:
        """Return the model in another float type."""
        return self.map(lambda array: array.astype(dtype))

    def film(self, xs: Array, s0: Array | None = None, first: int = 0) -> ModelFilm:
        """Run inputs (T, B, D) from the state ``s0`` (B, S), zero unless given.

        A run that goes on where another one ended starts at step ``first``, not at 0.
        """
        trace = Trace.of(self.cell.from_step(first) if first else self.cell, xs, s0)
        with np.errstate(over="ignore", invalid="ignore"):
            y = affine(trace.slot("h")[1:], self.readout.W_hy, self.readout.b_y)
        return ModelFilm(trace, y)

    def backprop(
        self, film: ModelFilm, dL_dy: Array, dL_ds_extra: Array | None = None
    ) -> tuple[Self, GradientTrace]:
        """Carry the gradient at the outputs (T, B, O) back; return the gradient and its film.

        ``dL_ds_extra`` (T, B, S) is injected at the states besides, for instance by a later window.
        Backpropagation through time (Werbos 1990).
        """
        trace, W_hy = film.trace, self.readout.W_hy
        # Before the first output that is judged nothing comes from the read-out.
        first = int(dL_dy.any(axis=(1, 2)).argmax())
        dL_ds = np.zeros_like(trace.s)
        h = trace.slot("h")[1:]
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            trace.cell.slot(dL_ds[1 + first :], "h")[...] = sourced(dL_dy[first:], W_hy)
            if dL_ds_extra is not None:
                dL_ds[1:] += dL_ds_extra
            flow = GradientTrace.over(trace, dL_ds)
            dreadout = Readout(Factor(dL_dy[first:], h[first:]).sum(), dL_dy.sum((0, 1)))
        return type(self)(flow.dcell, dreadout), flow
