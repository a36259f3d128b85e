"""Settings of the page on which networks learn: a task, a network, a rule, an optimiser."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.cells import CELLS
from explorer.dynamics.course import Course
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.initialisers import INITIALISERS
from explorer.learning.groupings import GROUPINGS
from explorer.learning.model import Model
from explorer.learning.optimisers import OPTIMISERS
from explorer.learning.rules import RULES, Rule
from explorer.learning.schedules import SCHEDULES
from explorer.learning.tasks import TASKS, Task
from explorer.learning.training import Training

UNCLIPPED = 1000.0  # a threshold at its upper end limits nothing
LONGEST = 200
NEWEST = -1
LONGEST_BEFORE = 1500
STAGE = r"[0-9]{1,4}(?:_[A-Za-z0-9.+-]{1,24}){0,24}"
STAGES = rf"{STAGE}(?:~{STAGE}){{0,99}}"


def titles(kinds: dict[str, Any]) -> dict[str, str]:
    """Return what each kind is called on the page."""
    return {key: kind.name for key, kind in kinds.items()}


@dataclass(frozen=True)
class TrainingRecipe(Linked):
    """Everything that decides a training run, as plain hashable values.

    The entries named in BEGINNING decide where it begins; the others may change on the way.
    """

    task: str = entry("Adding", Choice(tuple(TASKS)), label="Task", shown=titles(TASKS))
    T: int = entry(
        50, Whole(1, LONGEST), label="Length T",
        help="Steps of a sequence, or of the delay in it. Grammars have lengths of their own.",
    )  # fmt: skip
    bits: int = entry(1, Whole(1, 3), label="Bits")
    cell: str = entry("GRU", Choice(tuple(CELLS)))
    H: int = entry(32, Whole(1, 256), label="Units H")
    rule: str = entry(
        "BPTT", Choice(tuple(RULES)), label="Learning rule", shown=titles(RULES),
        help="How the gradient is found. Changing it takes effect from the next update on.",
    )  # fmt: skip
    k1: int = entry(
        10, Whole(1, LONGEST), label="Update every k₁ steps",
        help="Also of RTRL. A window reaches back k₂ steps, or k₁ if that is more.",
    )  # fmt: skip
    k2: int = entry(10, Whole(1, LONGEST))
    groups: str = entry(
        "unit", Choice(tuple(GROUPINGS)), label="Filter knows", shown={
            "global": "all weights together", "array": "each array by itself",
            "unit": "each unit by itself",
        },
    )  # fmt: skip
    optimiser: str = entry(
        "Adam", Choice(tuple(OPTIMISERS)), label="Optimiser", shown=titles(OPTIMISERS)
    )
    rate: float = entry(0.01, Real(1e-5, 100.0), label="Learning rate")
    clip: float = entry(1.0, Real(0.001, UNCLIPPED), label="Clip at")
    clipped: str = entry(
        "norm", Choice(("norm", "value")), label="Clip by",
        help="The norm of the whole gradient keeps its direction; by value every entry is cut.",
    )  # fmt: skip
    schedule: str = entry(
        "Constant", Choice(tuple(SCHEDULES)), label="Learning rate over time",
        shown=titles(SCHEDULES), help="Steps: halved every 500 updates. Cosine: down to 0 in 2000. "
        "Warm-up: a straight rise over the first 100.",
    )  # fmt: skip
    B: int = entry(32, Whole(1, 128), label="Batch B")
    seed: int = entry(
        0, Whole(0, 9999), label="Seed", help="Draws the first weights and all batches."
    )
    seeds: int = entry(
        1, Whole(1, 8), label="Seeds side by side",
        help="Each draws its own weights and batches; they take turns, so each goes slower.",
    )  # fmt: skip
    recurrent: str = entry("uniform", Choice(tuple(INITIALISERS)), "init")
    gain: float = entry(1.0, Real(0.0, 4.0), label="Gain of the recurrent weights")
    memory: str = entry(
        "default", Choice(("default", "bias", "chrono")),
        shown={"default": "random", "bias": "set below", "chrono": "chrono"},
    )  # fmt: skip
    bias: float = entry(1.0, Real(-6.0, 8.0), label="… set to")
    activation: str = entry("tanh", Choice(tuple(ACTIVATIONS)), "act")
    engine: str = entry(
        "numpy", Choice(("numpy", "torch")), label="Computed by",
        shown={"numpy": "NumPy, ours", "torch": "PyTorch"},
        help="The same updates either way, to rounding; PyTorch finds the gradient of BPTT by its "
        "automatic differentiation.",
    )  # fmt: skip
    cursor: int = entry(NEWEST, Whole(NEWEST, 10**6), "n")
    # What a link says of a run besides: the update it has come to, where an earlier one is shown,
    # and the settings that held before these. explorer.recipes.training_stages reads them.
    made: int = entry(NEWEST, Whole(NEWEST, 10**6))
    before: str = entry("", Text(LONGEST_BEFORE, STAGES, "stages such as 120_rate_0.3"))

    # ---- what it makes -------------------------------------------------------------------------

    @property
    def start(self) -> TrainingRecipe:
        """The recipe with only those entries that decide where a run begins."""
        kept = {name: getattr(self, name) for name in BEGINNING}
        return replace(TrainingRecipe(), **kept)

    def problem(self) -> Task:
        """Return the task; one that cannot be as short as asked is as short as it can be."""
        kind = TASKS[self.task]
        for length in range(self.T, LONGEST + 1):
            try:
                task = kind.of_length(length)
            except ValueError:
                continue
            return replace(task, bits=self.bits) if self.asks("bits") else task
        return kind()

    def asks(self, name: str) -> bool:
        """Tell whether the task has a setting of this name."""
        return name in {field.name for field in fields(TASKS[self.task])}

    def learning_rule(self) -> Rule:
        """Return the learning rule with those of the settings that it has a use for."""
        kind = RULES[self.rule]
        known = {
            "k1": self.k1, "k2": max(self.k1, self.k2), "every": self.k1, "groups": self.groups
        }  # fmt: skip
        own = {field.name for field in fields(kind)}
        return kind(**{name: value for name, value in known.items() if name in own})

    def has(self, name: str) -> bool:
        """Tell whether the learning rule has a setting of this name."""
        return name in {field.name for field in fields(RULES[self.rule])}

    def trainings(self) -> list[Training]:
        """Return what decides the run of every seed."""
        most = None if self.clip >= UNCLIPPED else self.clip
        return [
            Training(
                self.problem(), self.learning_rule(), OPTIMISERS[self.optimiser](self.rate),
                SCHEDULES[self.schedule](), self.B, self.seed + k,
                clip=most if self.clipped == "norm" else None,
                limit=most if self.clipped == "value" else None,
            )
            for k in range(self.seeds)
        ]  # fmt: skip

    def model(self, k: int = 0) -> Model:
        """Return the network of the k-th seed before the first update."""
        kind, task = CELLS[self.cell], self.problem()
        settings: dict[str, Any] = {}
        if "activation" in kind.__dataclass_fields__:
            settings["activation"] = self.activation
        rng = np.random.default_rng([self.seed + k, 0])
        return Model.init(
            rng, kind, task.D, self.H, task.O, recurrent=self.recurrent, gain=self.gain,
            keep_bias=self.bias if self.memory == "bias" and kind.keep else None,
            chrono=float(max(self.T, 2)) if self.memory == "chrono" and kind.keep else None,
            **settings,
        )  # fmt: skip

    def course(self) -> Course:
        """Return the run before its first update.

        Raises
        ------
        ValueError
            When the rule cannot learn with a network of this size.
        """
        return Course.begin(self.trainings(), [self.model(k) for k in range(self.seeds)])

    def remark(self) -> str:
        """Return a sentence on settings that had to be amended, if there is one."""
        task = self.problem()
        length = getattr(task, "delay", getattr(task, "T", self.T))
        if length != self.T and (self.asks("T") or self.asks("delay")):
            return f"The task {task.name} cannot be {self.T} steps long; it has {length}."
        return ""


# Whatever else is changed counts from the next update on.
BEGINNING = (
    "task", "T", "bits", "cell", "H", "seed", "seeds", "recurrent", "gain", "memory", "bias",
    "activation",
)  # fmt: skip
