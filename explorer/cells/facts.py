"""What a recurrent cell says about itself: its arrays, its names, its sizes and its ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self, final

import numpy as np

from explorer.cells.records import Clamp
from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Facts(Weights):
    """The four arrays of a cell in PyTorch's layout, and all that can be asked without a step."""

    W_xh: Array  # (G·H, D)
    W_hh: Array  # (G·H, H)
    b_xh: Array  # (G·H,)
    b_hh: Array  # (G·H,)
    clamps: tuple[Clamp, ...] = field(default=(), kw_only=True)  # gates that are held at a value

    name: ClassVar[str]
    drives: ClassVar[tuple[str, ...]]  # one block of H rows each, in PyTorch's order
    gates: ClassVar[tuple[str, ...]]  # what a step records besides the state
    slots: ClassVar[tuple[str, ...]] = ("h",)
    fed: ClassVar[str] = "h"  # the slot that W_hh reads
    equations: ClassVar[dict[str, str]]  # one for each gate and slot
    meaning: ClassVar[dict[str, str]]  # what each gate and slot is called
    variant: ClassVar[str]  # which of the versions in the literature this one is
    source: ClassVar[str]  # author and year
    keep: ClassVar[str | None] = None  # the gate that, when open, keeps the past
    write: ClassVar[str | None] = None  # the gate that chrono initialisation closes in return

    def __post_init__(self) -> None:
        for matrix in ("W_xh", "W_hh"):
            self.accept(matrix, axes=2)
        for bias in ("b_xh", "b_hh"):
            self.accept(bias, axes=1)
        rows = {name: getattr(self, name).shape[0] for name in ("W_xh", "W_hh", "b_xh", "b_hh")}
        G = len(self.drives)
        if len(set(rows.values())) > 1 or rows["W_xh"] % G:
            said = ", ".join(f"{name} {count}" for name, count in rows.items())
            raise ValueError(
                f"{self.name}: wanted {G}·H rows in each array, one block of H for each of "
                f"{', '.join(self.drives)}, got {said}; give every array the same number of rows."
            )

    def accept(self, name: str, axes: int) -> None:
        """Make an array of what was given, a scalar bias one number for each row, or refuse it."""
        given = getattr(self, name)
        # What speaks NumPy's protocol is taken as it is: torch records training in such clothes.
        if hasattr(given, "__array_ufunc__") and len(given.shape) == axes:
            return
        wanted = f"{self.name}: wanted {name} as a {'matrix' if axes == 2 else 'vector'}"
        try:
            array = np.asarray(given, np.float64)
        except (TypeError, ValueError):
            raise ValueError(
                f"{wanted}, got a {type(given).__name__}; give an array of numbers."
            ) from None
        if axes == 1 and array.ndim == 0 and getattr(self.W_xh, "ndim", 0) == 2:
            array = np.full(self.W_xh.shape[0], float(array))
        if array.ndim != axes:
            shapes = {
                "W_xh": "(G·H, D), one row for each drive of each unit",
                "W_hh": "(G·H, H), one row for each drive of each unit",
            }
            raise ValueError(
                f"{wanted}, got shape {array.shape}; its shape is "
                f"{shapes.get(name, '(G·H,), or one number for all of them')}."
            )
        object.__setattr__(self, name, array)

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

    def released(self, x: Array, s: Array) -> dict[str, Array]:
        """Return the share (B, H) of each slot that a step from ``s`` does not keep of it.

        Slots that keep nothing by a gate are left out.
        """
        del x, s
        return {}

    def added(self, x: Array, s: Array) -> dict[str, Array]:
        """Return what a step adds (B, H) to the share that each slot keeps; some are left out."""
        del x, s
        return {}

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
            for clamp in self.clamps
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
