"""An axis of times: what is measured and what a formula says, one row for each thing compared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One row: the measured time, the range it spreads over, and the formula's; None is beyond.

    ``ink`` is (light, dark) in hex.
    """

    name: str
    measured: float | None
    low: float | None
    high: float | None
    formula: float | None
    ink: tuple[str, str]


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis from ``low`` to ``high``, in ticks of the film; the cursor stands in it.

    Beyond ``reach`` nothing could be measured, because nothing was followed so far.
    """

    label: str
    marks: tuple[Mark, ...]
    low: float
    high: float
    reach: float
