"""Unrolled: recurrent networks step by step, with every gate and every gradient in the open."""

import os

# More than one BLAS thread slows matrices of this size down 2 to 40 times; the setting only counts
# before NumPy is loaded, and never overrides a choice that the user has made.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np  # noqa: E402

from explorer.cells import CELLS, Cell  # noqa: E402
from explorer.gradients import BackStep, GradientTrace, bptt  # noqa: E402
from explorer.trace import Step, Trace, unroll  # noqa: E402

# glibc hands freed memory back, only to fetch it anew, page by page, for the very next run: half of
# the time of a training update. A large block, freed without being touched, makes it keep some.
np.empty(31 << 20, np.uint8)

globals().update({kind.__name__: kind for kind in CELLS.values()})

__all__ = [
    "CELLS",
    "BackStep",
    "Cell",
    "GradientTrace",
    "Step",
    "Trace",
    "bptt",
    "unroll",
    *(kind.__name__ for kind in CELLS.values()),
]
