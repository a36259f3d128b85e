"""The simple recurrent network (Elman 1990, Cognitive Science 14)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from explorer.activations import TANH, Activation
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Elman(RuleCell):
    """One matrix and one nonlinearity: the hidden state is made anew at every step."""

    activation: Activation | str = TANH

    rule = Rule("""
        h = phi(x_h + h_h)  # hidden state
    """)
    name = "Elman"
    variant = "Simple recurrent network; φ is tanh, ReLU or the identity (a linear network)."
    source = "Elman 1990"

    @classmethod
    def autonomous(
        cls, W: Array | float, b: Array | float = 0.0, activation: Activation | str = TANH
    ) -> Self:
        """Return the network h' = φ(W h + b), which has no input.

        Parameters
        ----------
        W
            Recurrent matrix (H, H), or one number for a single unit.
        b
            Bias (H,), or one number for all units.

        Examples
        --------
        >>> from explorer.dynamics import fixed_points
        >>> len(fixed_points(Elman.autonomous(1.5)))
        3
        """
        W = np.atleast_2d(np.asarray(W, np.float64))
        if W.ndim != 2 or W.shape[0] != W.shape[1]:
            raise ValueError(
                f"{cls.name}: wanted a square recurrent matrix (H, H), got shape {W.shape}; give "
                "it one row and one column for each unit."
            )
        return cls(np.zeros((len(W), 1)), W, b, 0.0, activation=activation)  # type: ignore[arg-type]
