"""Where a network that was trained to keep three bits comes to rest: 27 points, 8 memories."""

# %% Where the folder explorer/ is: here, or one above
import sys

sys.path.extend([".", ".."])

import numpy as np

from explorer import Trace
from explorer.assets import asset
from explorer.dynamics.fixed_points import search
from explorer.export import show
from explorer.film import Reel
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.scenes import inputs, outputs, rest, time_axis

# %% The network: 16 tanh units that keep the sign of the last pulse on each of three inputs
model = asset("flip_flop-Elman-16").model.astype(np.float64)
cell = model.cell

# %% Newton's method from 300 starts; to stop earlier is to stop asking
for found in search(cell, np.zeros(3), 300, np.random.default_rng(0)):
    print(f"{found.starts} starts, {len(found)} fixed points")
print(found.verdict)

# %% How many directions lead away from each: 8 memories, 12 + 6 saddles, 1 source
ways_out, count = np.unique(found.unstable, return_counts=True)
for k, n in zip(ways_out, count, strict=True):
    print(f"{n} points with {k} ways out")

# %% A run with pulses among these places, as a film
xs = FlipFlop(bits=3, T=80).batch(np.random.default_rng(1), 1).xs
trace = Trace.of(cell, xs)
show(
    Reel(
        axis=time_axis(trace),
        panels=(
            inputs(trace),
            outputs(trace, model.readout),
            *rest.nearness(found, trace),
            rest.speed(trace),
        ),
        space=rest.rest_space(found, trace),
        title="Three bits are a cube",
    )
)
