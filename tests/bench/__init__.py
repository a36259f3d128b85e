"""Speed and size of the product, each beside a peer in the same run; reported, never asserted."""

import os

# One thread for every contender: with more, matrices of this size get slower and the tail explodes.
# The setting only counts before NumPy or torch are loaded, so it stands in the package itself.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
