"""What stands in a folder, found by looking, so that a new file is all that something new needs."""

import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

Kind = TypeVar("Kind")


def discovered(package: str, path: Iterable[str], base: type[Kind]) -> list[type[Kind]]:
    """Return the concrete subclasses of ``base`` that the modules of a package define."""
    return [
        kind
        for module in iter_modules(path, f"{package}.")
        for kind in vars(import_module(module.name)).values()
        if inspect.isclass(kind)
        and issubclass(kind, base)
        and not inspect.isabstract(kind)
        and kind.__module__ == module.name
    ]


class Derived(Generic[Kind]):
    """A fact of a class that follows from others: computed once for each class, when asked."""

    def __init__(self, of: Callable[[Any], Kind]) -> None:
        self.of, self.__doc__ = of, of.__doc__
        self.known: dict[type, Kind] = {}

    def __get__(self, instance: object, owner: type) -> Kind:
        if owner not in self.known:
            self.known[owner] = self.of(owner)
        return self.known[owner]
