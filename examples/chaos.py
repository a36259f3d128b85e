"""When does a random network become chaotic? Lyapunov exponents against the gain of its weights."""

# %% Where the folder explorer/ is: here, or one above
import sys

sys.path.extend([".", ".."])

import numpy as np

from explorer import Elman
from explorer.dynamics.leading import leading_exponents
from explorer.dynamics.lyapunov import lyapunov_spectrum
from explorer.dynamics.mean_field import mean_field
from explorer.dynamics.sweeps import Sweep
from explorer.figures.exponents import exponents

# %% Four networks h' = tanh(g W h) of 25 and of 100 units, their leading exponents over the gain
gains = np.round(np.arange(0.6, 2.61, 0.2), 2)
rng = np.random.default_rng(0)
found = {}
for N in (25, 100):
    W = rng.standard_normal((4, N, N)) / np.sqrt(N)
    found[N] = leading_exponents(W, gains, T=300, rng=rng).T  # (networks, gains)
    chaotic = (found[N] > 0.01).mean(axis=0)
    print(f"N = {N}: chaotic at g = 1.4: {chaotic[np.searchsorted(gains, 1.4)]:.0%}")

# %% Beside them the theory of infinitely many units (Sompolinsky, Crisanti & Sommers 1988)
fine = np.linspace(0.6, 2.6, 81)
exponents(Sweep(gains, found, 8), "gain g", (fine, mean_field(fine).exponent))

# %% All exponents of one network: in how many directions do differences grow?
cell = Elman.init(np.random.default_rng(1), 1, 40, recurrent="gaussian", gain=2.0)
spectrum = lyapunov_spectrum(cell, T=300, rng=np.random.default_rng(2))
print("the five largest:", spectrum.exponents[:5].round(3))
print("differences grow in", int((spectrum.exponents > 0).sum()), "of", cell.S, "directions")
print("dimension (Kaplan & Yorke):", round(spectrum.dimension, 2))
