"""What a notebook meets first: few imports, plain arguments, sentences where something is wrong."""

import doctest
import importlib

import numpy as np
import pytest

from explorer import GRU, Elman, Trace
from explorer.dynamics import fixed_points, lyapunov_spectrum

EXAMPLES = (
    "estimates", "numerals", "activations", "cells.elman", "dynamics.lyapunov",
)  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_docstrings_run(name):
    module = importlib.import_module(f"explorer.{name}")
    done = doctest.testmod(module, extraglobs={"np": np})
    assert done.attempted
    assert not done.failed


def test_a_scalar_bias_is_one_number_for_every_row():
    W = np.array([[0.5, 0.1], [0.0, -0.3]])
    scalar = Elman(np.zeros((2, 1)), W, 0, 0.25)
    whole = Elman(np.zeros((2, 1)), W, np.zeros(2), np.full(2, 0.25))
    xs = np.ones((5, 1, 1))
    np.testing.assert_array_equal(Trace.of(scalar, xs).s, Trace.of(whole, xs).s)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"W_hh": 0.5}, r"wanted W_hh as a matrix, got shape \(\); its shape is \(G·H, H\)"),
        ({"W_xh": np.zeros(2)}, r"wanted W_xh as a matrix, got shape \(2,\)"),
        ({"b_xh": np.zeros((2, 1))}, r"wanted b_xh as a vector, got shape \(2, 1\)"),
        ({"b_hh": "none"}, "wanted b_hh as a vector, got a str; give an array of numbers"),
        ({"b_hh": np.zeros(3)}, "b_hh 3; give every array the same number of rows"),
        ({"activation": "thanh"}, "wanted one of tanh, relu.*got 'thanh'; choose one"),
        ({"activation": 3}, "got 3; choose one"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(changes, sentence):
    given = {"W_xh": np.zeros((2, 1)), "W_hh": np.eye(2), "b_xh": 0, "b_hh": 0}
    with pytest.raises(ValueError, match=sentence):
        Elman(**given | changes)


def test_the_logistic_function_is_an_activation_by_name():
    cell = Elman.autonomous(2.0, -1.0, activation="logistic")
    h = 0.3
    for _ in range(200):
        h = 1 / (1 + np.exp(1 - 2 * h))
    found = fixed_points(cell)
    assert found.points[0, 0] == pytest.approx(h)
    assert found.certificate == 1
    slope = 2 * h * (1 - h)
    assert lyapunov_spectrum(cell).leading == pytest.approx(np.log(slope), abs=1e-3)


def test_an_autonomous_network_is_one_call():
    assert len(fixed_points(Elman.autonomous(1.5 * np.eye(2)))) == 9
    with pytest.raises(ValueError, match=r"square recurrent matrix \(H, H\), got shape \(1, 2\)"):
        Elman.autonomous(np.ones((1, 2)))


def test_a_training_loop_needs_two_imports():
    from explorer.learning import BPTT, Adam, Adding, Model, train

    task = Adding(T=10)
    model = Model.init(np.random.default_rng(0), GRU, task.D, 4, task.O)
    updates = train(model, task, BPTT(), Adam(rate=0.01))
    assert np.isfinite([next(updates).loss for _ in range(3)]).all()


@pytest.mark.parametrize("room", ["learning", "memory", "wiring", "reservoir", "dynamics"])
def test_a_package_exports_what_it_names(room):
    package = importlib.import_module(f"explorer.{room}")
    assert package.__all__
    for name in package.__all__:
        assert hasattr(package, name), name
        assert getattr(package, name).__doc__ or isinstance(getattr(package, name), dict), name
