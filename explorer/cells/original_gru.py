"""The gated recurrent unit as first published: the reset gate acts before the product."""

from dataclasses import dataclass

from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class OriginalGRU(RuleCell):
    """A GRU whose candidate reads W_hn (r ⊙ h), so that the reset gate mixes units."""

    rule = Rule("""
        r = sigmoid(x_r + h_r)              # reset gate
        z = sigmoid(x_z + h_z)              # update gate
        n = tanh(x_n + past_n(r * h_prev))  # candidate
        h = (1 - z) * n + z * h_prev        # hidden state
    """)
    name = "Original GRU"
    keep = "z"
    variant = "Reset before the product, z keeps the past; PyTorch has no such layer."
    source = "Cho et al. 2014"
