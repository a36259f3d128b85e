"""A text read by a network: what it expects after every letter, and what of the past it used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from explorer.cells.records import expanded
from explorer.learning.model import Model, ModelFilm
from explorer.shapes import Array, scaled_norm
from explorer.text.vocabulary import Vocabulary


def softmax(y: Array, temperature: float = 1.0) -> Array:
    """Return the probabilities that outputs (..., V) stand for, in float64."""
    y = np.asarray(y, np.float64)
    with np.errstate(under="ignore"):
        odds = np.exp((y - y.max(axis=-1, keepdims=True)) / temperature)
        return odds / odds.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, eq=False)
class Reading:
    """A network that read a text of T letters; row t of everything is after letter t + 1."""

    text: str
    vocabulary: Vocabulary
    model: Model
    film: ModelFilm

    @classmethod
    def of(cls, model: Model, vocabulary: Vocabulary, text: str) -> Self:
        """Let a model read a text.

        Raises
        ------
        ValueError
            When there is no letter, or the model has another number of inputs than letters.
        """
        if not text:
            raise ValueError("Reading.of: wanted at least one letter, got an empty text.")
        if model.cell.D != len(vocabulary):
            raise ValueError(
                f"Reading.of: wanted one input for each of {len(vocabulary)} letters, got a model "
                f"with {model.cell.D} inputs."
            )
        xs = vocabulary.one_hot(text, model.dtype.type)
        return cls(text, vocabulary, model, model.film(xs))

    @property
    def T(self) -> int:
        """Number of letters."""
        return len(self.text)

    @property
    def unknown(self) -> float:
        """Share of the letters that have no number of their own."""
        return float((self.vocabulary.encode(self.text) == len(self.vocabulary) - 1).mean())

    @cached_property
    def p(self) -> Array:
        """Probabilities of the next letter, (T, V)."""
        return softmax(self.film.y[:, 0])

    @cached_property
    def log_p(self) -> Array:
        """Their logarithms, (T, V), also where the probability is out of range."""
        y = self.film.y[:, 0].astype(np.float64)
        y = y - y.max(axis=-1, keepdims=True)
        with np.errstate(under="ignore"):
            return y - np.log(np.exp(y).sum(axis=-1, keepdims=True))

    @cached_property
    def followed(self) -> Array:
        """The number of the letter that follows, (T,); after the last, of the likeliest."""
        numbers = self.vocabulary.encode(self.text)
        return np.append(numbers[1:], self.p[-1].argmax())

    @cached_property
    def surprise(self) -> Array:
        """-log p of the letter that came, in nats (T,); nan for the first, which none foretold."""
        told = self.log_p[np.arange(self.T - 1), self.followed[:-1]]
        return np.concatenate([[np.nan], -told])

    @property
    def loss(self) -> float:
        """Mean surprise in nats a letter; nan for a text of one letter."""
        return float(np.mean(self.surprise[1:])) if self.T > 1 else np.nan

    def influence(self, lags: int = 60) -> Array:
        """Return how each prediction hangs on the letters before it, (T, lags).

        Entry (t, k) is |∂ log p_t(letter that follows) / ∂x_{t-k}|, the gradient at the input of
        k steps before: nats for each unit of input, k = 0 the letter just read; nan before the
        text. One sweep back carries all predictions within reach side by side.
        """
        model, steps, T = self.model, self.film.trace, self.T
        slopes = -self.p
        slopes[np.arange(T), self.followed] += 1.0
        at_h = slopes.astype(model.dtype) @ model.readout.W_hy
        injected = np.zeros((T, model.cell.S), model.dtype)
        model.cell.slot(injected, "h")[...] = at_h
        found = np.full((T, lags), np.nan)
        on_their_way = injected[:0]
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for k in range(T - 1, -1, -1):
                # Row j is the prediction after step k + j.
                on_their_way = np.concatenate([injected[k : k + 1], on_their_way[: lags - 1]])
                n = len(on_their_way)
                back = model.cell.pull(expanded(steps[k], n), on_their_way[None])
                found[np.arange(k, k + n), np.arange(n)] = scaled_norm(
                    model.cell.dx(back)[0].astype(np.float64)
                )
                on_their_way = back.ds_prev[0]
        return found
