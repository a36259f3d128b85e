"""What each learning rule keeps and how much it multiplies, counted from the arrays of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from explorer.learning.groupings import by_unit
from explorer.learning.model import Model

NUMBER = 8  # bytes of a float64
PATIENCE = 2_000_000_000  # multiplications in about a tenth of a second to a second
MEMORY = 500_000_000  # bytes


@dataclass(frozen=True)
class Cost:
    """Bytes that a rule keeps besides the weights, and multiplications, of one sequence of T steps.

    ``kept`` and ``done`` say the same in letters.
    """

    rule: str
    bytes: int
    multiplications: int
    kept: str
    done: str

    @property
    def interactive(self) -> bool:
        """Whether a sequence can be learnt from while somebody waits."""
        return self.bytes <= MEMORY and self.multiplications <= PATIENCE


@dataclass(frozen=True)
class Counts:
    """The numbers that decide the cost of a rule, as its formulas name them."""

    M: int  # entries of the cell's matrices, each multiplied once in a step
    F: int  # numbers that a step leaves in a film: x, gates, the state
    S: int  # entries of the state
    P: int  # weights of the cell
    N: int  # weights with those of the read-out
    n2: int  # sum of the squared numbers of weights into each unit
    O: int  # outputs  # noqa: E741

    @classmethod
    def of(cls, model: Model) -> Self:
        """Count the arrays of a model."""
        cell = model.cell
        return cls(
            M=sum(array.size for array in cell.named().values() if array.ndim == 2),
            F=cell.D + len(cell.gates) * cell.H + cell.S,
            S=cell.S,
            P=cell.size,
            N=model.size,
            n2=sum(len(group) ** 2 for group in by_unit(model)),
            O=len(model.readout.b_y),
        )


def costs(n: Counts, T: int, window: int) -> tuple[Cost, ...]:
    """Return what BPTT, truncated BPTT, RTRL and the filters ask for one sequence of T steps.

    By BPTT the gradient is computed once for the sequence, by the others at every step. The
    multiplications are those of the large products; what is done unit by unit is left out.
    """
    K = min(window, T)
    carried, steps = 2 * n.S * n.P, T * n.S**2 * n.P
    rows = (
        ("BPTT", T * n.F + n.S, 3 * T * n.M, "T·F + S", "3 T·M"),
        ("Truncated BPTT", K * n.F + n.S, T * (1 + 2 * K) * n.M, "K·F + S", "T·(1 + 2 K)·M"),
        ("RTRL", carried, steps, "2 S·P", "T·S²·P"),
        ("EKF, by unit", carried + n.n2, steps + 2 * T * n.n2 * n.O, "2 S·P + Σn²",
         "T·(S²·P + 2 O·Σn²)"),
        ("EKF, global", carried + n.N**2, steps + 2 * T * n.N**2 * n.O, "2 S·P + N²",
         "T·(S²·P + 2 O·N²)"),
    )  # fmt: skip
    return tuple(Cost(rule, NUMBER * kept, done, *said) for rule, kept, done, *said in rows)
