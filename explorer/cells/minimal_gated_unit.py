"""The minimal gated unit: a GRU with one gate (Zhou et al. 2016)."""

from dataclasses import dataclass

from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class MinimalGatedUnit(RuleCell):
    """One forget gate both scales the past of the candidate and blends old and new."""

    rule = Rule("""
        f = sigmoid(x_f + h_f)              # forget gate
        n = tanh(x_n + past_n(f * h_prev))  # candidate
        h = (1 - f) * h_prev + f * n        # hidden state
    """)
    name = "Minimal gated unit"
    variant = "An open gate (f = 1) forgets: it takes the candidate in place of the past."
    source = "Zhou et al. 2016"
