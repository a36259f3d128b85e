"""Captioning: one small picture in, a few words out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.tokens import tokens
from explorer.wiring.uses.base import Example, Heard, Use

SIDE = 6
SHAPES = {
    "ring": ("###", "#.#", "###"),
    "cross": (".#.", "###", ".#."),
    "bar": ("...", "###", "..."),
}
NOISE = 0.25


def drawn(shape: str, low: bool, right: bool) -> Array:
    """Draw a shape in one quarter of an empty picture (SIDE, SIDE)."""
    picture = np.zeros((SIDE, SIDE))
    rows = np.array([[float(pixel == "#") for pixel in row] for row in SHAPES[shape]])
    picture[3 * low : 3 * low + 3, 3 * right : 3 * right + 3] = rows
    return picture


@dataclass(frozen=True)
class Caption(Use):
    """What is seen is said word by word, from one look at the start."""

    def look(self, shape: str, low: bool, right: bool, rng: np.random.Generator) -> Array:
        """Return the picture as one noisy input (1, 36)."""
        picture = drawn(shape, low, right).reshape(1, -1)
        return picture + NOISE * rng.standard_normal(picture.shape)

    def draw(self, rng):
        shape, low, right = str(rng.choice(list(SHAPES))), *(rng.random(2) < 0.5)
        said = [shape, "bottom" if low else "top", "right" if right else "left", "."]
        xs = self.look(shape, bool(low), bool(right), rng)
        return Example(
            xs, self.one_hot(self.says, said), np.array([1.0, 1.0, 1.0, 0.0]), f"{xs.tobytes()}"
        )

    def hear(self, text, rng):
        read = tokens(text)
        words = [token.lower() for token in read.found]
        shape = next((word for word in words if word in SHAPES), None)
        unknown = list(dict.fromkeys(word for word in words if word not in self.says[:-1]))
        remarks = [read.remark()] if read.remark() else []
        if unknown:
            named = ", ".join(f"“{word[:16]}”" for word in unknown[:3])
            more = " …" if unknown[3:] else ""
            remarks.append(f"Left out {named}{more}: wanted {', '.join(self.says[:-1])}.")
        if text.strip() and shape is None:
            remarks.append(
                "No ring, cross or bar was named, so the picture shows a cross, top left."
            )
        chosen = words if shape else self.sample.split()
        xs = self.look(shape or "cross", "bottom" in chosen, "right" in chosen, rng)
        return Heard(xs, ("picture",), " ".join(remarks))


CAPTION = Caption(
    "caption", "captioning a picture", "one_to_many",
    "One look at 36 noisy pixels, then a caption, word by word, from memory alone. Type a shape "
    "(ring, cross, bar) and a place (top or bottom, left or right) to draw another picture.",
    "the three words before the full stop", "cross top left",
    tuple(f"pixel {row + 1},{column + 1}" for row in range(SIDE) for column in range(SIDE)),
    (*SHAPES, "top", "bottom", "left", "right", "."),
)  # fmt: skip
