"""Settings of the page about Hopfield networks: what is stored and where recall begins."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.memory.classic import Recall
from explorer.memory.signs import (
    DIGITS,
    SIDE,
    SIGNS,
    UNITS,
    from_hex,
    random_patterns,
    spelled,
    to_hex,
)
from explorer.memory.storage import RULES
from explorer.shapes import Array

MEMORIES = {"signs": "letters and digits", "random": "random pictures", "none": "only my own"}
STORED_BY = {"hebb": "Hebb", "storkey": "Storkey", "projection": "pseudo-inverse"}
STARTS = {
    "memory": "a damaged memory",
    "mixture": "a mixture of three",
    "random": "noise",
    "painted": "my painting",
}
DAMAGES = {"flip": "flip squares", "hide": "hide from below"}
HOLDS = (50, 100, 200, 400)  # units of the load curve
MOST_OWN = 8
SENSIBLE = UNITS // 2
_ONE = rf"[0-9a-fA-F]{{{DIGITS}}}"


@dataclass(frozen=True, eq=False)
class Memories:
    """What is stored: patterns (P, N), what each is called, and what had to be amended."""

    patterns: Array
    names: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True)
class Hopfield(Linked):
    """Everything that decides the numbers on the page, as plain hashable values."""

    memories: str = entry("signs", Choice(tuple(MEMORIES)), label="Memories", shown=MEMORIES)
    signs: str = entry(
        "RVZ6", Text(2000), label="Letters and digits",
        help="Each is a picture of 10 × 10 squares that we drew. Letters that look alike are hard "
        "to hold apart.",
    )  # fmt: skip
    P: int = entry(
        6, Whole(0, 200), label="Pictures P", help="Drawn from the seed, half of the squares ink."
    )
    own: str = entry(
        "",
        Text(
            MOST_OWN * (DIGITS + 1),
            rf"{_ONE}(-{_ONE}){{0,{MOST_OWN - 1}}}",
            f"painted pictures, {DIGITS} hexadecimal digits each, joined by -",
        ),
    )
    rule: str = entry(
        "hebb", Choice(tuple(RULES)), label="Stored by", shown=STORED_BY,
        help="Hebb: every picture adds its own outer product. Storkey: each adds what is not yet "
        "known. Pseudo-inverse: the projection on all pictures at once.",
    )  # fmt: skip
    start: str = entry("memory", Choice(tuple(STARTS)), label="Begin with", shown=STARTS)
    target: int = entry(1, Whole(1, 200), label="Memory no.")
    damage: str = entry("flip", Choice(tuple(DAMAGES)), label="Damage", shown=DAMAGES)
    amount: float = entry(0.3, Real(0.0, 1.0))
    cue: str = entry("", Text(DIGITS, _ONE, f"a painted picture, {DIGITS} hexadecimal digits"))
    seed: int = entry(
        0, Whole(0, 9999), label="Seed",
        help="Draws random pictures, the squares that are flipped, and the order of the visits.",
    )  # fmt: skip
    beta: float = entry(0.1, Real(0.001, 1.0))
    gain: float = entry(4.0, Real(0.2, 20.0))
    power: int = entry(
        3, Whole(2, 10), label="Power n of the dense network",
        help="Its energy is the sum of the n-th powers of the overlaps; n = 2 is close to 1982.",
    )  # fmt: skip
    holds: str = entry("100", Choice(tuple(map(str, HOLDS))), label="Units N of the load curve")

    # ---- what it makes -------------------------------------------------------------------------

    def stored(self) -> Memories:
        """Return the memories: chosen ones first, then those painted here."""
        remark, names = "", ()
        chosen = np.empty((0, UNITS))
        if self.memories == "signs":
            known, remark = spelled(self.signs)
            names = tuple(known)
            if known:
                chosen = np.stack([SIGNS[sign] for sign in known])
        if self.memories == "random" and self.P:
            chosen = random_patterns(np.random.default_rng([self.seed, 0]), self.P)
            names = tuple(f"{k + 1}" for k in range(self.P))
        painted = self.painted()
        names += tuple(f"mine {k + 1}" for k in range(len(painted)))
        return Memories(np.concatenate([chosen, painted]), names, remark)

    def painted(self) -> Array:
        """Return the pictures that the visitor has painted and stored, (K, N)."""
        own = [from_hex(text) for text in self.own.split("-")] if self.own else []
        return np.stack(own) if own else np.empty((0, UNITS))

    def weights(self, memories: Memories) -> Array:
        """Return the weights (N, N) of the classic network."""
        return RULES[self.rule](memories.patterns)

    def aimed(self, memories: Memories) -> int | None:
        """Return which memory is to be recalled (from 0); None if nothing is stored."""
        P = len(memories.patterns)
        return min(self.target, P) - 1 if P else None

    def begin(self, memories: Memories) -> Array:
        """Return the state that recall begins with, (N,)."""
        rng = np.random.default_rng([self.seed, 1])
        noise = random_patterns(rng, 1)[0]
        aim = self.aimed(memories)
        if self.start == "painted":
            return from_hex(self.cue) if self.cue else np.full(UNITS, -1.0)
        if self.start == "random" or aim is None:
            return noise
        if self.start == "mixture":
            return mixture(memories.patterns, aim)
        x = memories.patterns[aim].copy()
        if self.damage == "hide":
            rows = round(self.amount * SIDE)
            x[UNITS - rows * SIDE :] = -1.0
            return x
        hit = rng.permutation(UNITS)[: round(self.amount * UNITS)]
        x[hit] = -x[hit]
        return x

    def recall(self, memories: Memories, W: Array | None = None) -> Recall:
        """Return the film of the classic network's recall."""
        W = self.weights(memories) if W is None else W
        return Recall.of(W, self.begin(memories), self.order())

    def order(self) -> np.random.Generator:
        """Return the generator that decides in which order units are visited."""
        return np.random.default_rng([self.seed, 2])

    # ---- what a hand does ----------------------------------------------------------------------

    def with_painting(self, picture: Array) -> Hopfield:
        """Return the settings in which recall begins with this picture (N,)."""
        return replace(self, start="painted", cue=to_hex(picture))

    def with_own(self, picture: Array) -> tuple[Hopfield, str]:
        """Return the settings in which this picture is stored too, or a sentence why it is not."""
        held = self.painted()
        if (picture < 0).all():
            return self, "A blank picture has nothing to remember: paint some squares first."
        memories = self.stored()
        agree = memories.patterns @ picture / UNITS
        if (np.abs(agree) > 1 - 1e-9).any():
            name = memories.names[int(np.argmax(np.abs(agree)))]
            return self, f"This picture, or its negative, is stored already: it is {name}."
        if len(held) >= MOST_OWN:
            return self, f"There is room for {MOST_OWN} painted pictures; forget some first."
        text = to_hex(picture)
        return replace(self, own=f"{self.own}-{text}" if self.own else text), ""


def mixture(patterns: Array, first: int = 0) -> Array:
    """Return the majority of three memories from the first-th on (of what there is, if fewer).

    An odd number is mixed, so that every square has a majority.
    """
    P = len(patterns)
    count = 3 if P >= 3 else 1
    return np.sign(patterns[[(first + k) % P for k in range(count)]].sum(axis=0))
