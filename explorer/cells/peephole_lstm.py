"""The LSTM whose gates also read the cell state (Gers & Schmidhuber 2000, IJCNN)."""

from dataclasses import dataclass

import numpy as np

from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class PeepholeLSTM(RuleCell):
    """An LSTM with three peephole vectors: i and f read the old cell state, o the new one."""

    p_i: Array  # (H,)
    p_f: Array  # (H,)
    p_o: Array  # (H,)

    rule = Rule("""
        i = sigmoid(x_i + h_i + p_i * c_prev)  # input gate
        f = sigmoid(x_f + h_f + p_f * c_prev)  # forget gate
        g = tanh(x_g + h_g)                    # candidate
        c = f * c_prev + i * g                 # cell state
        o = sigmoid(x_o + h_o + p_o * c)       # output gate
        h = o * tanh(c)                        # hidden state
    """)
    name = "Peephole LSTM"
    keep, write = "f", "i"
    variant = "i and f see c_{t-1}, o sees the new c_t; one peephole weight per unit."
    source = "Gers & Schmidhuber 2000"

    @classmethod
    def own_init(cls, rng, D, H):
        bound = 1.0 / np.sqrt(H)
        return {name: rng.uniform(-bound, bound, H) for name in ("p_i", "p_f", "p_o")}
