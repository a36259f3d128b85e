"""A network whose groups of units tick at clocks of their own (Koutník et al. 2014, ICML)."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import lcm

import numpy as np

from explorer.activations import TANH, Activation
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule
from explorer.shapes import Array

LONGEST_PERIOD = 9999


def read_periods(said: str | tuple[int, ...]) -> tuple[int, ...]:
    """Return the periods of a list such as ``1, 2, 4, 8``, the fastest first.

    Raises
    ------
    ValueError
        When there is none, or one is not a whole number from 1 to 9999.
    """
    parts = said.replace(",", " ").split() if isinstance(said, str) else said
    try:
        found = sorted(int(part) for part in parts)
    except ValueError:
        found = []
    if not found or found[0] < 1 or found[-1] > LONGEST_PERIOD:
        raise ValueError(
            f"periods: wanted whole numbers from 1 to {LONGEST_PERIOD} such as 1, 2, 4, 8, "
            f"got {said!r}."
        )
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Clockwork(RuleCell):
    """Groups with periods: a group moves when its period divides t and else holds its state.

    Units are dealt out to the groups in equal runs, the fastest first; each group reads itself and
    the slower ones, so that ``mask`` leaves the upper block triangle of W_hh.
    """

    activation: Activation | str = TANH
    periods: str | tuple[int, ...] = (1, 2, 4, 8)
    phase: int = 0  # steps that the clocks have run before the first one

    rule = Rule("""
        m = divides(clocks, t + phase)  # clock (1: this unit moves)
        n = phi(x_n + h_n)              # candidate
        h = m * n + (1 - m) * h_prev    # hidden state
    """)
    symbols = {"clocks": r"\tau", "phase": "t_0"}
    name = "Clockwork"
    variant = "Each group reads itself and the slower ones; t counts from 1."
    source = "Koutník et al. 2014"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "periods", read_periods(self.periods))

    @cached_property
    def clocks(self) -> Array:
        """The period of each unit, (H,)."""
        return np.array(self.periods)[np.arange(self.H) * len(self.periods) // self.H]

    @cached_property
    def mask(self):
        clocks = self.clocks
        return (clocks[:, None] <= clocks).astype(self.W_hh.real.dtype)

    @property
    def period(self):
        return lcm(*self.clocks.tolist())

    @property
    def called(self):
        return tuple(f"{j + 1} (every {period})" for j, period in enumerate(self.clocks))

    def from_step(self, k):
        return replace(super().from_step(k), phase=self.phase + k)
