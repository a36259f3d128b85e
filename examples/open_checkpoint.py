"""A checkpoint of PyTorch, opened up: the gates that it hides, the gradients of every step."""

# %% Where the folder explorer/ is: here, or one above
import sys

sys.path.extend([".", ".."])

import io

import numpy as np
import torch

from explorer import scenes
from explorer.checkpoints.networks import imported
from explorer.checkpoints.study import Study, opened
from explorer.export import show
from explorer.film import Reel

# %% A model as anybody writes and saves it (of yours: content = Path(...).read_bytes())
torch.manual_seed(0)
layer, head = torch.nn.LSTM(3, 12, num_layers=2), torch.nn.Linear(12, 2)
model = torch.nn.ModuleDict({"rnn": layer, "head": head})
file = io.BytesIO()
torch.save({"epoch": 7, "model": model.state_dict()}, file)
content = file.getvalue()

# %% What is in it; the file is read in a process of its own, with weights_only=True
upload = opened("checkpoint.pt", content)
for module in upload.modules:
    print(module.said)
print("read-outs:", *upload.heads(upload.modules[0]))

# %% Run it on a sequence: the same numbers as torch, in double precision
xs = np.random.default_rng(0).standard_normal((40, 1, 3))
network = imported(upload.modules[0])
study = Study.of(network, xs, upload.heads(upload.modules[0])["model.head"], "last")
with torch.no_grad():
    theirs = head(layer(torch.tensor(xs, dtype=torch.float32))[0])
print("largest difference from torch:", f"{np.abs(study.y - theirs.numpy()).max():.0e}")

# %% The gates of the second layer, which torch does not show, and the gradient at each step
trace, gradients = study.film(1, 0)
show(
    Reel(
        axis=scenes.time_axis(trace),
        panels=(
            *scenes.gates(trace),
            *scenes.states(trace),
            scenes.gradient_norms(gradients),
        ),
        title="The second layer of a checkpoint",
    )
)
