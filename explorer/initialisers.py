"""Where recurrent weights start, because that decides whether gradients live or die.

Each initialiser draws one square block of the recurrent matrix; a gated cell draws one per gate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.shapes import Array

# (rng, H, gain) -> (H, H); naming the generator here would load numpy.random for nothing.
Initialiser = Callable[..., Array]


def uniform(rng: np.random.Generator, H: int, gain: float = 1.0) -> Array:
    """Draw from U(-1/sqrt(H), 1/sqrt(H)) times the gain: the default of torch.nn.RNN."""
    bound = gain / np.sqrt(H)
    return rng.uniform(-bound, bound, (H, H))


def orthogonal(rng: np.random.Generator, H: int, gain: float = 1.0) -> Array:
    """Draw uniformly from the orthogonal group (Mezzadri 2007), times the gain."""
    q, r = np.linalg.qr(rng.standard_normal((H, H)))
    return gain * q * np.where(np.diag(r) < 0, -1.0, 1.0)


def identity(rng: np.random.Generator, H: int, gain: float = 1.0) -> Array:
    """Return the identity times the gain, as in the IRNN (Le, Jaitly & Hinton 2015)."""
    del rng
    return gain * np.eye(H)


def gaussian(rng: np.random.Generator, H: int, gain: float = 1.0) -> Array:
    """Draw from N(0, gain²/H): spectral radius near the gain for large H (Girko 1984)."""
    return gain * rng.standard_normal((H, H)) / np.sqrt(H)


INITIALISERS: dict[str, Initialiser] = {
    f.__name__: f for f in (uniform, orthogonal, identity, gaussian)
}


def initialiser(choice: Initialiser | str) -> Initialiser:
    """Return the initialiser itself, or the one of that name.

    Raises
    ------
    ValueError
        When no initialiser has that name.
    """
    if callable(choice):
        return choice
    if choice not in INITIALISERS:
        raise ValueError(f"initialiser: wanted one of {', '.join(INITIALISERS)}, got {choice!r}.")
    return INITIALISERS[choice]


def spectral_radius(W: Array) -> float:
    """Return the largest modulus among the eigenvalues of a square matrix."""
    return float(np.max(np.abs(np.linalg.eigvals(W))))


def rescaled(W: Array, radius: float) -> Array:
    """Scale a square matrix to the wanted spectral radius.

    Raises
    ------
    ValueError
        When all its eigenvalues vanish, so that no scaling can help.
    """
    current = spectral_radius(W)
    if current <= 1e-12 * np.linalg.norm(W):
        raise ValueError(
            f"rescaled: wanted spectral radius {radius}, but all eigenvalues of this matrix are 0 "
            "and stay 0 under any scaling; draw another matrix."
        )
    return W * (radius / current)
