"""All fixed points of trained flip-flop networks, against first-order minimisation of |F(h) - h|².

The peer is the usual way (Sussillo & Barak 2013; Golub & Sussillo 2018): q = |F(h) - h|²/2 of all
starts together is minimised by Adam in float32, with the settings published for this very task.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch.func import jacrev, vmap

from explorer import Cell, assets
from explorer.dynamics import fixed_points
from explorer.dynamics.fixed_points import FixedPoints
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.trace import Trace
from tests.bench.report import Row
from tests.bench.rounds import interleaved

STARTS, NOISE = 1000, 0.5
GOALS = {"Elman-16": 15, "Elman-64": 3, "GRU-16": 200, "GRU-64": 40}
LAYERS = {"Elman": torch.nn.RNN, "GRU": torch.nn.GRU}
RATE, FACTOR, PATIENCE = 1.0, 0.95, 5
TOL_Q, TOL_DQ, MOST, UNIQUE = 1e-12, 1e-20, 10_000, 1e-3
MOST_SPECTRA = 100  # of a peer that takes a thousand places for points


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per network."""
    for name in GOALS:
        if not quick or name.endswith("16"):
            yield compared(name, quick)


def compared(name: str, quick: bool) -> Row:
    """Time one network, after checking that every known point is found and is one."""
    cell = assets.asset(f"flip_flop-{name}").model.cell.astype(np.float64)
    starts = noisy(cell)
    found, theirs = fixed_points(cell, starts=starts), torch_layer(name, cell)
    right(found)
    verified = count(found, minimised(theirs, starts))
    gated = name.startswith("GRU")
    times = interleaved(
        {
            "torch": lambda: looked_into(theirs, minimised(theirs, starts)),
            "ours": lambda: fixed_points(cell, starts=starts),
        },
        rounds=1 if gated and quick else 2 if gated else 7,
        budget=60.0 if gated else 15.0,
        least=1 if gated else 3,
        warm=0 if gated else 1,
    )
    return Row(
        "fixedpoint", f"{name} {STARTS} starts", "torch, Adam on q jointly",
        times.ratio("torch", "ours"), at_least=GOALS[name],
        facts=times.milliseconds() | {"found": len(found), "found by peer": verified},
    )  # fmt: skip


def noisy(cell: Cell) -> np.ndarray:
    """Return states of runs on the task with noise added, inside the box (starts, S)."""
    rng = np.random.default_rng(0)
    trace = Trace.of(cell, FlipFlop().batch(rng, 64).xs)
    states = trace.s[1:].reshape(-1, cell.S)
    picked = states[rng.choice(len(states), STARTS, replace=False)]
    return np.clip(picked + NOISE * rng.standard_normal(picked.shape), -1, 1)


def right(found: FixedPoints) -> None:
    """Raise unless all 27 known points are found, each to rounding error, and certified."""
    kinds = list(np.bincount(found.unstable))
    if kinds != [8, 12, 6, 1] or found.certificate != 1 or found.correction.max() > 1e-10:
        raise ArithmeticError(f"wanted 8, 12, 6, 1 points to 1e-10, got {kinds}.")


def count(found: FixedPoints, ends: np.ndarray) -> int:
    """Return how many of the points have an end of the peer within 1e-3."""
    apart = np.linalg.norm(found.points[:, None] - ends, axis=2)
    return int((apart.min(axis=1) < 1e-3).sum())


def looked_into(layer: torch.nn.Module, ends: np.ndarray) -> np.ndarray:
    """Return the spectrum at each distinct end, as our result has it: merged by tol_unique."""
    _, first = np.unique(np.rint(ends / UNIQUE), axis=0, return_index=True)
    x = torch.zeros(1, 1, layer.input_size)
    h = torch.tensor(ends[np.sort(first)][:MOST_SPECTRA], dtype=torch.float32)
    J = vmap(jacrev(lambda one: layer(x, one[None, None])[1][0, 0]))(h)
    return torch.linalg.eigvals(J).numpy()


def torch_layer(name: str, cell: Cell) -> torch.nn.Module:
    """Return torch's own layer with these weights, frozen, in float32."""
    layer = LAYERS[name.split("-")[0]](cell.D, cell.H)
    with torch.no_grad():
        for theirs, ours in (
            (layer.weight_ih_l0, cell.W_xh),
            (layer.weight_hh_l0, cell.W_hh),
            (layer.bias_ih_l0, cell.b_xh),
            (layer.bias_hh_l0, cell.b_hh),
        ):
            theirs.copy_(torch.tensor(ours))
    return layer.requires_grad_(False)


def minimised(layer: torch.nn.Module, starts: np.ndarray) -> np.ndarray:
    """Return where Adam brings all starts; it ends once each has a small q or a still one."""
    h = torch.tensor(starts, dtype=torch.float32)[None].requires_grad_(True)
    x = torch.zeros(1, len(starts), layer.input_size)
    optimiser = torch.optim.Adam([h], lr=RATE)
    slower = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=FACTOR, patience=PATIENCE)
    before = torch.full((len(starts),), torch.inf)
    for _ in range(MOST):
        optimiser.zero_grad()
        q = 0.5 * (layer(x, h)[1] - h).square().sum(dim=2)[0]
        mean = q.mean()
        mean.backward()
        optimiser.step()
        now = q.detach()
        rate = optimiser.param_groups[0]["lr"]
        if bool(((now < TOL_Q) | ((now - before).abs() < TOL_DQ * rate)).all()):
            break
        slower.step(mean.item())
        before = now
    return h.detach()[0].double().numpy()
