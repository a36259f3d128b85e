"""A text in a film: one letter for each tick, coloured by what a network makes of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """The text over the panels; its letters are ticks that can be pointed at.

    Letters can be coloured by each of these, the visitor chooses: ``told`` names a heat panel of
    one row, how probable the letter was; the pinned row of a panel in ``units``; ``reach`` a panel
    whose row k is what the prediction at a tick owes to the letter k before. ``guesses`` are, for
    each tick, the likeliest next letters, whose probabilities are the rows of panel ``odds``;
    ``came`` is the letter that followed. The first ``given`` letters were given, the others are the
    network's own.
    """

    text: str
    label: str
    units: tuple[str, ...] = ()
    told: str | None = None
    reach: str | None = None
    odds: str | None = None
    guesses: tuple[str, ...] = ()
    came: str = ""
    given: int | None = None
    paint: str = "unit"
