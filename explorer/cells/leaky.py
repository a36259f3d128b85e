"""The leaky network: continuous-time units, integrated by Euler steps of size dt."""

from dataclasses import dataclass

from explorer.activations import TANH, Activation
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class Leaky(RuleCell):
    """One Euler step of τ dh/dt = -h + φ(W_xh x + W_hh h + b): the leak is dt / τ."""

    activation: Activation | str = TANH
    leak: float = 0.2  # dt / tau, from 0 to 1; 1 is the simple recurrent network

    rule = Rule("""
        n = phi(x_n + h_n)                  # candidate
        h = (1 - leak) * h_prev + leak * n  # hidden state
    """)
    symbols = {"leak": r"\alpha"}
    name = "Leaky"
    variant = "Euler step of a continuous-time network; the leak α = dt / τ is one for all units."
    source = "Funahashi & Nakamura 1993; leak: Jaeger et al. 2007"
