"""Small networks whose dynamics are known."""

import numpy as np

from explorer import Elman


def autonomous(W, b=None, activation="tanh"):
    """Return the network h' = φ(W h + b) without an input to speak of."""
    W = np.atleast_2d(np.asarray(W, float))
    N = len(W)
    b = np.zeros(N) if b is None else np.atleast_1d(np.asarray(b, float))
    return Elman(np.zeros((N, 1)), W, b, np.zeros(N), activation=activation)


def rotation(angle):
    """Return the matrix that turns the plane by an angle."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
