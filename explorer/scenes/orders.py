"""Two orders side by side: what a bag of words and a recurrent network make of each."""

from __future__ import annotations

from dataclasses import replace

from explorer.film import Axis, Curves, Heat, Line
from explorer.numerals import numeral
from explorer.orders import Reading, distances, labels
from explorer.palette import MUTED, ink
from explorer.scenes.signals import inputs, states

GIVEN = "As given"


def orders_axis(first: Reading, second: Reading, title: str) -> Axis:
    """Return the axis of both orders, each group with its own words."""
    words = {title: ("", *labels(second.sequence))}
    if first.sequence.words:
        words[GIVEN] = ("", *first.sequence.words)
    return Axis(count=first.trace.T + 1, group_words=words)


def reading(read: Reading, group: str, mark: str = "") -> tuple[Heat, ...]:
    """Return what one order looks like: its inputs, the bag's answers, the states."""
    bag = Heat("bag", "bag of words", "m_t", read.bag[:, 0], limit=1.0)
    panels = (inputs(read.trace, read.sequence), bag, *states(read.trace))
    return tuple(replace(panel, key=f"{panel.key}{mark}", group=group) for panel in panels)


def apart(first: Reading, second: Reading, cell: str) -> Curves:
    """Return how far apart the two orders are in either network, step by step."""
    lines = (
        Line("bag of words", distances(first.bag, second.bag), ink=MUTED, dash="dash"),
        Line(first.trace.cell.name, distances(first.trace.s, second.trace.s), ink=ink(cell)),
    )
    return Curves("apart", "distance of the two orders", "", lines, low=0.0, tall=1.1)


def orders_summary(first: Reading, second: Reading) -> str:
    """Return one sentence that says what the two orders come to."""
    ends = distances(first.bag, second.bag)[-1], distances(first.trace.s, second.trace.s)[-1]
    return (
        f"Two orders of {first.trace.T} inputs, read by a bag of words and by a "
        f"{first.trace.cell.name} network: at the end the bag's answers are {numeral(ends[0])} "
        f"apart, "
        f"the network's states {numeral(ends[1])}."
    )
