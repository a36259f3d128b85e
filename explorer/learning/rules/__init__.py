"""Every learning rule in this folder, found by looking: a new file is a new rule on every page."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

from explorer.learning.rules.base import Learner, Lesson, Rule


def _discovered() -> dict[str, type[Rule]]:
    found = [
        kind
        for module in iter_modules(__path__, f"{__name__}.")
        for kind in vars(import_module(module.name)).values()
        if inspect.isclass(kind)
        and issubclass(kind, Rule)
        and not inspect.isabstract(kind)
        and kind.__module__ == module.name
    ]
    return {kind.__name__: kind for kind in found}


RULES: dict[str, type[Rule]] = _discovered()
"""From the name of a rule's class to the class."""

__all__ = ["RULES", "Learner", "Lesson", "Rule"]
