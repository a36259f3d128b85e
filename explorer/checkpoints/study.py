"""A network from a file, run on a sequence: films of every layer and the gradients of a loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.checkpoints import inspection, quarantine, safetensors
from explorer.checkpoints.layers import Found, readouts, recurrent
from explorer.checkpoints.networks import Imported
from explorer.gradients import GradientTrace
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.trace import Trace
from explorer.wiring.stack_films import StackGradient, StackTrace

LARGEST_TABLE = 4096


@dataclass(frozen=True, eq=False)
class Upload:
    """What was found in a file: recurrent modules, and the tables that may stand around them."""

    name: str
    modules: tuple[Found, ...]
    remarks: tuple[str, ...] = ()
    tables: Mapping[str, Array] = field(default_factory=dict)
    ours: bool = False  # the example that ships, not a visitor's file

    def embeddings(self, D: int) -> dict[str, Array]:
        """Return the tables (V, D) whose rows could be the inputs of a module."""
        return {
            key.removesuffix(".weight"): W
            for key, W in self.tables.items()
            if W.ndim == 2 and W.shape[1] == D and "embed" in key.lower()
        }

    def embedding(self, name: str, D: int) -> Array | None:
        """Return the table of this name, none for "", else the first that could be meant."""
        found = {**self.embeddings(D), "": None}
        return found.get(name, next(iter(found.values())))

    def head(self, name: str, width: int) -> Readout | None:
        """Return the read-out of this name, none for "", else the first that could be meant."""
        found = {**self.heads(width), "": None}
        return found.get(name, next(iter(found.values())))

    def heads(self, width: int) -> dict[str, Readout]:
        """Return the linear layers that could read the output of a module."""
        found = readouts(self.tables, width)
        return {k: Readout(*pair) for k, pair in found.items() if "embed" not in k.lower()}


def opened(name: str, content: bytes) -> Upload:
    """Open a file of a visitor.

    Raises
    ------
    Refused
        With a sentence about what was found and what is accepted.
    """
    kind = inspection.inspect(content)
    arrays = safetensors.read(content) if kind == "safetensors" else quarantine.opened(content)
    modules, remarks = recurrent(arrays)
    own = tuple(found.prefix for found in modules)
    tables = {
        key: array
        for key, array in arrays.items()
        if array.ndim in (1, 2)
        and len(array) <= LARGEST_TABLE
        and not (own and key.startswith(own) and ("_ih" in key or "_hh" in key or "_hr" in key))
    }
    return Upload(name, tuple(modules), tuple(remarks), tables)


@dataclass(frozen=True, eq=False)
class Study:
    """One module reading one sequence, and the gradient of a loss on what it says.

    L = Σ u · y over the last step or all, u = (1, ..., 1)/√n, where y is the read-out or, without
    one, what the module hands on.
    """

    network: Imported
    trace: StackTrace
    gradient: StackGradient
    y: Array
    readout: Readout | None

    @classmethod
    def of(cls, network: Imported, xs: Array, readout: Readout | None, loss: str) -> Study:
        """Run a sequence (T, 1, D) and carry the loss, "last" or "every", back through it."""
        trace = StackTrace.of(network.stack, xs)
        handed = network.handed_on(trace.h)
        y = handed if readout is None else readout(handed)
        dy = np.zeros_like(y)
        dy[slice(None) if loss == "every" else -1] = 1 / np.sqrt(y.shape[-1])
        dh = dy if readout is None else dy @ readout.W_hy
        with np.errstate(over="ignore", invalid="ignore"):
            return cls(network, trace, StackGradient.of(trace, network.at_states(dh)), y, readout)

    def film(self, layer: int, way: int) -> tuple[Trace, GradientTrace]:
        """Return the films of one direction of one layer, in the time of that direction."""
        return self.trace.films[layer][way], self.gradient.films[layer][way]
