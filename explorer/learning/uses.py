"""Training a wiring on one of its uses, and how well it does on examples that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.assets import asset, names
from explorer.cells.base import Cell
from explorer.learning.objectives import CrossEntropy, Objective, SquaredError
from explorer.learning.optimisers import Adam
from explorer.shapes import Array
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.kinds import Kind, Network
from explorer.wiring.uses import USES, Example, Use

MEASURED = "uses"
DRAWN, HELD, BATCH, UNITS, RATE = 480, 0.25, 24, 12, 0.02


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples of one length: ``xs`` (T, B, D), ``wanted`` (T_out, B, O), ``scored`` (T_out, B)."""

    xs: Array
    wanted: Array
    scored: Array

    @classmethod
    def of(cls, examples: list[Example]) -> Batch:
        """Put examples of one length side by side."""
        return cls(
            np.stack([e.xs for e in examples], axis=1),
            np.stack([e.wanted for e in examples], axis=1),
            np.stack([e.scored for e in examples], axis=1),
        )


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network: its accuracy on held-out examples, that of always giving one answer."""

    network: Network
    accuracy: float
    baseline: float
    losses: Array


def lengths(examples: list[Example]) -> list[list[Example]]:
    """Return the examples sorted by the lengths of what is read and said."""
    found: dict[tuple[int, int], list[Example]] = {}
    for example in examples:
        found.setdefault((len(example.xs), len(example.wanted)), []).append(example)
    return list(found.values())


def examples(use: Use, rng: np.random.Generator) -> tuple[list[Example], list[Example]]:
    """Return examples to learn from and examples held out; no text is among both."""
    drawn = [use.draw(rng) for _ in range(DRAWN)]
    texts = list(dict.fromkeys(example.text for example in drawn))
    held = {texts[k] for k in rng.permutation(len(texts))[: max(1, round(HELD * len(texts)))]}
    return [e for e in drawn if e.text not in held], [e for e in drawn if e.text in held]


def objective(use: Use) -> Objective:
    """Return the loss of a use."""
    return SquaredError() if use.says_numbers else CrossEntropy()


def answer(network: Network, xs: Array, T: int) -> Any:
    """Run a network on its own: ``T`` is how many steps it may answer where that is free."""
    if isinstance(network, EncoderDecoder):
        return network.answer(xs, T)
    return network.run(xs, T if network.hears == "first" else None)


def taught(network: Network, batch: Batch) -> Any:
    """Run a network on a batch; a decoder is told the right answer before each step."""
    if isinstance(network, EncoderDecoder):
        told = np.concatenate([np.zeros_like(batch.wanted[:1]), batch.wanted[:-1]])
        return network.run(batch.xs, told)
    return answer(network, batch.xs, len(batch.wanted))


def updates(network: Network, use: Use, learnt: list[Example], rng: np.random.Generator,
            count: int) -> Iterator[tuple[Network, float]]:  # fmt: skip
    """Yield the network and its loss after each update of Adam on a random batch of one length."""
    loss, adam = objective(use), Adam(rate=RATE)
    memory, groups = adam.start(network), lengths(learnt)
    sizes = np.array([len(group) for group in groups], float)
    for n in range(count):
        group = groups[rng.choice(len(groups), p=sizes / sizes.sum())]
        picked = rng.choice(len(group), min(BATCH, len(group)), replace=False)
        batch = Batch.of([group[k] for k in picked])
        trace = taught(network, batch)
        # Every answer is taught, also those that are too easy to be scored.
        value, dy = loss.value_and_gradient(trace.y, batch.wanted, np.ones(batch.wanted.shape[:2]))
        gradient = trace.pull(dy).dnetwork
        size = gradient.norm()
        if not np.isfinite(size):
            return
        if size > 1.0:
            gradient = gradient.map(lambda g, size=size: g / size)
        scale = 1.0 if n < 0.6 * count else 0.3
        network, memory = adam.update(network, gradient, memory, scale)
        yield network, value


def accuracy(network: Network, use: Use, held: list[Example]) -> float:
    """Return the share of scored answers that are right, each network left to itself."""
    loss, right, all_of = objective(use), 0.0, 0.0
    for group in lengths(held):
        batch = Batch.of(group)
        y = answer(network, batch.xs, len(batch.wanted)).y
        right += float(np.sum(loss.correct(y, batch.wanted) * batch.scored))
        all_of += float(batch.scored.sum())
    return right / all_of


def baseline(use: Use, learnt: list[Example], held: list[Example]) -> float:
    """Return the accuracy of giving one answer always: the commonest, or the mean where numbers."""
    rows = np.concatenate([e.wanted[e.scored > 0] for e in learnt])
    mean = rows.mean(axis=0)
    loss, right, all_of = objective(use), 0.0, 0.0
    for e in held:
        y = np.broadcast_to(mean, e.wanted.shape)[:, None]
        right += float(np.sum(loss.correct(y, e.wanted[:, None])[:, 0] * e.scored))
        all_of += float(e.scored.sum())
    return right / all_of


def trained(use: Use, kind: Kind, cell: type[Cell], seed: int, depth: int = 2) -> Trained:
    """Train a wiring of a cell on a use from one seed; the same seed always gives the same."""
    rng = np.random.default_rng([seed, 5])
    learnt, held = examples(use, rng)
    network = kind.build(cell, seed, len(use.reads), UNITS, len(use.says), depth)
    losses = []
    for moved, value in updates(network, use, learnt, rng, use.updates):
        network = moved
        losses.append(value)
    return Trained(
        network, accuracy(network, use, held), baseline(use, learnt, held), np.array(losses)
    )


def shown_pairs() -> list[tuple[str, str]]:
    """Return the pairs of wiring and use that are measured beforehand.

    Each use in its own wiring; and what one direction makes of the use that needs both.
    """
    return [*((use.wiring, key) for key, use in USES.items()), ("aligned", "right")]


def measured(wiring: str, use: str, cell: str) -> tuple[Array, float] | None:
    """Return the accuracies (seeds,) and the mean baseline that assets/make/uses.py measured."""
    kept = asset(MEASURED).arrays if MEASURED in names() else {}
    found = kept.get(f"{wiring} {use} {cell}")
    return None if found is None else (found, float(kept[f"{use} baseline"].mean()))
