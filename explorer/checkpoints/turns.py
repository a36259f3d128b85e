"""A queue over all visitors: few files are opened at a time, in the order of arrival."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from explorer.checkpoints.refused import Refused


class Turns:
    """So many places, given out in the order of arrival."""

    def __init__(self, places: int = 2, patience: float = 120.0, longest: int = 30) -> None:
        self.places = places
        self.patience = patience
        self.longest = longest
        self._free = threading.Condition()
        self._busy = 0
        self._line: deque[object] = deque()

    @contextmanager
    def taken(self, waiting: Callable[[int], None] = lambda ahead: None) -> Iterator[None]:
        """Wait for a place and hold it.

        Parameters
        ----------
        waiting
            Called about twice a second with the number of those ahead; what it raises ends the
            wait.

        Raises
        ------
        Refused
            When the line is too long, or no place has become free in time.
        """
        ticket, until = object(), time.monotonic() + self.patience
        crowded = Refused("Too many files are waiting to be opened here.", "Try again in a minute.")
        with self._free:
            if len(self._line) >= self.longest:
                raise crowded
            self._line.append(ticket)
        try:
            while not self._admitted(ticket):
                if time.monotonic() > until:
                    raise crowded
                waiting(self._ahead(ticket))
        finally:
            with self._free:
                if ticket in self._line:
                    self._line.remove(ticket)
                    self._free.notify_all()
        try:
            yield
        finally:
            with self._free:
                self._busy -= 1
                self._free.notify_all()

    def _admitted(self, ticket: object) -> bool:
        """Take a place if one is free and nobody stands ahead; else wait a little."""
        with self._free:
            if not self._next(ticket):
                self._free.wait(0.5)
            if not self._next(ticket):
                return False
            self._line.popleft()
            self._busy += 1
            return True

    def _next(self, ticket: object) -> bool:
        return self._busy < self.places and self._line[0] is ticket

    def _ahead(self, ticket: object) -> int:
        with self._free:
            return self._line.index(ticket) + self._busy
