"""The network that remembers what it said (Jordan 1986, ICS report 8604)."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from explorer.activations import TANH, Activation
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Jordan(RuleCell):
    """A network whose next state is made from its previous *output*, never from its state.

    ``W_hh`` (H, O) carries the output back: the W_yh of the literature. O is H unless ``narrowed``.
    """

    W_hy: Array  # (O, H)
    b_y: Array  # (O,)
    activation: Activation | str = TANH

    rule = Rule(
        """
        h = phi(x_h + h_h)   # hidden state
        y = W_hy @ h + b_y   # own output
        """,
        fed="y",
    )
    name = "Jordan"
    variant = (
        "Only the output comes back, through W_yh (here W_hh); it is linear, and the state units "
        "do not remember by themselves."
    )
    source = "Jordan 1986"

    @property
    def O(self) -> int:  # noqa: E743
        """Number of outputs."""
        return self.b_y.shape[0]

    @property
    def widths(self):
        return {"h": self.H, "y": self.O}

    @classmethod
    def own_init(cls, rng, D, H):
        bound = 1.0 / np.sqrt(H)
        return {"W_hy": rng.uniform(-bound, bound, (H, H)), "b_y": rng.uniform(-bound, bound, H)}

    def narrowed(self, outputs: int) -> Self:
        """Return the network with its first ``outputs`` outputs only."""
        return replace(
            self,
            W_hh=self.W_hh[:, :outputs],
            W_hy=self.W_hy[:outputs],
            b_y=self.b_y[:outputs],
        )
