"""Pointwise nonlinearities, each together with its derivative so that the two cannot part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array


@dataclass(frozen=True)
class Activation:
    """A pointwise function, its slope written in terms of its *output*, and its range."""

    name: str
    f: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    latex: str
    range: tuple[float, float] | None

    def __call__(self, a: Array) -> Array:
        return self.f(a)


def sigmoid(a: Array) -> Array:
    """Return 1 / (1 + exp(-a)), exact in the far negative tail as well."""
    # On the way to 0 the exponential may leave float64; whoever runs a cell silences that once.
    return 1.0 / (1.0 + np.exp(-a))


# np.maximum has no complex meaning; the comparison on the real part keeps complex-step tests exact.
TANH = Activation("tanh", np.tanh, lambda h: 1.0 - h * h, r"\tanh", (-1.0, 1.0))
RELU = Activation(
    "relu",
    lambda a: np.where(a.real <= 0, 0.0, a),
    lambda h: (h.real > 0).astype(h.real.dtype),
    r"\mathrm{relu}",
    None,
)
IDENTITY = Activation("identity", lambda a: a, np.ones_like, "", None)

LOGISTIC = Activation("logistic", sigmoid, lambda h: h * (1.0 - h), r"\sigma", (0.0, 1.0))

ACTIVATIONS = {activation.name: activation for activation in (TANH, RELU, IDENTITY)}
"""What the menus of the pages offer."""

KNOWN = ACTIVATIONS | {"logistic": LOGISTIC, "sigmoid": LOGISTIC, "linear": IDENTITY}
"""Every name that a cell takes."""


def activation(choice: Activation | str) -> Activation:
    """Return the activation itself, or the one of that name.

    Raises
    ------
    ValueError
        When no activation has that name.

    Examples
    --------
    >>> activation("logistic").range
    (0.0, 1.0)
    """
    if isinstance(choice, Activation):
        return choice
    if not isinstance(choice, str) or choice.lower() not in KNOWN:
        raise ValueError(
            f"activation: wanted one of {', '.join(KNOWN)}, or an Activation, got {choice!r}; "
            "choose one of these names."
        )
    return KNOWN[choice.lower()]
