"""The functions that a rule may call: value, slope, range and LaTeX of each, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.activations import sigmoid

Interval = tuple[Any, Any]  # lowest and highest value, numbers or arrays


@dataclass(frozen=True)
class Function:
    """A pointwise function of a rule.

    ``slopes`` holds one derivative for each argument, written in the arguments ``a``, ``b`` and the
    value ``y``; on the way back the value is on record and the argument is not, so prefer ``y``.
    """

    f: Callable[..., Any]
    slopes: tuple[str, ...]
    latex: str
    torch: str
    range: Callable[..., Interval]
    open: bool = False  # whether it never quite takes the ends of its range


def divides(divisor: Any, number: Any) -> Any:
    """Return 1.0 where ``divisor`` divides ``number``, else 0.0."""
    return (np.mod(number, divisor) == 0).astype(np.float64)


def increasing(f: Callable[..., Any]) -> Callable[[Interval], Interval]:
    """Return the range of a function that never falls."""
    return lambda a: (f(a[0]), f(a[1]))


FUNCTIONS: dict[str, Function] = {
    "sigmoid": Function(
        sigmoid, ("y * (1 - y)",), r"\sigma", "torch.sigmoid", increasing(sigmoid), True
    ),
    "tanh": Function(np.tanh, ("1 - y * y",), r"\tanh", "torch.tanh", increasing(np.tanh), True),
    "exp": Function(np.exp, ("y",), r"\exp", "torch.exp", increasing(np.exp)),
    "divides": Function(
        divides, ("0", "0"), r"\mathrm{divides}", "divides", lambda a, b: (0.0, 1.0)
    ),
}
"""Beside these a rule may call ``phi``, the activation that a cell has as a setting."""
