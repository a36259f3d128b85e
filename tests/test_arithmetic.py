"""One unit by hand: what is printed is what the network computed."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.arithmetic import number, products, quantities, worked
from explorer.cells import CELLS
from explorer.recipe import Recipe
from tests.strategies import small_recipes

SETTINGS = [
    (name, activation)
    for name, kind in CELLS.items()
    for activation in (
        ("tanh", "relu", "identity") if "activation" in kind.__dataclass_fields__ else ("tanh",)
    )
]


def film(cell, activation="tanh", H=4, **changes):
    return Recipe(cell=cell, activation=activation, H=H, T=6, D=3, gain=1.5, **changes).trace()


@pytest.mark.parametrize(("cell", "activation"), SETTINGS)
def test_every_line_gives_the_recorded_number(cell, activation):
    trace = film(cell, activation)
    for step in (trace[t] for t in range(trace.T)):
        for unit in range(trace.cell.H):
            lines = worked(trace.cell, step, unit)
            assert {line.symbol for line in lines} == {*trace.cell.gates, *trace.cell.slots}
            for line in lines:
                film_ = step.gates.get(line.symbol)
                film_ = trace.cell.slot(step.s, line.symbol) if film_ is None else film_
                assert line.value == pytest.approx(film_[0, unit], abs=1e-12)
                assert line.equation == trace.cell.equations[line.symbol]


def calculated(latex):
    """Compute printed LaTeX as a reader with a pocket calculator would."""
    for tex, python in (
        (r"\sigma", "sigma"), (r"\tanh", "tanh"), (r"\mathrm{relu}", "relu"), (r"\cdot", "*"),
        (r"{\times}10^", "e"), (r"\infty", "inf"),
    ):  # fmt: skip
        latex = latex.replace(tex, python)
    latex = re.sub(r"e\{(-?\d+)\}", r"e\1", latex)
    latex = re.sub(r"\[(.*) \\mid (.*)\]", r"divides(\1, \2)", latex)
    names = {
        "sigma": lambda a: 1 / (1 + math.exp(-a)), "tanh": math.tanh, "relu": lambda a: max(a, 0.0),
        "divides": lambda a, b: float(b % a == 0),
    }  # fmt: skip
    return eval(latex, {"__builtins__": {}}, names)


@pytest.mark.parametrize(("cell", "activation"), SETTINGS)
def test_the_printed_numbers_give_the_printed_result(cell, activation):
    trace = film(cell, activation)
    for step in (trace[t] for t in range(trace.T)):
        for unit in range(trace.cell.H):
            for line in worked(trace.cell, step, unit):
                # Three decimals each; products with values up to 4 and sums of four terms.
                assert calculated(line.numbers) == pytest.approx(line.value, abs=5e-3), line


@pytest.mark.parametrize(("cell", "activation"), SETTINGS)
def test_products_sum_to_the_drives(cell, activation):
    trace = film(cell, activation)
    for step in (trace[t] for t in range(trace.T)):
        for unit in range(trace.cell.H):
            names = quantities(trace.cell, step, unit)
            pairs = products(trace.cell, step, unit)
            for drive, (from_x, from_h) in zip(trace.cell.drives, pairs, strict=True):
                assert from_x.value == pytest.approx(names[f"x_{drive}"], abs=1e-12)
                assert from_h.value == pytest.approx(names[f"h_{drive}"], abs=1e-12)
                np.testing.assert_array_equal(from_x.vector, step.x[0])


def test_a_reset_gate_before_the_product_shows_in_it():
    trace = film("OriginalGRU")
    step = trace[3]
    *_, (_, candidate) = products(trace.cell, step, 0)
    np.testing.assert_allclose(
        candidate.vector, step.gates["r"][0] * step.s_prev[0], rtol=0, atol=1e-15
    )


@settings(deadline=None, max_examples=60)
@given(recipe=small_recipes(), data=st.data())
def test_any_run_can_be_worked_by_hand(recipe, data):
    trace = recipe.trace()
    step = trace[data.draw(st.integers(0, trace.T - 1))]
    unit = data.draw(st.integers(0, recipe.H - 1))
    for line in worked(trace.cell, step, unit):
        film_ = step.gates.get(line.symbol)
        film_ = trace.cell.slot(step.s, line.symbol) if film_ is None else film_
        assert line.value == pytest.approx(film_[0, unit], rel=1e-12, abs=1e-12)
        assert line.numbers.count("(") == line.numbers.count(")")
    for pair in products(trace.cell, step, unit):
        assert all(math.isfinite(product.value) for product in pair)


@given(value=st.floats(-1e300, 1e300))
def test_a_printed_number_reads_as_the_number(value):
    text = number(value)
    assert len(text) <= 30
    assert calculated(text) == pytest.approx(
        value, rel=0.051, abs=6e-4 if abs(value) >= 1e-3 else 0
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (0.25, "0.250"),
        (-3.14159, "-3.142"),
        (1e-5, r"1.0{\times}10^{-5}"),
        (-2.5e7, r"-2.5{\times}10^{7}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\mathrm{nan}"),
    ],
)
def test_known_numbers(value, text):
    assert number(value) == text


def test_a_minus_behind_an_operator_is_written_as_in_a_book():
    for cell, activation in SETTINGS:
        trace = film(cell, activation)
        for line in (line for t in range(6) for u in range(4) for line in worked(
            trace.cell, trace[t], u)):  # fmt: skip
            assert not re.search(r"(\+|- |\\cdot) *-", line.numbers), line


@given(value=st.floats(-100, 100), digits=st.integers(1, 5))
def test_no_number_but_zero_is_printed_as_zero(value, digits):
    assert (calculated(number(value, digits)) == 0) == (value == 0)
