"""Where the weights of a cell start: how they are drawn, and which biases are set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self, final

import numpy as np

from explorer.cells.facts import Facts
from explorer.initialisers import Initialiser, initialiser, rescaled, uniform
from explorer.shapes import Array


class Initialisation(Facts):
    """A cell that can be drawn from a generator."""

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        D: int,
        H: int,
        *,
        recurrent: Initialiser | str = uniform,
        gain: float = 1.0,
        radius: float | None = None,
        keep_bias: float | None = None,
        chrono: float | None = None,
        **settings: Any,
    ) -> Self:
        """Draw a cell with D inputs and H units.

        Parameters
        ----------
        recurrent
            Initialiser of each gate's recurrent block; ``gain`` multiplies it.
        radius
            Spectral radius to which each recurrent block is rescaled, if given.
        keep_bias
            Bias of the gate that keeps the past (f of an LSTM, z of a GRU), if there is one.
        chrono
            Longest time T of chrono initialisation (Tallec & Ollivier 2018): the keep gate's bias
            is log U(1, T-1), the write gate's its negative.
        """
        if D < 1 or H < 1:
            raise ValueError(f"{cls.__name__}.init: wanted D >= 1 and H >= 1, got D={D}, H={H}.")
        if radius is not None and radius < 0:
            raise ValueError(f"{cls.__name__}.init: wanted a spectral radius >= 0, got {radius}.")
        if keep_bias is not None and chrono is not None:
            raise ValueError(
                f"{cls.__name__}.init: wanted keep_bias or chrono, got both for one bias."
            )
        draw = initialiser(recurrent)
        G = len(cls.drives)
        bound = 1.0 / np.sqrt(H)
        blocks = [draw(rng, H, gain) for _ in range(G)]
        arrays = {
            "W_xh": rng.uniform(-bound, bound, (G * H, D)),
            "W_hh": np.concatenate(blocks),
            "b_xh": rng.uniform(-bound, bound, G * H),
            "b_hh": rng.uniform(-bound, bound, G * H),
        }
        cell = cls(**arrays | cls.own_init(rng, D, H), **settings)
        if radius is not None:
            acting = [rescaled(block, radius) for block in cell.recurrence.reshape(G, H, H)]
            cell = replace(cell, W_hh=np.concatenate(acting))
        if chrono is not None:
            bias = np.log(rng.uniform(1.0, max(chrono - 1.0, 1.0), H))
            return cell.biased(cls.keep, bias).biased(cls.write, -bias)
        return cell if keep_bias is None else cell.biased(cls.keep, keep_bias)

    @classmethod
    def own_init(cls, rng: np.random.Generator, D: int, H: int) -> dict[str, Array]:
        """Draw the arrays that only this kind of cell has, or draws in its own way."""
        del rng, D, H
        return {}

    @final
    def biased(self, drive: str | None, value: float | Array) -> Self:
        """Set the whole bias of one gate, ``b_xh + b_hh``; without that gate nothing changes."""
        if drive is None:
            return self
        k = self.drives.index(drive) * self.H
        b_xh, b_hh = self.b_xh.copy(), self.b_hh.copy()
        b_xh[k : k + self.H], b_hh[k : k + self.H] = value, 0.0
        return replace(self, b_xh=b_xh, b_hh=b_hh)
