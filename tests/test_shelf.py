"""A shelf is bounded, and threads that share it see neither an error nor another's entry."""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from explorer.shelf import Shelf


def test_the_entry_that_was_set_first_is_displaced():
    shelf = Shelf(2)
    shelf["a"], shelf["b"] = 1, 2
    shelf["a"] = 3
    shelf["c"] = 4
    assert dict(shelf) == {"a": 3, "c": 4}


def test_a_shelf_has_room_for_something():
    with pytest.raises(ValueError, match="at least 1"):
        Shelf(0)


def test_threads_share_a_shelf():
    shelf, most, numbers = Shelf(3), [], count()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def visit(_):
        for _ in range(500):
            key = next(numbers) % 7
            shelf[key] = str(key)
            assert shelf.get(key, str(key)) == str(key)
            assert all(found in range(7) for found in shelf)
            shelf.pop(key, None)
            shelf[key] = str(key)
            most.append(len(shelf))

    try:
        with ThreadPoolExecutor(8) as visitors:
            list(visitors.map(visit, range(8)))
    finally:
        sys.setswitchinterval(before)
    assert max(most) <= 3


@pytest.mark.parametrize("name", ["chaos", "reservoir"])
def test_what_all_visitors_share_is_a_shelf(name):
    module = __import__(f"explorer.controls.{name}", fromlist=["shelf"])
    assert isinstance(module.shelf(), Shelf)


def test_an_entry_is_removed_by_one_thread_alone():
    shelf, before = Shelf(2000), sys.getswitchinterval()
    shelf.update((key, key) for key in range(2000))
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as visitors:
            taken = visitors.map(
                lambda _: sum(shelf.pop(k, None) is not None for k in range(2000)), range(8)
            )
            assert sum(taken) == 2000
    finally:
        sys.setswitchinterval(before)
