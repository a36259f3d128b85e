"""Vowels as sounds: each has two resonances of the mouth, and one glides into the next.

Frequencies are the means of 33 men in Peterson & Barney 1952.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.wiring.uses.base import Example, Heard, Use

FORMANTS = {"a": (730, 1090), "e": (530, 1840), "i": (270, 2290), "o": (570, 840), "u": (300, 870)}
VOWELS = tuple(FORMANTS)
MIDDLE, SPAN = np.array([500.0, 1565.0]), np.array([230.0, 725.0])
NOISE = 0.15
STEPS = 2  # of each vowel


def sound(vowels: str) -> Array:
    """Return both resonances (2·n, 2) of n vowels, scaled to -1..1.

    Each vowel takes two steps; the first is halfway between the vowel before and its own.
    """
    goals = (np.array([FORMANTS[v] for v in vowels]) - MIDDLE) / SPAN
    before = np.concatenate([goals[:1], goals[:-1]])
    return np.stack([(before + goals) / 2, goals], axis=1).reshape(-1, 2)


def vowels_of(text: str, sample: str) -> tuple[str, str]:
    """Return the vowels of a text, at most six, and a sentence about what was left out."""
    letters = [letter for letter in text.lower() if not letter.isspace()]
    found = "".join(letter for letter in letters if letter in FORMANTS)
    remarks = []
    if len(found) < len(letters):
        remarks.append("Left out what is not a, e, i, o or u.")
    if len(found) > 6:
        remarks.append(f"Kept the first 6 of {len(found)} vowels.")
    if letters and not found:
        remarks.append(f"No vowel was left, so it reads “{sample}”.")
    return found[:6] or sample, " ".join(remarks)


def random_vowels(rng: np.random.Generator) -> str:
    """Draw three to five vowels."""
    return "".join(rng.choice(VOWELS, int(rng.integers(3, 6))))


@dataclass(frozen=True)
class Speaking(Use):
    """Letters in, resonances out: to glide, it must remember the vowel before."""

    def draw(self, rng):
        vowels = random_vowels(rng)
        held = [v for v in vowels for _ in range(STEPS)]
        return Example(self.one_hot(VOWELS, held), sound(vowels), np.ones(len(held)), vowels)

    def hear(self, text, rng):
        vowels, remark = vowels_of(text, self.sample)
        held = [v for v in vowels for _ in range(STEPS)]
        return Heard(self.one_hot(VOWELS, held), tuple(held), remark)


@dataclass(frozen=True)
class Writing(Use):
    """Resonances in, letters out: a glide is only understood once its end is heard."""

    def draw(self, rng):
        vowels = random_vowels(rng)
        held = [v for v in vowels for _ in range(STEPS)]
        xs = sound(vowels)
        xs = xs + NOISE * rng.standard_normal(xs.shape)
        return Example(xs, self.one_hot(VOWELS, held), np.ones(len(held)), f"{xs.tobytes()}")

    def hear(self, text, rng):
        vowels, remark = vowels_of(text, self.sample)
        xs = sound(vowels)
        xs = xs + NOISE * rng.standard_normal(xs.shape)
        return Heard(xs, tuple(v for v in vowels for _ in range(STEPS)), remark)


SPEAKING = Speaking(
    "speaking", "text to speech", "deep",
    "Vowels are turned into sound: the two resonances of the mouth, gliding from one vowel to the "
    "next.",
    "every step; right means both within 0.1 of the truth", "aeiou", VOWELS, ("F1", "F2"),
    says_numbers=True, updates=200,
)  # fmt: skip
WRITING = Writing(
    "writing", "speech to text", "deep_bidirectional",
    "Noisy sound is written down, step by step. In the middle of a glide the vowel to come is not "
    "yet heard in full.",
    "every step", "aeiou", ("F1", "F2"), VOWELS, updates=80,
)  # fmt: skip
