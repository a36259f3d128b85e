"""The simple recurrent network (Elman 1990, Cognitive Science 14)."""

from dataclasses import dataclass

from explorer.activations import TANH, Activation
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


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
