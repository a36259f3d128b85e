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


@pytest.fixture
def drawn(monkeypatch):
    """Give what a session has drawn of the bar, in order."""
    said = []

    class Place:
        def container(self, **_):
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def progress(self, share, text=""):
            said.append(text)
            return self

        def empty(self):
            said.append("gone")

    for name in ("empty", "progress"):
        monkeypatch.setattr(door.st, name, lambda *_: Place())
    monkeypatch.setattr(door.st, "button", lambda *_, **__: None)
    monkeypatch.setattr(door, "TOLD", 0.0)
    return said


def test_a_run_that_goes_on_draws_its_bar_before_it_computes(memory, drawn):
    def steps():
        drawn.append("computes")
        yield 1
        drawn.append("computes")
        yield 2

    assert [one_run(steps) for _ in range(3)] == [None, None, (2, True)]
    # Of a run that ends in another one, a browser sees what was drawn before it computed.
    assert drawn == ["computes", "1", "1", "computes", "2", "2", "gone"]


def test_a_click_on_stop_is_meant_for_what_has_followed(memory):
    assert one_run(lambda: count(1)) is None
    assert one_run(lambda: count(1)) == (1, True)
    assert copy_context().run(run_of, "page.chart") is None
    door.stop("page")  # its button was clicked a moment before it came to its end
    assert copy_context().run(run_of, "page.chart") == (1, False)
    door.resume("page.chart")
    assert memory["page.chart.running"]["stopped"] is False


def run_of(page):
    """Run a computation of another name once."""
    try:
        return watch(page, "key", lambda: count(3), lambda k: k / 3, str)
    except Rerun:
        return None


def test_a_session_keeps_as_many_results_as_was_asked(memory):
    for key in "abc":
        while copy_context().run(kept_by, key) is None:
            pass
    assert memory["page.done"] == {"c": 2}


def kept_by(key):
    """Run a computation once, of which one result is kept."""
    try:
        return watch("page", key, lambda: count(2), lambda k: k / 2, str, 1)
    except Rerun:
        return None


def test_who_drags_waits_for_no_more_than_the_first_result():
    assert door.in_haste(iter("abc"), 0.0) == ("a", False)
    assert door.in_haste(iter("abc"), 60.0) == ("c", True)


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
