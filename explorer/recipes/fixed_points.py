"""Settings of the page about fixed points: which network, what it is fed, where one looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.assets import asset
from explorer.cells import CELLS, Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import AGAIN, CLOSER, FixedPoints, search
from explorer.dynamics.seeker import Seeker
from explorer.dynamics.starts import between, spread
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.initialisers import INITIALISERS
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.trace import Trace

TRAINED = {
    "elman16": ("flip_flop-Elman-16", "three bits, Elman 16"),
    "elman64": ("flip_flop-Elman-64", "three bits, Elman 64"),
    "gru16": ("flip_flop-GRU-16", "three bits, GRU 16"),
    "gru64": ("flip_flop-GRU-64", "three bits, GRU 64"),
}
SHOWN = {name: title for name, (_, title) in TRAINED.items()} | {
    "random": "a random network",
    "yours": "your network",
}
HASTE = 80  # starts while a thumb is dragged
AT_ONCE = 100_000  # numbers in the Jacobians of those that go together
LARGE = 32  # state variables from which on slow points have to wait


@dataclass(frozen=True)
class FixedPointSearch(Linked):
    """Everything that decides the numbers on the page, besides a network of the visitor's own."""

    network: str = entry(
        "elman16", Choice(tuple(SHOWN)), "net", label="Network", shown=SHOWN,
        help="The networks of three bits, with 16 or 64 units, were trained to keep the sign of "
        "the last pulse on each of three inputs (Sussillo & Barak 2013).",
    )  # fmt: skip
    cell: str = entry("Elman", Choice(tuple(CELLS)))
    H: int = entry(12, Whole(1, 64), label="Units H")
    gain: float = entry(2.0, Real(0.0, 6.0))
    recurrent: str = entry("gaussian", Choice(tuple(INITIALISERS)), "init")
    activation: str = entry("tanh", Choice(tuple(ACTIVATIONS)), "act")
    level: float = entry(0.0, Real(-2.0, 2.0))
    into: int = entry(1, Whole(1, 64), label="… on input", help="Which input is held on.")
    starts: int = entry(
        300, Whole(20, 1000), label="Starts",
        help="States that Newton's method is started from; more are added while the certificate "
        "says that points are missing.",
    )  # fmt: skip
    start: str = entry(
        "", Text(2000), label="Run from a state of yours",
        help="One number for all units, or one for each entry of the state. The run below starts "
        "there, and so does one more search.",
    )  # fmt: skip
    T: int = entry(80, Whole(10, 300), label="Steps T")
    seed: int = entry(0, Whole(0, 9999))
    point: int = entry(1, Whole(1, 1000))
    cursor: int = entry(0, Whole(0, 300), "t")

    @property
    def trained(self) -> bool:
        """Whether the network was trained to keep three bits."""
        return self.network in TRAINED

    def build(self, own: Cell | None = None) -> tuple[Cell, Readout | None]:
        """Return the network and, if it has one, its read-out; ``own`` is a visitor's cell."""
        if self.trained:
            model = asset(TRAINED[self.network][0]).model.astype(np.float64)
            return model.cell, model.readout
        if self.network == "yours" and own is not None:
            return own.astype(np.float64), None
        kind, settings = CELLS[self.cell], dict[str, Any]()
        if "activation" in kind.__dataclass_fields__:
            settings["activation"] = self.activation
        rng = np.random.default_rng([self.seed, 0])
        return kind.init(
            rng, 1, self.H, recurrent=self.recurrent, gain=self.gain, **settings
        ), None  # fmt: skip

    def constant(self, cell: Cell) -> Array:
        """Return the constant input (D,)."""
        x = np.zeros(cell.D)
        x[min(self.into, cell.D) - 1] = self.level
        return x

    def given(self, cell: Cell) -> Array | None:
        """Return the state (S,) that was typed, None where none was.

        Raises
        ------
        ValueError
            When it is not one number, or as many as the state has.
        """
        if not self.start.strip():
            return None
        try:
            numbers = [float(part) for part in self.start.replace(",", " ").split()]
        except ValueError:
            numbers = []
        if len(numbers) not in (1, cell.S):
            raise ValueError(
                f"Your state: wanted one number, or {cell.S} of them, one for each entry of the "
                f"state; got {len(numbers) or 'something else'}."
            )
        s = np.full(cell.S, numbers[0]) if len(numbers) == 1 else np.array(numbers)
        box = cell.box(self.constant(cell))
        if not np.isfinite(s).all():
            raise ValueError("Your state: wanted finite numbers, got some that are not.")
        if box is not None and ((s < box[0]) | (s > box[1])).any():
            i = int(np.argmax((s < box[0]) | (s > box[1])))
            raise ValueError(
                f"Your state lies outside the box that the network never leaves: entry {i + 1} is "
                f"{numeral(s[i], 4)}, the box goes from {numeral(box[0][i], 4)} to "
                f"{numeral(box[1][i], 4)}."
            )
        return s

    def run(self, cell: Cell, s0: Array | None = None) -> Trace:
        """Return a run: pulses on a trained network, else the constant input alone."""
        rng = np.random.default_rng([self.seed, 1])
        if self.trained:
            xs = FlipFlop(bits=3, T=self.T).batch(rng, 1).xs + self.constant(cell)
        else:
            xs = np.broadcast_to(self.constant(cell), (self.T, 1, cell.D)).copy()
            if s0 is None:
                bounds = cell.box(self.constant(cell))
                s0 = rng.uniform(-0.9, 0.9, cell.S)
                s0 = s0 if bounds is None else np.clip(s0, *bounds)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return Trace.of(cell, xs, None if s0 is None else s0[None])

    def sought(
        self, cell: Cell, live: bool = False, given: Array | None = None
    ) -> Iterator[FixedPoints]:
        """Yield what a search finds, batch after batch; in haste while a thumb is dragged."""
        rng = np.random.default_rng([self.seed, 2])
        starts: Array | int = min(self.starts, HASTE) if live else self.starts
        if given is not None or live:
            starts = spread(Autonomous.of(cell, self.constant(cell)), rng, int(starts))
        if given is not None:
            starts = np.concatenate([given[None], starts])
        if live:
            yield from self.glimpsed(cell, starts, rng)
        else:
            yield from search(cell, self.constant(cell), starts, rng, again=AGAIN)

    def glimpsed(
        self, cell: Cell, starts: Array, rng: np.random.Generator
    ) -> Iterator[FixedPoints]:
        """Yield what few and then more starts find, a fraction of a second at a time."""
        flow = Autonomous.of(cell, self.constant(cell))
        seeker, many = Seeker(flow), max(4, AT_ONCE // (cell.S**2 * cell.period))
        for done in range(0, len(starts), many):
            part = starts[done : done + many]
            seeker.take(seeker.explored(part))
            seeker.starts = done + len(part)
            yield seeker.found(False)
        for further in (between(seeker.points, rng), spread(flow, rng, len(starts))):
            for done in range(0, len(further), many):
                if seeker.complete():
                    break
                seeker.take(further[done : done + many], CLOSER)
                yield seeker.found(False)
        for _ in seeker.slow_down() if cell.S < LARGE else ():
            yield seeker.found(False)
        yield seeker.found(True)

    def without_view(self) -> FixedPointSearch:
        """Return the settings without what only says where one looks."""
        return replace(self, point=1, cursor=0, T=80)
