"""Translation: English numbers into German ones, whose units are said before the tens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.wiring.uses.base import Example, Heard, Use

TENS = {
    "twenty": "zwanzig", "thirty": "dreißig", "forty": "vierzig", "fifty": "fünfzig",
    "sixty": "sechzig", "seventy": "siebzig", "eighty": "achtzig", "ninety": "neunzig",
}  # fmt: skip
UNITS = {
    "one": "ein", "two": "zwei", "three": "drei", "four": "vier", "five": "fünf",
    "six": "sechs", "seven": "sieben", "eight": "acht", "nine": "neun",
}  # fmt: skip


@dataclass(frozen=True)
class Translation(Use):
    """Forty seven becomes sieben und vierzig: the first word read is the last one said."""

    def draw(self, rng):
        ten, unit = str(rng.choice(list(TENS))), str(rng.choice(list(UNITS)))
        said = [UNITS[unit], "und", TENS[ten], "."]
        wanted = self.one_hot(self.says, said)
        return Example(self.one_hot(self.reads, [ten, unit]), wanted, np.ones(4), f"{ten} {unit}")

    def hear(self, text, rng):
        words, remark = self.known(text)
        return Heard(self.one_hot(self.reads, words), tuple(words), remark)


TRANSLATION = Translation(
    "translation", "translation", "encoder_decoder",
    "Forty seven is sieben und vierzig: the order turns round, so everything must be read before "
    "anything is said.",
    "every word", "forty seven", (*TENS, *UNITS),
    (*UNITS.values(), "und", *TENS.values(), "."), updates=400,
)  # fmt: skip
