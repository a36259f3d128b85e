"""What every task promises: endless batches, what is scored, and how good one can be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar

import numpy as np

from explorer.learning.objectives import Objective
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences side by side: inputs, targets (T, B) or (T, B, O), and what is scored."""

    xs: Annotated[Array, "T B D"]
    targets: Array
    mask: Annotated[Array, "T B"]

    def __post_init__(self) -> None:
        lead = self.xs.shape[:2]
        for name in ("targets", "mask"):
            if getattr(self, name).shape[:2] != lead:
                raise ValueError(
                    f"Batch: wanted {name} to begin with (T, B) = {lead} as xs does, got "
                    f"{getattr(self, name).shape}."
                )

    @property
    def T(self) -> int:
        """Number of steps."""
        return self.xs.shape[0]

    @property
    def B(self) -> int:
        """Number of sequences."""
        return self.xs.shape[1]

    def astype(self, dtype: type[np.floating[Any]] | np.dtype) -> Batch:
        """Return the batch with its inputs in another float type."""
        return Batch(self.xs.astype(dtype, copy=False), self.targets, self.mask)

    def part(self, first: int, last: int) -> Batch:
        """Return the steps from ``first`` up to, not including, ``last``, as views."""
        return Batch(self.xs[first:last], self.targets[first:last], self.mask[first:last])


@dataclass(frozen=True)
class Task(ABC):
    """One task; its fields are plain settings, such as the length ``T``."""

    name: ClassVar[str]
    about: ClassVar[str]  # one sentence: what it tests
    source: ClassVar[str]  # author and year
    objective: ClassVar[Objective]
    inputs: ClassVar[tuple[str, ...] | None] = None  # what each input is called
    outputs: ClassVar[tuple[str, ...] | None] = None  # what each output is called

    @classmethod
    def of_length(cls, length: int) -> Task:
        """Return the task with sequences, or the delay in them, this long; as is if it has neither.

        Raises
        ------
        ValueError
            When the task cannot be that short.
        """
        own = {field.name for field in fields(cls)}
        name = next((name for name in ("T", "delay") if name in own), None)
        return cls() if name is None else cls(**{name: length})

    @property
    @abstractmethod
    def D(self) -> int:
        """Number of inputs."""

    @property
    @abstractmethod
    def O(self) -> int:  # noqa: E743
        """Number of outputs."""

    @abstractmethod
    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        """Draw B sequences."""

    @abstractmethod
    def baseline(self) -> float:
        """Return the loss of the best predictor that knows nothing of the inputs' past."""

    @abstractmethod
    def best(self) -> float:
        """Return the smallest loss that any predictor can reach."""

    @abstractmethod
    def solved(self, loss: float) -> bool:
        """Tell whether a mean loss of this size counts as solved."""
