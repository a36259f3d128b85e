"""A network from a file, run on a sequence: films of every layer and the gradients of a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from explorer.checkpoints import quarantine, surroundings
from explorer.checkpoints.layers import Found, recurrent
from explorer.checkpoints.networks import Imported
from explorer.checkpoints.quarantine import Contents
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.stacked import stacks
from explorer.gradients import GradientTrace
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.trace import Trace
from explorer.wiring.stack_films import StackGradient, StackTrace


@dataclass(frozen=True, eq=False)
class Upload:
    """What was found in a file: recurrent modules, and the arrays that may stand around them."""

    name: str
    modules: tuple[Found, ...]
    remarks: tuple[str, ...] = ()
    contents: Contents = field(default_factory=lambda: Contents.of({}))
    ours: bool = False  # the example that ships, not a visitor's file

    @classmethod
    def of(cls, name: str, contents: Contents, ours: bool = False) -> Upload:
        """Return what is found in the contents of a file."""
        modules, remarks = recurrent(contents.arrays, contents.kinds)
        if not modules:
            raise Refused(" ".join(remarks))
        part = surroundings.shard(name)
        remarks += [part] if part else []
        return cls(name, (*stacks(modules), *modules), tuple(remarks), contents, ours)

    def embeddings(self, found: Found) -> dict[str, Array]:
        """Return the tables (V, D) whose rows could be a module's inputs, the likely one first."""
        return surroundings.embeddings(self.contents, found, self.modules)

    def embedding(self, name: str, found: Found) -> Array | None:
        """Return the table of this name, none for "", else the likely one."""
        tables = self.embeddings(found)
        return tables.get(name, next(iter(tables.values())))

    def heads(self, found: Found) -> dict[str, Readout | None]:
        """Return the linear layers that could read a module's output, the likely one first."""
        return surroundings.heads(self.contents, found, self.modules)

    def head(self, name: str, found: Found) -> Readout | None:
        """Return the read-out of this name, none for "", else the likely one."""
        heads = self.heads(found)
        return heads.get(name, next(iter(heads.values())))

    def unused(self, found: Found, head: str = "", embedding: str = "") -> dict[str, str]:
        """Return the arrays that a picture does not apply, and what each seems to be."""
        applied = [f"{name}{end}" for name in (head, embedding) if name
                   for end in ("", ".weight", ".bias")]  # fmt: skip
        return surroundings.unused(self.contents, (*found.used, *applied))


def opened(name: str, content: bytes, waiting: Callable[[int], None] = quarantine.alone) -> Upload:
    """Open a file of a visitor.

    Raises
    ------
    Refused
        With a sentence about what was found and what is accepted.
    """
    return Upload.of(name, quarantine.contents(content, waiting))


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
