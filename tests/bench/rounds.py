"""Contenders take turns, so that a busy moment of the machine hits them all alike."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Spread:
    """A median between its quartiles."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Summarise values; a single one is its own quartiles."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        lower, _, upper = quantiles(values, n=4, method="inclusive")
        return cls(median(values), lower, upper)


@dataclass(frozen=True)
class Rounds:
    """The measurements of every contender, one per round."""

    seconds: dict[str, list[float]]

    def ratio(self, peer: str, ours: str) -> Spread:
        """Return peer / ours: each round gives one ratio, so that drift cancels within it."""
        return Spread.of(
            [p / o for p, o in zip(self.seconds[peer], self.seconds[ours], strict=True)]
        )

    def milliseconds(self) -> dict[str, float]:
        """Return each contender's median in ms."""
        return {name: round(1e3 * median(times), 4) for name, times in self.seconds.items()}


def repeated(job: Callable[[], Any], least: float = 5e-3) -> float:
    """Return the seconds of one call among as many as fill ``least`` seconds, as timeit does.

    For jobs far below a millisecond, whose first call would mostly measure what the other
    contender has left in the cache.
    """
    calls, start = 0, perf_counter()
    while (elapsed := perf_counter() - start) < least:
        job()
        calls += 1
    return elapsed / calls


def stopwatch(job: Callable[[], Any]) -> float:
    """Return the seconds of a call; its result is dropped only after the clock has stopped."""
    start = perf_counter()
    result = job()
    elapsed = perf_counter() - start
    del result
    return elapsed


def interleaved(
    contenders: dict[str, Callable[[], Any]],
    *,
    rounds: int,
    budget: float = 10.0,
    least: int = 5,
    warm: int = 2,
    measure: Callable[[Callable[[], Any]], float] = stopwatch,
) -> Rounds:
    """Let the contenders take turns, another one first in each round.

    Parameters
    ----------
    rounds, budget, least
        At most so many rounds and about so many seconds, but never fewer than ``least`` rounds.
    warm
        Calls of each contender before the first round, not counted.
    measure
        Turns a contender into seconds; the stopwatch unless it measures itself.
    """
    names = list(contenders)
    for name in names:
        for _ in range(warm):
            contenders[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    end = perf_counter() + budget
    # A collection in the middle of one contender would be charged to it for all the others' waste.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for k in range(rounds):
            if k >= least and perf_counter() > end:
                break
            for name in names[k % len(names) :] + names[: k % len(names)]:
                seconds[name].append(measure(contenders[name]))
            gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return Rounds(seconds)
