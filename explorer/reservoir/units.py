"""Leaky units, of which reservoirs are made (Jaeger, Lukoševičius, Popovici & Siewert 2007)."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.activations import TANH, Activation
from explorer.cells import Elman
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class LeakyUnits(RuleCell):
    """A simple network whose units keep a share of what they were: the leak is a setting.

    It stands here and not among the cells because its weights are drawn once and never trained.
    """

    activation: Activation | str = TANH
    leak: float = 1.0  # 1 is the simple recurrent network, 0 never moves

    rule = Rule("""
        n = phi(x_n + h_n)                  # new content
        h = (1 - leak) * h_prev + leak * n  # state
    """)
    symbols = {"leak": r"\alpha"}
    name = "Reservoir"
    variant = "Leaky integrator in discrete time; the leak α is fixed and the same for all units."
    source = "Jaeger et al. 2007"

    def __post_init__(self):
        super().__post_init__()
        if not 0 <= self.leak <= 1:
            raise ValueError(
                f"LeakyUnits: wanted a leak from 0 to 1, got {self.leak}; 1 is no leak at all."
            )

    @property
    def known(self) -> Elman | LeakyUnits:
        """The same network by the name that others know: without a leak it is a simple one."""
        if self.leak != 1 or self.clamps:
            return self
        return Elman(self.W_xh, self.W_hh, self.b_xh, self.b_hh, activation=self.activation)
