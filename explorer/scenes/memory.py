"""Films of associative memories: the state as a picture, its energy, its overlaps."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Curves, Gallery, Heat, Line, Picture
from explorer.memory.attractors import KINDS, kind_of
from explorer.memory.classic import NOTHING, Recall, energy
from explorer.memory.signs import SIDE
from explorer.memory.storage import overlaps
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.recipes.hopfield import Memories
from explorer.recipes.rivals import NETWORKS
from explorer.shapes import Array

LINES = 6  # more memories are drawn as rows of a heat panel
PALE = 1.6  # the limit of colours at which ±1 are neither black nor white
SQUARES = tuple(f"square {k // SIDE + 1}·{k % SIDE + 1}" for k in range(SIDE * SIDE))


def recall_axis(recall: Recall) -> Axis:
    """Return the axis of flips, 0 the beginning."""
    return Axis(count=recall.flips + 1, label="flip k")


def recall_panels(recall: Recall, memories: Memories, W: Array, aim: int | None) -> tuple:
    """Return energy and overlaps as curves, and, out of sight, state and field of every unit."""
    lines = [Line("energy E", recall.energy, ink=NORM)]
    if aim is not None:
        held = float(energy(W, memories.patterns[aim]))
        flat = np.full(recall.flips + 1, held)
        lines.append(Line(f"E of {memories.names[aim]}", flat, ink=MUTED, dash="dot"))
    return (
        Curves("energy", "energy", "E", tuple(lines), tall=1.5),
        *match_panels(overlaps(memories.patterns, recall.x), memories),
        Heat("x", "state", "x_i", recall.x, limit=PALE, rows=SQUARES, tall=0),
        Heat("field", "what it hears", "h_i", recall.field, rows=SQUARES, tall=0),
    )


def match_panels(match: Array, memories: Memories) -> tuple[Curves | Heat, ...]:
    """Return the overlap with every memory: a few as curves, many as rows; none is drawn as 0."""
    P = len(memories.names)
    if not P:
        return ()
    many = P > LINES
    rows = Heat(
        "overlap", "overlap with each memory", "m_μ", match, limit=1.0, rows=memories.names,
        tall=2.2 if many else 0,
    )  # fmt: skip
    if many:
        return (rows,)
    lines = tuple(
        Line(name, match[:, k], ink=nth(k), dash=nth_dash(k))
        for k, name in enumerate(memories.names)
    )
    curves = Curves("match", "overlap with each memory", "m_μ", lines, low=-1.0, high=1.0, tall=1.5)
    return (curves, rows)


def nearest(recall: Recall, memories: Memories) -> int | None:
    """Return which memory the end of a recall is most like; None if nothing is stored."""
    if not memories.names:
        return None
    return int(np.argmax(overlaps(memories.patterns, recall.x[-1])))


def recall_pictures(recall: Recall, memories: Memories, aim: int | None) -> tuple:
    """Return the state to paint on, what every unit hears, and the stored pictures."""
    against = (recall.x * recall.field < -NOTHING).sum(axis=1).tolist()
    notes = ["the beginning: paint on it"] + [
        f"flip {k + 1}, sweep {sweep + 1}" for k, sweep in enumerate(recall.sweep.tolist())
    ]
    wants = [f"{n} disagree with it" if n else "all agree: at rest" for n in against]
    return (
        Picture(
            "x", "state x", SIDE, hand=True, big=True, marks=(-1, *recall.unit.tolist()),
            notes=tuple(notes),
        ),
        Gallery(
            "overlap",
            "memories, and the state's overlap with each",
            memories.patterns,
            SIDE,
            memories.names,
            tuple(nth(k) for k in range(len(memories.names))),
            aim=aim,
            act="begin with this memory",
            empty="nothing is stored yet",
        ),
        Picture("field", "what each unit hears, W x", SIDE, notes=tuple(wants)),
    )  # fmt: skip


def recall_summary(recall: Recall, memories: Memories) -> str:
    """Return one sentence on where the recall came to rest."""
    P, flips = len(memories.names), recall.flips
    took = f"After {flips} flips" if flips != 1 else "After 1 flip"
    fell = f"the energy fell from {tenths(recall.energy[0])} to {tenths(recall.energy[-1])}"
    if not flips:
        took, fell = "Nothing flips:", f"the energy stays at {tenths(recall.energy[0])}"
    if not P:
        took = took.rstrip(":")
        return f"{took}: nothing is stored, so no unit hears anything and every picture rests."
    match = overlaps(memories.patterns, recall.x[-1])
    best = int(np.argmax(np.abs(match)))
    name = memories.names[best]
    kind = KINDS[int(kind_of(memories.patterns, recall.x[-1:])[0])]
    where = {
        "memory": f"the memory {name}",
        "negative": f"the negative of {name}, which is stored with it whether one likes it or not",
        "mixture": "a mixture of three memories that nobody stored",
        "other": f"a picture that nobody stored, most like {name} (overlap {numeral(match[best])})",
    }[kind]
    return f"{took} the network rests in {where}; {fell}."


def tenths(value: float) -> str:
    """Return a number with one decimal, as one writes it."""
    return numeral(value) if abs(value) < 0.95 else f"{value:.1f}".replace("-", "−")


# ---- the same beginning in four networks --------------------------------------------------------


def rival_panels(films: dict[str, tuple], memories: Memories, aim: int | None) -> tuple:
    """Return overlap with the memory and falling energy of each network, and their states."""
    panels: list[Curves | Heat] = []
    inks = (NORM, MARKER, nth(2), nth(3))
    dashes = ("solid", "dash", "solid", "dot")
    looks = list(zip(films.items(), inks, dashes, strict=True))
    if aim is not None:
        lines = tuple(
            Line(name, overlaps(memories.patterns[aim : aim + 1], x)[:, 0], ink=ink, dash=dash)
            for (name, (x, _)), ink, dash in looks
        )
        title = f"overlap with {memories.names[aim]}"
        panels.append(Curves("match", title, "m", lines, low=-1.0, high=1.0, tall=1.4))
    lines = tuple(
        Line(name, above(held), ink=ink, dash=dash) for (name, (_, held)), ink, dash in looks
    )
    panels.append(
        Curves("fall", "energy still to fall", "", lines, low=0.0,
               high=1.0)
    )  # fmt: skip
    for k, (x, _) in enumerate(films.values()):
        panels.append(
            Heat(f"net{k}", NETWORKS[k], f"x_{k + 1}", x, limit=PALE, rows=SQUARES, tall=0)
        )
    return tuple(panels)


def above(held: Array) -> Array:
    """Return energies as the share of their fall that is still to come."""
    fall = held[0] - held[-1]
    return (held - held[-1]) / fall if fall > 1e-12 else np.zeros(len(held))


def rival_pictures() -> tuple[Picture, ...]:
    """Return one picture for each network."""
    return tuple(Picture(f"net{k}", name, SIDE) for k, name in enumerate(NETWORKS))
