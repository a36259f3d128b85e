"""What the page about text shows: which network reads what, and how it writes."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.cells import CELLS
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.recipe import SLOTS
from explorer.text.corpus import LONGEST, cleaned, topics

LONGEST_LINK = 2000  # letters of one's own text that a link carries
TYPED = "typed"
# The first of them lie in the part that the shipped networks were never trained on.
OFFERED = (
    "with", "yield", "while", "unary", "typesmethods", "strings", "floating", "lambda", "for",
    "try", "booleans", "slicings",
)  # fmt: skip
TOPICS = tuple(name for name in OFFERED if name in topics()) or tuple(topics())[:12]
DEFAULT_TOPIC = TOPICS[0]


@dataclass(frozen=True)
class TextRecipe(Linked):
    """One network, one stretch of text, and how the network goes on by itself."""

    cell: str = entry("LSTM", Choice(tuple(CELLS)))
    weights: str = entry(
        "trained",
        Choice(("trained", "own")),
        label="Network",
        shown={"trained": "trained beforehand", "own": "learns here"},
        help="Trained on Python's documentation before you came, or drawn from the seed and "
        "trained on this page.",
    )
    topic: str = entry(
        DEFAULT_TOPIC,
        Choice((*TOPICS, TYPED)),
        label="Text",
        shown={TYPED: "your own text"},
        help="Topics of Python's documentation, from its standard library.",
    )
    text: str = entry("", Text(LONGEST_LINK), label="Your text")
    start: int = entry(1, Whole(1, LONGEST), label="From letter")
    T: int = entry(240, Whole(1, 600), label="Letters")
    H: int = entry(64, Whole(4, 128), label="Units H")
    rate: float = entry(0.003, Real(1e-4, 10.0), label="Learning rate")
    seed: int = entry(0, Whole(0, 9999))
    cursor: int = entry(60, Whole(1, 600), "t")
    slot: str = entry("c", Choice(SLOTS))
    unit: int = entry(32, Whole(1, 256))
    temperature: float = entry(0.5, Real(0.0, 2.0), "tau")
    written: int = entry(200, Whole(20, 400), label="Letters written")

    def whole(self, pasted: str | None = None) -> tuple[str, str]:
        """Return the whole text that is read and learned from, and a sentence if it was amended.

        ``pasted`` is the visitor's own text where it is longer than a link can carry.
        """
        if self.topic != TYPED:
            return topics()[self.topic], ""
        text, remark = cleaned(pasted if pasted is not None else self.text)
        if not text:
            return topics()[DEFAULT_TOPIC], (
                "There is no letter to read yet, so the network reads about “"
                f"{DEFAULT_TOPIC}” until you type some."
            )
        return text, remark

    def stretch(self, whole: str) -> tuple[str, str]:
        """Return the letters that are read, and a sentence if the start had to be moved."""
        first = min(self.start, len(whole))
        remark = (
            "" if first == self.start else f"The text ends at letter {first}, so it starts there."
        )
        return whole[first - 1 : first - 1 + self.T], remark
