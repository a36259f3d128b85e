"""A bounded place for results that several threads share."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, MutableMapping
from threading import Lock
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(MutableMapping[K, V]):
    """A mapping of at most so many entries: a new one displaces the one that was set first.

    Each operation holds a lock, since visitors run in threads of their own. What is set again
    counts as new. Iterating goes over the keys as they were at its beginning.
    """

    def __init__(self, most: int):
        if most < 1:
            raise ValueError(f"most: wanted at least 1 entry, got {most}")
        self.most, self._entries, self._lock = most, {}, Lock()

    def __getitem__(self, key: K) -> V:
        with self._lock:
            return self._entries[key]

    def __setitem__(self, key: K, value: V) -> None:
        with self._lock:
            self._set(key, value)

    def __delitem__(self, key: K) -> None:
        with self._lock:
            del self._entries[key]

    def __iter__(self) -> Iterator[K]:
        with self._lock:
            return iter(list(self._entries))

    # The mixin's own pop and setdefault look and change in two steps, between which another thread
    # may come.
    def pop(self, key: K, *default: V) -> V:
        """Remove an entry and return it; without a default, one that is missing is an error."""
        with self._lock:
            return self._entries.pop(key, *default)

    def setdefault(self, key: K, default: V = None) -> V:
        """Return an entry, after setting it where there is none."""
        with self._lock:
            if key in self._entries:
                return self._entries[key]
            return self._set(key, default)

    def _set(self, key: K, value: V) -> V:
        self._entries.pop(key, None)
        self._entries[key] = value
        while len(self._entries) > self.most:
            del self._entries[next(iter(self._entries))]
        return value

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)
