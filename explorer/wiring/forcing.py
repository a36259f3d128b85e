"""A network that eats its own output, or at times its teacher's: its run, and its gradient.

Williams & Zipser 1989; scheduled sampling: Bengio et al. 2015.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import BackStep, Step, at
from explorer.readout import Readout
from explorer.shapes import Array, check_shapes, scaled_norm
from explorer.wiring.fed import Fed


def coins(rng: np.random.Generator, T: int, B: int, forcing: float, warm: int = 1) -> Array:
    """Return who feeds each step, (T, B): True for the teacher, with probability ``forcing``.

    In the first ``warm`` steps the teacher always feeds, at least in the first: there is no output
    yet to eat. The same generator throws the same coins for every ``forcing``: a step that is
    forced stays so when it rises.
    """
    forced = rng.random((T, B)) < forcing
    forced[: max(warm, 1)] = True
    return forced


@dataclass(frozen=True, eq=False)
class ForcedRun:
    """The forward film: step t eats what ``forced`` says and answers ``y[t]``.

    ``truth`` has T + 1 rows; ``meal[t]`` is ``truth[t]`` where step t is forced, else ``y[t - 1]``.
    ``y[t]`` should be ``truth[t + 1]``. In ``steps`` the state before a step holds what was eaten.
    """

    network: Fed
    truth: Annotated[Array, "T+1 B O"]
    forced: Annotated[Array, "T B"]
    meal: Annotated[Array, "T B O"]
    y: Annotated[Array, "T B O"]
    s: Annotated[Array, "T B S"]
    steps: Step

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def of(cls, network: Fed, truth: Array, forced: Array) -> Self:
        """Run from the zero state along ``truth`` (T+1, B, O), fed as ``forced`` (T, B) says.

        Raises
        ------
        ValueError
            When the shapes do not fit, or the first step is not forced.
        """
        T, B, outputs = truth.shape[0] - 1, *truth.shape[1:]
        if T < 1 or outputs != network.O or forced.shape != (T, B) or not forced[0].all():
            raise ValueError(
                f"ForcedRun.of: wanted truth (T+1, B, {network.O}) with T >= 1 and forced (T, B), "
                f"its first row True, got {truth.shape} and {forced.shape}."
            )
        cell, dtype = network.cell, np.result_type(truth, network.cell.W_hh)
        s, y, meals, outs, steps = np.zeros((B, cell.S), dtype), truth[0], [], [], []
        with np.errstate(over="ignore", invalid="ignore"):
            for t in range(T):
                meal = np.where(forced[t][:, None], truth[t], y)
                step = cell.step(t, *network.served(s, meal))
                s = step.s
                y = network.says(s)
                meals.append(meal)
                outs.append(y)
                steps.append(step)
        return cls(
            network, truth, forced, np.array(meals), np.array(outs),
            np.array([step.s for step in steps]), film_of(cell, steps),
        )  # fmt: skip

    @property
    def T(self) -> int:
        """Number of steps."""
        return len(self.y)

    @property
    def error(self) -> Array:
        """Distance (T, B) of each answer from the truth."""
        miss = self.y - self.truth[1:]
        with np.errstate(over="ignore", invalid="ignore"):
            return scaled_norm(miss.reshape(-1, miss.shape[2])).reshape(miss.shape[:2])

    def squared(self, skip: int = 0) -> tuple[float, Array]:
        """Return the mean squared error of the answers after the first ``skip``, and dL/dy."""
        miss = self.y - self.truth[1:]
        miss[:skip] = 0.0
        count = max(miss[skip:].size, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.sum(miss * miss) / count), 2 * miss / count


@dataclass(frozen=True, eq=False)
class ForcedGradient:
    """The backward film, through the outputs that were eaten as well.

    ``ds[t]`` and ``dy[t]`` are the gradients at the state after step t and at its answer;
    ``dmeal[t]`` is the gradient at what step t ate. It goes on to the answer before unless the
    teacher fed: there forcing cuts the path.
    """

    run: ForcedRun
    ds: Annotated[Array, "T B S"]
    dy: Annotated[Array, "T B O"]
    dmeal: Annotated[Array, "T B O"]
    backs: BackStep

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def of(cls, run: ForcedRun, dL_dy: Array, *, outputs: bool = True, states: bool = True) -> Self:
        """Carry ``dL_dy`` (T, B, O) back.

        Without ``outputs``, what was eaten counts as given, as if there were no way through it;
        without ``states`` nothing crosses from step to step through the state either. Without
        both, this is the gradient of single steps.
        """
        network, cell = run.network, run.network.cell
        dy, ds, dmeal = dL_dy.copy(), np.zeros_like(run.s), np.zeros_like(dL_dy)
        backs: list[BackStep] = []
        later = np.zeros_like(run.s[0])
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for t in range(run.T - 1, -1, -1):
                if outputs and t + 1 < run.T:
                    dy[t] += np.where(run.forced[t + 1][:, None], 0.0, dmeal[t + 1])
                ds[t] = later if states else 0.0
                if network.readout is None:
                    cell.slot(ds[t], cell.fed)[...] += dy[t]
                else:
                    cell.slot(ds[t], "h")[...] += dy[t] @ network.readout.W_hy
                back = cell.pull(at(run.steps, t), ds[t])
                dmeal[t], later = network.eaten(back)
                backs.append(back)
        backs.reverse()
        film = BackStep(
            0, ds, np.array([b.ds_prev for b in backs]),
            np.array([b.da_x for b in backs]), np.array([b.da_h for b in backs]),
            {k: np.array([b.own[k] for b in backs]) for k in backs[0].own},
        )  # fmt: skip
        return cls(run, ds, dy, dmeal, film)

    @cached_property
    def dnetwork(self) -> Fed:
        """The weight gradient, shaped like the network."""
        network = self.run.network
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            dcell = network.cell.grad(self.run.steps, self.backs)
            if network.readout is None:
                return replace(network, cell=dcell)
            errors = self.dy.reshape(-1, network.O)
            h = network.cell.slot(self.run.s, "h").reshape(len(errors), -1)
            return Fed(dcell, Readout(errors.T @ h, errors.sum(axis=0)))

    @property
    def norm(self) -> Array:
        """Norm (T,) of the gradient at each answer, over outputs and batch."""
        return scaled_norm(self.dy.reshape(len(self.dy), -1))

    @property
    def carried(self) -> Array:
        """Norm (T,) of what each meal hands on to the answer before it."""
        handed = np.where(self.run.forced[..., None], 0.0, self.dmeal)
        return scaled_norm(handed.reshape(len(handed), -1))

    @property
    def cut(self) -> Array:
        """Norm (T,) of what would have gone on if the teacher had not fed."""
        held = np.where(self.run.forced[..., None], self.dmeal, 0.0)
        return scaled_norm(held.reshape(len(held), -1))


def film_of(cell: Cell, steps: list[Step]) -> Step:
    """Stack steps along time."""
    return Step(
        np.arange(len(steps)),
        *(np.array([getattr(step, k) for step in steps]) for k in ("x", "s_prev")),
        {gate: np.array([step.gates[gate] for step in steps]) for gate in cell.gates},
        np.array([step.s for step in steps]),
    )
