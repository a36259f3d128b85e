"""Settings of the page about chaos: one random network, and five questions asked of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.cells import CELLS, Cell
from explorer.dynamics.growth import Growth, growing
from explorer.dynamics.leading import Leading, swept
from explorer.dynamics.lyapunov import Lyapunov, exponents_so_far
from explorer.dynamics.parting import Parting, apart, pair, partings
from explorer.dynamics.portions import WORK, Part, between, last, run
from explorer.dynamics.sweeps import Sweep, sweep
from explorer.entries import Choice, Linked, Real, Several, Whole, entry
from explorer.sequences import noise, silence, sine
from explorer.shapes import Array

VIEWS = {
    "apart": "Do two starts part?",
    "gain": "From which gain on?",
    "spectrum": "In how many directions?",
    "input": "Can an input tame it?",
    "gradient": "What do gradients do?",
}
DRIVES = {"own": "noise for each unit", "noise": "one noise for all", "sine": "one sine for all"}
SIZES = ("25", "50", "100", "200", "300", "400")
GAINS = np.arange(0.5, 3.01, 0.125)
LEVELS = np.round(np.arange(0.0, 3.01, 0.25), 2)
WARMUP = 200
MOST_STATES = 200  # of which a whole spectrum is computed
CHAOTIC = 0.01  # nats per step; finite runs of networks that circle come out within this of 0
SIDE_BY_SIDE = 4
SHORT = 100  # steps below which an exponent is hardly one
RANDOM = "Elman"  # with biases of zero: h' = tanh(g J h + input)
# What decides the numbers of each question; everything else only says where one looks.
MATTERS = {
    "gain": ("sizes", "networks", "steps", "seed"),
    "spectrum": ("cell", "N", "gain", "drive", "level", "steps", "seed"),
    "input": ("N", "gain", "drive", "networks", "steps", "seed"),
    "gradient": ("cell", "N", "drive", "level", "lags", "seed"),
    "starts": ("cell", "N", "gain", "push", "drive", "level", "T", "steps", "seed"),
    "beside": ("N", "gain", "T", "steps", "seed"),
    "backwards": ("cell", "N", "gain", "push", "drive", "level", "lags", "seed"),
}
HASTE = 2 * WORK  # multiplications of a run while a thumb is held
LEAST = 100  # steps of it, however large the network


@dataclass(frozen=True)
class Chaos(Linked):
    """Everything that decides the numbers on the page about chaos."""

    view: str = entry("apart", Choice(tuple(VIEWS)), label="Question", shown=VIEWS)
    cell: str = entry(RANDOM, Choice(tuple(CELLS)))
    N: int = entry(200, Whole(1, 400), label="Units N")
    gain: float = entry(2.0, Real(0.0, 10.0), "g", label="Gain g")
    push: float = entry(1e-8, Real(1e-14, 1.0), label="First distance ε")
    drive: str = entry(
        "own", Choice(tuple(DRIVES)), label="Input", shown=DRIVES,
        help="Of variance 1 before the amplitude A multiplies it. An input for all reaches each "
        "unit through a random weight; the sine has 20 steps per period.",
    )  # fmt: skip
    level: float = entry(0.0, Real(0.0, 5.0), "A", label="Amplitude A")
    T: int = entry(200, Whole(10, 600), label="Steps shown")
    steps: int = entry(
        500, Whole(1, 5000), label="Steps measured",
        help="Along how many steps exponents are measured, after 200 that do not count.",
    )  # fmt: skip
    lags: int = entry(400, Whole(2, 1500), label="Lags")
    sizes: tuple[str, ...] = entry(("25", "100", "300"), Several(SIZES), label="Sizes N")
    networks: int = entry(12, Whole(1, 60), "seeds", label="Networks of each")
    seed: int = entry(0, Whole(0, 9999), label="Seed", help="Draws networks, starts and inputs.")
    cursor: int = entry(0, Whole(0, 1500), "t")

    # ---- what it makes -------------------------------------------------------------------------

    def remark(self) -> str:
        """Return a sentence on settings that leave a question without a good answer, if any."""
        if self.view == "spectrum" and self.N > self.states:
            return (
                f"A whole spectrum is computed for up to {MOST_STATES} state variables: this is "
                f"the network of {self.states} units, not of {self.N}."
            )
        if self.asked != self:
            return f"This question is asked of tanh units, not of {CELLS[self.cell].name} cells."
        if self.N == 1 and self.view in ("apart", "spectrum"):
            return "A network of one unit: it hears nothing but itself."
        if self.view != "gradient" and self.steps < SHORT:
            return (
                "An exponent is a limit of long runs; along "
                f"{self.steps} step{'s' * (self.steps > 1)} it is a mere estimate."
            )
        if self.view == "gradient" and self.lags < SHORT:
            return f"Along {self.lags} lags a slope says little: differences have not yet turned."
        return ""

    def about(self, what: str) -> Chaos:
        """Return the recipe with only what matters to one computation; the key of its numbers."""
        kept = {name: getattr(self, name) for name in MATTERS[what]}
        return replace(Chaos(view=what if what in VIEWS else self.view), **kept)

    @property
    def asked(self) -> Chaos:
        """The recipe with the units that its question is asked of: of two, tanh units alone."""
        return replace(self, cell=RANDOM) if self.view in ("gain", "input") else self

    def in_haste(self, steps: int) -> int:
        """Return how many of so many steps there is time for while a thumb is held."""
        each = len(CELLS[self.cell].drives) * self.N * (self.N + self.D)
        return min(steps, max(LEAST, HASTE // each))

    def network(self) -> Cell:
        """Return the network: recurrent blocks from N(0, g²/N), no bias, and its input."""
        rng = np.random.default_rng([self.seed, 0])
        kind = CELLS[self.asked.cell]
        cell = kind.init(rng, self.D, self.N, recurrent="gaussian", gain=self.gain)
        rows, zero = cell.W_xh.shape[0], np.zeros_like(cell.b_hh)
        into = np.tile(np.eye(self.N), (rows // self.N, 1))
        if self.D == 1:
            into = np.random.default_rng([self.seed, 1]).standard_normal((rows, 1))
        return replace(cell, W_xh=self.level * into, b_xh=zero, b_hh=zero.copy())

    @property
    def shown(self) -> dict[str, Chaos]:
        """The recipe of each network whose run the question shows, by what it is called."""
        if self.view == "gain":
            alone = replace(self.asked, level=0.0)
            seeds = [(self.seed + k) % 10_000 for k in range(SIDE_BY_SIDE)]
            return {f"seed {seed}": replace(alone, seed=seed) for seed in seeds}
        N = min(self.N, self.states) if self.view == "spectrum" else self.N
        return {CELLS[self.asked.cell].name: replace(self.asked, N=N)}

    @property
    def D(self) -> int:
        """Number of inputs: one for each unit, or one for all."""
        return self.N if self.drive == "own" and self.level > 0 else 1

    def inputs(self, T: int) -> Array:
        """Return the input (T, D), of variance 1, before the weights of the network."""
        rng = np.random.default_rng([self.seed, 2])
        if self.level == 0:
            return silence(rng, T, self.D)
        return np.sqrt(2) * sine(rng, T, 1) if self.drive == "sine" else noise(rng, T, self.D)

    def start(self, S: int) -> Array:
        """Draw the state (S,) that a run starts from."""
        return np.random.default_rng([self.seed, 3]).uniform(-0.5, 0.5, S)

    def partings(self, live: bool = False) -> Iterator[Part[Parting]]:
        """Yield two nearly equal starts; the exponent is measured in haste while one drags."""
        cell, steps = self.network(), self.in_haste(min(self.steps, 300)) if live else self.steps
        xs = self.inputs(WARMUP + max(self.T, steps))
        rng = np.random.default_rng([self.seed, 4])
        yield from partings(cell, xs, self.start(cell.S), self.push, rng, self.T, WARMUP)

    def parting(self, live: bool = False) -> Parting:
        """Return two nearly equal starts, all at once."""
        return last(self.partings(live))

    def matrix(self, N: int, k: int) -> Array:
        """Return the matrix (N, N) of the k-th random network, at gain 1."""
        rng = np.random.default_rng([(self.seed + k) % 10_000, 0])
        return rng.standard_normal((N, N)) / np.sqrt(N)

    def gain_sweep(self) -> Iterator[Sweep]:
        """Yield the exponents of networks of several sizes against the gain."""

        def measure(N: int, k: int) -> Generator[float, None, Array]:
            rng = np.random.default_rng([self.seed, 5, k])
            found = yield from swept(
                self.matrix(N, k)[None], GAINS, T=self.steps, warmup=WARMUP, rng=rng
            )
            return found.exponents[:, 0]

        yield from sweep(measure, GAINS, [int(size) for size in self.sizes], self.networks)

    def beside(self, live: bool = False) -> Iterator[Part[tuple[Leading, Array]]]:
        """Yield exponents (1, k) of a few networks at the gain, and their runs (T+1, k, N)."""
        W = np.stack([self.matrix(self.N, k) for k in range(SIDE_BY_SIDE)])
        rng = np.random.default_rng([self.seed, 5])
        steps = min(self.steps, 200) if live else self.steps
        found = yield from between(0.0, 0.9, swept(W, [self.gain], T=steps, warmup=WARMUP, rng=rng))
        h = np.empty((WARMUP + self.T + 1, len(W), self.N))
        h[0] = rng.uniform(-0.5, 0.5, h[0].shape)
        for t in range(len(h) - 1):
            h[t + 1] = np.tanh(self.gain * np.matmul(W, h[t][..., None])[..., 0])
        yield Part(1.0, (found, h[WARMUP:]))

    def side_by_side(self, live: bool = False) -> tuple[Leading, Array]:
        """Return the same, all at once."""
        return last(self.beside(live))

    @property
    def states(self) -> int:
        """How many units a network may have for its whole spectrum to be computed."""
        return MOST_STATES // len(CELLS[self.cell].slots)

    def spectrum(self, live: bool = False) -> Iterator[Lyapunov]:
        """Yield all exponents of the network as they settle; few steps while a thumb is held."""
        small = replace(self, N=min(self.N, self.states))
        cell, steps = small.network(), min(self.steps, 60) if live else self.steps
        xs, rng = small.inputs(WARMUP + steps), np.random.default_rng([self.seed, 4])
        yield from exponents_so_far(cell, xs, small.start(cell.S), warmup=WARMUP, rng=rng)

    def input_sweep(self) -> Iterator[Sweep]:
        """Yield the exponents of networks at one gain against the amplitude of their input."""
        gains = np.full(len(LEVELS), self.gain)
        loud = replace(self, cell=RANDOM, level=1.0)
        shared = None
        if self.drive != "own":
            shared = loud.inputs(WARMUP + self.steps) * loud.network().W_xh[:, 0]

        def measure(N: int, k: int) -> Generator[float, None, Array]:
            rng = np.random.default_rng([self.seed, 6, k])
            heard = {"noise": LEVELS} if shared is None else {"drive": shared, "louder": LEVELS}
            found = yield from swept(
                self.matrix(N, k)[None], gains, T=self.steps, warmup=WARMUP, rng=rng, **heard
            )
            return found.exponents[:, 0]

        yield from sweep(measure, LEVELS, [self.N], self.networks)

    def growing(self, live: bool = False) -> Iterator[Part[Growth]]:
        """Yield how gradients grow on their way back; fewer lags while a thumb is held."""
        cell, rng = self.network(), np.random.default_rng([self.seed, 4])
        lags = self.in_haste(self.lags) if live else self.lags
        yield from growing(cell, self.inputs(WARMUP + lags), self.start(cell.S), rng, WARMUP)

    def growth(self) -> Growth:
        """Return how gradients grow on their way back, beside the leading exponent."""
        return last(self.growing())

    def ahead(self, live: bool = False) -> Iterator[Part[Array]]:
        """Yield how far two nearly equal starts are from each other, as many steps on as lags."""
        cell, rng = self.network(), np.random.default_rng([self.seed, 4])
        T = min(self.in_haste(self.lags) if live else self.lags, 600)
        xs = self.inputs(WARMUP + T)
        before = yield from between(
            0.0, 0.4, run(cell, xs[:WARMUP, None], self.start(cell.S)[None])
        )
        after = cell.from_step(WARMUP)
        both = yield from between(
            0.4, 1.0, pair(after, xs[WARMUP:], before.s[-1, 0], self.push, rng)
        )
        yield Part(1.0, apart(both))

    def backwards(self, live: bool = False) -> Iterator[Part[tuple[Growth, Array]]]:
        """Yield how gradients grow back, beside how far two starts part on their way on."""
        distance = np.zeros(0)
        for ahead in self.ahead(live):
            distance = distance if ahead.found is None else ahead.found
            yield Part(0.3 * ahead.share)
        for part in self.growing(live):
            found = None if part.found is None else (part.found, distance)
            yield Part(0.3 + 0.7 * part.share, found)

    def growths(self) -> Iterator[Part[tuple[list[float], list[Growth]]]]:
        """Yield gains and how gradients grow at them, for more and more gains."""
        gains, done = [float(gain) for gain in GAINS[::2]], list[Growth]()
        for k, gain in enumerate(gains):
            for part in replace(self, gain=gain).growing():
                yield Part((k + part.share) / len(gains), (gains[:k], done))
            assert part.found is not None
            done = [*done, part.found]
        yield Part(1.0, (gains, done))
