"""NumPy's own notation, executed and recorded by torch: any cell's equations become a graph.

A cell writes its step once, in NumPy. Handed arrays of this kind instead, the very same lines run
as torch operations, on any device, and torch's autograd finds their derivatives without a look at
the ones that the cell states itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

SAME = {
    "true_divide": "div", "divide": "div", "absolute": "abs", "power": "pow", "conjugate": "conj",
    "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le", "equal": "eq",
    "not_equal": "ne",
}  # fmt: skip


class Recorded(NDArrayOperatorsMixin):
    """A torch tensor in the clothes of a NumPy array."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor

    # ---- what NumPy calls ----------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        return Recorded(self._torch(ufunc.__name__)(*(self._tensor(x) for x in inputs)))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        done = FUNCTIONS.get(function.__name__)
        return NotImplemented if done is None else done(self, *args, **kwargs)

    @staticmethod
    def _torch(name: str) -> Any:
        import torch

        done = getattr(torch, SAME.get(name, name), None)
        if done is None:
            raise TypeError(f"tape: torch has nothing of the name {name}; write it differently.")
        return done

    def _tensor(self, value: Any) -> Any:
        import torch

        if isinstance(value, Recorded):
            return value.tensor
        kind = self.tensor.dtype if np.asarray(value).dtype.kind == "f" else None
        return torch.as_tensor(value, dtype=kind, device=self.tensor.device)

    # ---- what an array is asked for ------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(self.tensor.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.tensor.ndim

    @property
    def dtype(self) -> np.dtype:
        """NumPy's name of the float type."""
        return np.dtype(str(self.tensor.dtype).removeprefix("torch."))

    @property
    def real(self) -> Recorded:
        """The numbers themselves: none is complex here."""
        return self

    @property
    def T(self) -> Recorded:
        """The axes in reverse."""
        return self.transpose(*range(self.ndim)[::-1])

    def __len__(self) -> int:
        return len(self.tensor)

    def __iter__(self) -> Iterator[Recorded]:
        return (Recorded(part) for part in self.tensor)

    def __getitem__(self, key: Any) -> Recorded:
        return Recorded(self.tensor[key])

    def reshape(self, *shape: Any) -> Recorded:
        """Return the numbers in another shape."""
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return Recorded(self.tensor.reshape(shape))

    def transpose(self, *order: Any) -> Recorded:
        """Return the numbers with their axes in another order."""
        order = order[0] if len(order) == 1 and isinstance(order[0], tuple) else order
        return Recorded(self.tensor.permute(*order))

    def astype(self, dtype: Any, **options: Any) -> Recorded:
        """Return the numbers in another float type."""
        del options
        import torch

        return Recorded(self.tensor.to(getattr(torch, np.dtype(dtype).name)))

    def copy(self) -> Recorded:
        """Return the numbers once more."""
        return Recorded(self.tensor.clone())


def _concatenate(one: Recorded, parts: Any, axis: int = 0) -> Recorded:
    return Recorded(one._torch("cat")([one._tensor(part) for part in parts], dim=axis))


def _where(one: Recorded, condition: Any, yes: Any, no: Any) -> Recorded:
    return Recorded(one._torch("where")(*(one._tensor(part) for part in (condition, yes, no))))


def _like(name: str) -> Any:
    def filled(one: Recorded, other: Recorded, **options: Any) -> Recorded:
        del options
        return Recorded(one._torch(name)(other.tensor))

    return filled


def _broadcast_to(one: Recorded, array: Recorded, shape: tuple[int, ...]) -> Recorded:
    return Recorded(one._tensor(array).broadcast_to(shape))


FUNCTIONS = {
    "concatenate": _concatenate,
    "where": _where,
    "zeros_like": _like("zeros_like"),
    "ones_like": _like("ones_like"),
    "broadcast_to": _broadcast_to,
}
