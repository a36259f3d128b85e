"""Table of contents: the pages in the order in which a course would meet them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Entry:
    """One page: its file's name without the ending, and its title."""

    name: str
    title: str

    @property
    def path(self) -> str:
        """Path of the page from the entry file."""
        return f"pages/{self.name}.py"

    @property
    def claim(self) -> str:
        """The sentence that the page makes good, which its file begins with."""
        return ast.get_docstring(ast.parse((ROOT / self.path).read_text("utf-8"))) or ""


CONTENTS: dict[str, tuple[Entry, ...]] = {
    "Start": (Entry("home", "Unrolled"), Entry("history", "A short history")),
    "Recurrence": (
        Entry("recurrence", "What does a loop add?"),
        Entry("unrolling", "Unrolling"),
        Entry("sequence_maps", "Which wiring fits which task?"),
    ),
    "Gradients": (
        Entry("vanishing_gradients", "Vanishing gradients"),
        Entry("backpropagation", "Where does a gradient come from?"),
        Entry("learning_rules", "Do all learning rules see the same gradient?"),
        Entry("gradient_matrix", "Who killed the gradient?"),
        Entry("nudge", "What does a gradient foresee?"),
    ),
    "Gates and cells": (
        Entry("gates", "Gates"),
        Entry("cell_duel", "Which cell remembers?"),
        Entry("teacher_forcing", "What if it must eat its own output?"),
        Entry("timescales", "How long does it remember?"),
        Entry("reservoir", "Must every weight be trained?"),
        Entry("hopfield", "A memory that rolls downhill"),
    ),
    "Dynamics": (
        Entry("phase_portrait", "Where does every start end?"),
        Entry("bifurcations", "Which weight makes a memory appear?"),
        Entry("fixed_points", "Where does a network come to rest?"),
        Entry("chaos", "Will two nearly equal starts part?"),
    ),
    "Learning": (
        Entry("training", "Watch it learn"),
        Entry("text", "What does a network read in a text?"),
    ),
    "Yours": (Entry("your_model", "Your model"),),
}
