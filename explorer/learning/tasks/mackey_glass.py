"""Prediction of the Mackey-Glass series, a chaotic delay equation (Mackey & Glass 1977)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from explorer.learning.objectives import SquaredError
from explorer.learning.tasks.base import Batch, Task
from explorer.series import mackey_glass
from explorer.shapes import Array

WARM_UP = 10  # steps that are read before anything is asked


@cache
def standardised(tau: float) -> Array:
    """Return a long stretch of the series, mean 0 and variance 1, always the same."""
    series = mackey_glass(np.random.default_rng(1977), 20000, tau)
    return (series - series.mean()) / series.std()


@dataclass(frozen=True)
class MackeyGlass(Task):
    """The series around its mean in units of its spread; say what it will be ``ahead`` steps on."""

    T: int = 60
    tau: float = 17.0
    ahead: int = 6

    name = "Mackey-Glass"
    about = (
        "A chaotic series whose next values depend on a delayed past: the network must keep a "
        "stretch of it, as a reservoir does."
    )
    source = "Mackey & Glass 1977; as a task Lapedes & Farber 1987"
    objective = SquaredError()
    inputs = ("x",)
    outputs = ("x ahead",)
    D = 1
    O = 1  # noqa: E741

    def __post_init__(self) -> None:
        if self.T <= WARM_UP or self.ahead < 1:
            raise ValueError(
                f"MackeyGlass: wanted T above {WARM_UP} and ahead of at least 1, got T={self.T}, "
                f"ahead={self.ahead}."
            )

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        series = standardised(self.tau)
        start = rng.integers(len(series) - self.T - self.ahead, size=B)
        at = start + np.arange(self.T)[:, None]
        mask = np.ones((self.T, B))
        mask[:WARM_UP] = 0.0
        return Batch(series[at][:, :, None], series[at + self.ahead][:, :, None], mask)

    def baseline(self) -> float:
        """Return what the best straight line from the present value leaves: 1 - r²."""
        series = standardised(self.tau)
        r = np.corrcoef(series[: -self.ahead], series[self.ahead :])[0, 1]
        return float(1 - r**2)

    def best(self) -> float:
        """Return 0: the series has no noise, with its whole past nothing is left to chance."""
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.01
