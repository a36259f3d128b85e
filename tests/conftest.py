"""What every test can ask for."""

import os
from pathlib import Path

# Before NumPy is loaded: more than one BLAS thread slows small matrices down.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that open a browser and put them last.

    The quick ones fail first; and the browser's event loop would stop any other from starting one.
    """
    for item in items:
        if HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def rng() -> np.random.Generator:
    """Give a random generator with the same seed in every test."""
    return np.random.default_rng(2026)


# A busy machine is no failure; and what CI tries is the same every time, what we try is not.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
