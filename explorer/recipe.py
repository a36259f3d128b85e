"""A run as a plain value: what the controls say, what the link says, what a test builds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.cells import CELLS, Cell
from explorer.cells.records import Clamp
from explorer.entries import Choice, Linked, Real, Several, Text, Whole, entry
from explorer.gradients import GradientTrace
from explorer.initialisers import INITIALISERS
from explorer.learning.losses import EveryState, LastState, Loss, OneUnit
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.sequences import GENERATED, LONGEST, Sequence, drawn, generated, typed, words
from explorer.trace import Trace

INPUTS = (*GENERATED, "drawn", "numbers", "words")
LOSSES = {"last": LastState, "every": EveryState, "unit": OneUnit}
SCALES = {"gain": "gain g", "radius": "spectral radius ρ"}
EDITABLE = ("none", "W_xh", "W_hh")
GATES = tuple(dict.fromkeys(gate for kind in CELLS.values() for gate in kind.gates))
SLOTS = tuple(dict.fromkeys(slot for kind in CELLS.values() for slot in kind.slots))
LONGEST_TEXT = 2000
PERIODS = Text(
    120, r" {0,3}[1-9][0-9]{0,3}(?:[ ,]{1,3}[1-9][0-9]{0,3}){0,15}[ ,]{0,3}",
    "whole numbers from 1 to 9999, such as 1, 2, 4, 8", blank=False,
)  # fmt: skip
UNCLIPPED = 1000.0  # a threshold at its upper end limits nothing


def own_settings(kind: type[Cell]) -> tuple[str, ...]:
    """Return the plain settings of this kind of cell that are entries of a recipe as well."""
    return tuple(name for name in kind.__dataclass_fields__ if Recipe.kind(name) is not None)


@dataclass(frozen=True)
class Recipe(Linked):
    """Everything that decides the numbers on a page, as plain hashable values.

    The same recipe always gives the same network, sequence and gradients.
    """

    cell: str = entry("LSTM", Choice(tuple(CELLS)))
    cells: tuple[str, ...] = entry(tuple(CELLS), Several(tuple(CELLS)))
    H: int = entry(16, Whole(1, 64))
    T: int = entry(60, Whole(1, LONGEST))
    D: int = entry(2, Whole(1, 8))
    seed: int = entry(0, Whole(0, 9999))
    seeds: int = entry(8, Whole(1, 30))
    recurrent: str = entry("uniform", Choice(tuple(INITIALISERS)), "init")
    scale: str = entry("gain", Choice(tuple(SCALES)))
    gain: float = entry(1.0, Real(0.0, 4.0))
    bias: float = entry(0.0, Real(-6.0, 8.0))
    memory: str = entry("default", Choice(("default", "bias", "chrono")))
    activation: str = entry("tanh", Choice(tuple(ACTIVATIONS)), "act")
    periods: str = entry(
        "1, 2, 4, 8", PERIODS, label="Periods of the groups",
        help="Each group of units moves when its period divides the step's number.",
    )  # fmt: skip
    input: str = entry("noise", Choice(INPUTS))
    text: str = entry("", Text(LONGEST_TEXT))
    loss: str = entry("last", Choice(tuple(LOSSES)))
    at: int = entry(1, Whole(1, LONGEST))
    of: int = entry(1, Whole(1, 64))
    # Where a walk leads to the last state and back, the cursor counts on after the turn.
    cursor: int = entry(0, Whole(0, 2 * LONGEST + 2), "t")
    unit: int = entry(1, Whole(1, 64))
    edit: str = entry("none", Choice(EDITABLE))
    row: int = entry(1, Whole(1, 256))
    column: int = entry(1, Whole(1, 64))
    weight: float = entry(0.0, Real(-4.0, 4.0))
    hold: str = entry("none", Choice(("none", *GATES)))
    hold_unit: int = entry(0, Whole(0, 64))  # 0 means all of them
    hold_from: int = entry(1, Whole(1, LONGEST))
    hold_to: int = entry(LONGEST, Whole(1, LONGEST))
    held: float = entry(1.0, Real(-1.0, 1.0))
    window: int = entry(LONGEST, Whole(1, LONGEST))
    clip: float = entry(UNCLIPPED, Real(0.001, UNCLIPPED))
    matrix: str = entry("W_hh", Choice(("W_hh", "W_xh")))
    slot: str = entry("h", Choice(SLOTS))
    push: float = entry(0.01, Real(1e-6, 10.0))
    fair: str = entry("units", Choice(("units", "parameters")))
    pin: str = entry("", Text(6 * LONGEST_TEXT, r"v=1[!-~]*", "a pinned run, v=1&..."))
    order: str = entry("shuffled", Choice(("shuffled", "reversed", "own")))
    shuffle: int = entry(1, Whole(0, 9999))
    second: str = entry("", Text(LONGEST_TEXT))

    # ---- what it makes -------------------------------------------------------------------------

    def sequence(self) -> Sequence:
        """Return the input sequence."""
        if self.input == "drawn":
            return drawn(self.text, self.T)
        if self.input == "numbers":
            return typed(self.text)
        if self.input == "words":
            return words(self.text)
        return generated(self.input, np.random.default_rng([self.seed, 1]), self.T, self.D)

    def build(self) -> Cell:
        """Return the network, drawn from the seed and sized for the sequence."""
        kind, (T, _, D) = CELLS[self.cell], self.sequence().xs.shape
        cell = kind.init(
            np.random.default_rng([self.seed, 0]),
            D,
            self.H,
            recurrent=self.recurrent,
            gain=self.gain if self.scale == "gain" else 1.0,
            radius=self.gain if self.scale == "radius" else None,
            keep_bias=self.bias if self.memory == "bias" else None,
            chrono=float(T) if self.memory == "chrono" else None,
            **{name: getattr(self, name) for name in own_settings(kind)},
        )
        cell = self.edited(cell)
        return cell.clamped(*self.surgery(cell, T)[0])

    def entry_edited(self, cell: Cell) -> tuple[int, int]:
        """Return the row and column (from 0) of the weight set by hand, moved inside its matrix."""
        rows, columns = cell.named()[self.edit].shape
        return min(self.row, rows) - 1, min(self.column, columns) - 1

    def idle(self, cell: Cell) -> str:
        """Return a sentence where the weight set by hand stands where a mask lets none act."""
        if self.edit != "W_hh":
            return ""
        row, column = self.entry_edited(cell)
        if replace(cell, W_hh=np.ones_like(cell.W_hh)).recurrence[row, column]:
            return ""
        return (
            f"W_hh[{row + 1}, {column + 1}] moves nothing: in this {cell.name} network unit "
            f"{row % cell.H + 1} does not read unit {column + 1}. {cell.variant}"
        )

    def edited(self, cell: Cell) -> Cell:
        """Return the cell with the weight set by hand, if there is one."""
        if self.edit == "none":
            return cell
        array = cell.named()[self.edit].copy()
        array[self.entry_edited(cell)] = self.weight
        return replace(cell, **{self.edit: array})

    def surgery(self, cell: Cell, T: int) -> tuple[tuple[Clamp, ...], str]:
        """Return what is held in a cell over T steps, and a sentence where it had to be amended."""
        if self.hold == "none":
            return (), ""
        if self.hold not in cell.gates:
            return (), (
                f"The {cell.name} network has no gate {self.hold}, so nothing is held; the surgery "
                "waits for a cell that has it."
            )
        first, last = sorted((min(self.hold_from, T), min(self.hold_to, T)))
        unit = min(self.hold_unit, cell.H)
        remarks = []
        if self.hold_from > self.hold_to:
            remarks.append(f"The span {self.hold_from} to {self.hold_to} was turned round.")
        if self.hold_from > T:
            remarks.append(f"The sequence ends at step {T}, so the gate is held there.")
        if self.hold_unit > cell.H:
            remarks.append(f"There is no unit {self.hold_unit}; unit {unit} is held.")
        low, high = cell.ranges[self.hold] or (-1.0, 1.0)
        value = min(max(self.held, low), high)
        if value != self.held:
            remarks.append(
                f"The {cell.meaning[self.hold]} lies in {numeral(low, 6)} to {numeral(high, 6)}; "
                f"held at {numeral(value, 6)}."
            )
        clamp = Clamp(self.hold, value, first - 1, last - 1, unit - 1 if unit else None)
        return (clamp,), " ".join(remarks)

    def readout(self) -> Readout:
        """Return the read-out: the cell's own, else two outputs drawn from the seed."""
        if "W_hy" in CELLS[self.cell].__dataclass_fields__:
            arrays = self.build().named()
            return Readout(arrays["W_hy"], arrays["b_y"])
        return Readout.init(np.random.default_rng([self.seed, 2]), self.H, 2)

    def trace(self) -> Trace:
        """Return the forward film."""
        return Trace.of(self.build(), self.sequence().xs)

    def objective(self) -> Loss:
        """Return the loss."""
        if self.loss == "unit":
            return OneUnit(t=self.at, unit=self.of - 1)
        return LOSSES[self.loss]()

    def gradients(self, trace: Trace | None = None) -> GradientTrace:
        """Return the backward film."""
        trace = self.trace() if trace is None else trace
        return GradientTrace.of(trace, self.objective().gradient(trace))
