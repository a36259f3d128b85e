"""What every test can ask for."""

import os

# Before NumPy is loaded: more than one BLAS thread slows small matrices down.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np  # noqa: E402
import pytest  # noqa: E402


@pytest.fixture
def rng() -> np.random.Generator:
    """Give a random generator with the same seed in every test."""
    return np.random.default_rng(2026)
