"""A film of an LSTM and of its gradients: every gate, every state, every |dL/ds_t|."""

# %% Where the folder explorer/ is: here, or one above
import sys

sys.path.extend([".", ".."])

import numpy as np

from explorer import LSTM, GradientTrace, Trace, scenes
from explorer.dynamics.decay import decay
from explorer.export import show
from explorer.figures.gradient_flow import gradient_flow
from explorer.film import Bars, Reel
from explorer.learning.losses import LastState

# %% One network, one sequence: a pulse, then silence
rng = np.random.default_rng(0)
xs = np.zeros((60, 1, 2))  # (time, batch, feature)
xs[0] = 1.0
loss = LastState()


def run(bias):
    """Run an LSTM of 16 units whose forget gate has this bias, forward and back."""
    cell = LSTM.init(np.random.default_rng(1), 2, 16).biased("f", bias)
    trace = Trace.of(cell, xs)
    return trace, GradientTrace.of(trace, loss.gradient(trace))


trace, gradients = run(bias=1.0)
print("c_T =", trace.slot("c")[-1, 0].round(3))
print("half-life of the gradient:", round(decay(gradients).half_life, 2), "steps")

# %% The film: drag the slider, or press play
show(
    Reel(
        axis=scenes.time_axis(trace),
        panels=(
            scenes.inputs(trace),
            *scenes.gates(trace),
            *scenes.states(trace),
            scenes.gradient_norms(gradients),
        ),
        side=(Bars("c"), scenes.trajectory(trace)),
        title="An LSTM after a single pulse",
    )
)

# %% The same network with its forget gate wider and wider open
norms = {f"b_f = {bias:g}": run(bias)[1].norm() for bias in (-1.0, 1.0, 3.0, 5.0)}
for name, norm in norms.items():
    print(f"{name}: |dL/ds_0| = {norm[0]:.2e}")

# %% A figure of Plotly, as it is
gradient_flow({"LSTM": np.array(list(norms.values()))})
