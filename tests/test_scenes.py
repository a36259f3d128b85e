"""What stands in a film: which signals, from which step on, on which scale."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from explorer import scenes
from explorer.cells import CELLS
from explorer.dynamics import direct_path, norm_bound, saturation
from explorer.film import Bars, Curves, Graph, Heat, Reel, pack, unpack
from explorer.numerals import numeral
from explorer.palette import dash, ink
from explorer.recipe import Recipe
from explorer.trace import Trace
from tests.strategies import small_recipes


def reel(recipe, trace=None):
    """Put everything that a page may show of a run into one reel."""
    sequence = recipe.sequence()
    trace = recipe.trace() if trace is None else trace
    gradients = recipe.gradients(trace)
    output = scenes.outputs(trace, recipe.readout())
    norms = scenes.gradient_norms(gradients)
    return Reel(
        axis=scenes.time_axis(trace, sequence),
        panels=(
            scenes.inputs(trace, sequence), *scenes.gates(trace), *scenes.states(trace), output,
            *scenes.saturated(trace), norms,
        ),
        side=(*(Bars(slot) for slot in trace.cell.slots), scenes.trajectory(trace)),
        graph=Graph("x", trace.cell.slots, gradient=norms.key, output=output.key),
        text=scenes.summary(trace),
    )  # fmt: skip


def flow_reel(recipe, trace=None):
    """Put everything that is shown against the lag into one reel."""
    gradients = recipe.gradients(trace)
    films = {recipe.cell: gradients}
    spread = {recipe.cell: [replace(recipe, seed=recipe.seed + 1).gradients().norm()]}
    return Reel(
        axis=scenes.lag_axis(gradients.trace),
        panels=(scenes.flow(films, spread, gradients), *scenes.gradient_heat(gradients)),
        text=scenes.flow_summary(films),
    )


@settings(deadline=None, max_examples=80)
@given(recipe=small_recipes())
def test_every_run_can_be_packed(recipe):
    for made in (reel(recipe), flow_reel(recipe)):
        header, arrays = unpack(pack(made))
        assert header["text"].endswith(".")
        for panel in made.panels:
            if isinstance(panel, Heat):
                np.testing.assert_array_equal(
                    arrays[panel.key],
                    np.asarray(panel.values).astype(arrays[panel.key].dtype),
                )
        pack(replace(made, precise=False))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("cell", CELLS)
def test_a_run_that_left_the_numbers_can_be_packed(cell, value):
    recipe = Recipe(cell=cell, H=3, T=6, D=2)
    trace = recipe.trace()
    s = trace.s.copy()
    s[4:] = value
    trace = replace(trace, s=s)
    for made in (reel(recipe, trace), flow_reel(recipe, trace)):
        for precise in (True, False):
            pack(replace(made, precise=precise))
    if not np.isfinite(value):
        assert "leaves the range of float64 after step 3" in scenes.summary(trace)


def test_a_run_that_really_explodes_can_be_packed():
    recipe = Recipe(cell="Elman", activation="identity", H=2, T=200, D=2)
    cell = replace(recipe.build(), W_hh=1e5 * np.eye(2))
    trace = Trace.of(cell, recipe.sequence().xs)
    assert trace.finite() < trace.T
    assert not np.isfinite(recipe.gradients(trace).norm()).all()
    for made in (reel(recipe, trace), flow_reel(recipe, trace)):
        for precise in (True, False):
            pack(replace(made, precise=precise))


@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_stands_where_and_as_it_belongs(cell):
    recipe = Recipe(cell=cell, H=3, T=6, D=2)
    trace = recipe.trace()
    kind = trace.cell
    gates, states = scenes.gates(trace), scenes.states(trace)
    assert {heat.key for heat in gates} == set(kind.gates)
    assert [heat.key for heat in states] == list(kind.slots)
    order = [symbol for symbol in kind.equations if symbol in kind.gates]
    assert [heat.key for heat in gates] == order
    for heat in (*gates, *states):
        bounds = kind.ranges[heat.key]
        assert heat.scale == ("unit" if bounds and tuple(bounds) == (0, 1) else "signed")
        assert heat.limit == (1.0 if bounds and bounds[0] == -1 else None)
        assert heat.label == kind.meaning[heat.key]
        assert heat.symbol == f"{heat.key}_t"
    for heat in gates:  # the gates of step 1 stand at tick 1
        assert (heat.start, heat.values.shape) == (1, (6, 3))
        np.testing.assert_array_equal(heat.values, trace.gates[heat.key][:, 0])
    for heat in states:  # the states begin with s_0
        assert (heat.start, heat.values.shape) == (0, (7, 3))
        np.testing.assert_array_equal(heat.values, trace.slot(heat.key)[:, 0])


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_an_unbounded_state_has_no_limit(activation):
    (heat,) = scenes.states(Recipe(cell="Elman", activation=activation).trace())
    assert (heat.scale, heat.limit) == ("signed", None)


def test_inputs_and_outputs_begin_at_step_one():
    recipe = Recipe(input="words", text="I love to cook and I love to eat", H=3)
    trace, sequence = recipe.trace(), recipe.sequence()
    axis, x = scenes.time_axis(trace, sequence), scenes.inputs(trace, sequence)
    assert axis.count == 10
    assert axis.words == ("", "i", "love", "to", "cook", "and", "i", "love", "to", "eat")
    assert x.start == 1
    assert x.rows == sequence.features
    readout = recipe.readout()
    y = scenes.outputs(trace, readout)
    assert (y.start, y.values.shape) == (1, (9, 2))
    np.testing.assert_array_equal(y.values, readout(trace.slot("h")[1:, 0]))
    assert scenes.time_axis(trace).words is None


def test_gradients_are_those_of_the_state_and_of_its_slots():
    gradients = Recipe(cell="LSTM", T=9).gradients()
    whole, h, c = scenes.gradient_norms(gradients).lines
    np.testing.assert_array_equal(whole.values, gradients.norm())
    np.testing.assert_array_equal(h.values, gradients.norm("h"))
    # The loss reaches the memory one step before the end.
    np.testing.assert_array_equal(c.values, gradients.norm("c")[:-1])
    assert len({line.dash for line in (whole, h)}) == 2
    (only,) = scenes.gradient_norms(Recipe(cell="GRU", T=9).gradients()).lines
    assert len(only.values) == 10
    assert scenes.gradient_norms(gradients).log


def test_saturation_is_drawn_for_cells_with_gates():
    trace = Recipe(cell="LSTM", T=9).trace()
    (panel,) = scenes.saturated(trace)
    assert isinstance(panel, Curves)
    assert (panel.low, panel.high, panel.log) == (0.0, 1.0, False)
    for line, found in zip(panel.lines, saturation(trace), strict=True):
        assert line.start == 1
        assert line.name.endswith(f" {found.gate}")
        np.testing.assert_array_equal(line.values, found.share)
    assert scenes.saturated(Recipe(cell="Elman").trace()) == ()


def test_the_flow_counts_from_the_last_state():
    recipe = Recipe(cell="LSTM", T=9, H=4)
    films = {name: replace(recipe, cell=name).gradients() for name in CELLS}
    others = {"LSTM": [replace(recipe, seed=k).gradients().norm() for k in (1, 2)]}
    panel = scenes.flow(films, others, films["LSTM"])
    assert panel.log
    lines = {line.name: line for line in panel.lines}
    for name, film in films.items():
        line = lines[CELLS[name].name]
        np.testing.assert_array_equal(line.values, film.norm()[::-1])
        assert line.values[0] == pytest.approx(1)
        assert (line.ink, line.dash) == (ink(name), dash(name))
        assert (line.band is not None) == (name == "LSTM")
    low, high = lines["LSTM"].band
    rows = np.array([films["LSTM"].norm(), *others["LSTM"]])[:, ::-1]
    np.testing.assert_array_equal(low, rows.min(axis=0))
    np.testing.assert_array_equal(high, rows.max(axis=0))
    (bound,) = (line for name, line in lines.items() if "bound" in name)
    np.testing.assert_array_equal(bound.values, norm_bound(films["LSTM"])[::-1])
    (path,) = (line for name, line in lines.items() if "direct path" in name)
    assert path.start == 1
    np.testing.assert_array_equal(path.values, direct_path(films["LSTM"], "c")[::-1])
    assert len(scenes.flow(films, {}, None).lines) == len(CELLS)


@pytest.mark.parametrize("cell", CELLS)
def test_a_line_called_a_bound_is_one(cell):
    gradients = Recipe(cell=cell, T=20, H=4).gradients()
    norm = gradients.norm()[::-1]
    for line in scenes.besides(gradients):
        if "bound" in line.name:
            assert (norm <= line.values * (1 + 1e-9)).all()


def test_the_heat_of_a_gradient_is_its_size():
    gradients = Recipe(cell="LSTM", T=9, H=4).gradients()
    h, c = scenes.gradient_heat(gradients)
    for heat, slot in ((h, "h"), (c, "c")):
        assert (heat.scale, heat.start) == ("log", 0)
        np.testing.assert_array_equal(heat.values, np.abs(gradients.slot(slot)[::-1, 0]))


def test_the_path_has_the_share_of_each_axis():
    trace = Recipe(cell="Elman", H=2, T=30).trace()
    plane = scenes.trajectory(trace)
    assert plane.xy.shape == (31, 2)
    shares = [int(label.split("(")[1].split("%")[0]) for label in (plane.x_label, plane.y_label)]
    assert sum(shares) == pytest.approx(100, abs=1)


def test_the_summaries_are_sentences_with_numbers():
    recipe = Recipe(cell="GRU", H=5, T=7)
    text = scenes.summary(recipe.trace())
    assert text.startswith("GRU network with 5 units over 7 steps")
    assert "reset gate" in text
    said = scenes.flow_summary({"GRU": recipe.gradients()})
    assert f"GRU {numeral(recipe.gradients().norm()[0])}" in said


def test_a_surprise_above_that_of_guessing_is_called_so():
    class Reading:
        T, vocabulary, loss = 10, "x" * 97, np.log(11388.9)

    text = scenes.surprise_said(Reading)
    assert "worse than guessing" in text
    assert "11388" not in text
    assert "97 signs: 96 letters and one sign for all others" in text
