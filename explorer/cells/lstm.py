"""Long short-term memory with forget gates (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

from dataclasses import dataclass

from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class LSTM(RuleCell):
    """A cell state c that is scaled by f, written by i ⊙ g and read through o."""

    rule = Rule("""
        i = sigmoid(x_i + h_i)  # input gate
        f = sigmoid(x_f + h_f)  # forget gate
        g = tanh(x_g + h_g)     # candidate
        o = sigmoid(x_o + h_o)  # output gate
        c = f * c_prev + i * g  # cell state
        h = o * tanh(c)         # hidden state
    """)
    name = "LSTM"
    keep, write = "f", "i"
    variant = (
        "With forget gate, without peepholes; the same map as torch.nn.LSTM (two bias vectors)."
    )
    source = "Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000"
