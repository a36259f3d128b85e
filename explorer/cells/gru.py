"""The gated recurrent unit as frameworks compute it: the reset gate acts after the product."""

from dataclasses import dataclass

from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class GRU(RuleCell):
    """One gate blends old and new, another scales what the past gives to the new."""

    rule = Rule("""
        r = sigmoid(x_r + h_r)        # reset gate
        z = sigmoid(x_z + h_z)        # update gate
        n = tanh(x_n + r * h_n)       # candidate
        h = (1 - z) * n + z * h_prev  # hidden state
    """)
    name = "GRU"
    keep = "z"
    variant = "Reset after the product, z keeps the past; the same map as torch.nn.GRU."
    source = "Cho et al. 2014, in the reset-after form of the cuDNN library"
