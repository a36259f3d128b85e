"""Every task in this folder, found by looking: a new file is a new task on every page."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

from explorer.learning.tasks.base import Batch, Task


def _discovered() -> dict[str, type[Task]]:
    found = [
        kind
        for module in iter_modules(__path__, f"{__name__}.")
        for kind in vars(import_module(module.name)).values()
        if inspect.isclass(kind)
        and issubclass(kind, Task)
        and not inspect.isabstract(kind)
        and kind.__module__ == module.name
    ]
    return {kind.__name__: kind for kind in found}


TASKS: dict[str, type[Task]] = _discovered()
"""From the name of a task's class to the class."""

__all__ = ["TASKS", "Batch", "Task"]
