"""A long computation goes on from run to run of a page, each of them in a context of its own."""

import gc
import sys
from contextvars import copy_context

import numpy as np
import pytest

from explorer.controls import watched as watch

door = sys.modules[watch.__module__]


class Rerun(BaseException):
    """What Streamlit raises to run a page again."""


@pytest.fixture
def memory(monkeypatch):
    """Give a session in which every result asks for a run of its own."""

    def breathe():
        raise Rerun

    kept = {}
    monkeypatch.setattr(door.st, "session_state", kept)
    monkeypatch.setattr(door, "PATIENCE", 0.0)
    monkeypatch.setattr(door, "SLICE", -1.0)
    monkeypatch.setattr(door, "breathe", breathe)
    return kept


def count(upto):
    """Count, deaf to what NumPy says meanwhile, as some computations are."""
    with np.errstate(over="ignore"):
        for k in range(1, upto + 1):
            np.float64(1e200) ** 2
            yield k


def one_run(begin, key="key"):
    """Run the page once, in a context of its own; None where it asks to be run again."""
    share, told = (lambda k: k / 5), str
    try:
        return copy_context().run(watch, "page", key, begin, share, told)
    except Rerun:
        return None


def test_it_goes_on_from_run_to_run(memory):
    found = [one_run(lambda: count(3)) for _ in range(4)]
    assert found == [None, None, None, (3, True)]


@pytest.mark.filterwarnings("error")
def test_what_nobody_waits_for_ends_in_silence(memory, monkeypatch):
    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    one_run(lambda: count(3))
    one_run(lambda: count(3), "other")
    memory.clear()
    gc.collect()
    assert not complaints


def test_what_fails_fails_again_and_is_no_result(memory):
    def failing():
        yield 1
        raise ValueError("no number")

    for _ in range(2):
        assert one_run(failing) is None
        with pytest.raises(ValueError, match="no number"):
            one_run(failing)
