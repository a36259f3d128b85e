"""What the pages gradient_matrix, nudge and the surgery on gates claim, as numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.dynamics.itemised import chain, itemised
from explorer.dynamics.nudge import nudge
from explorer.numerals import numeral
from explorer.recipe import Recipe
from tests.pages.test_claims import says
from tests.pages.visiting import default_of, films, visit

SEEDS = range(5)


def logs(recipe: Recipe) -> tuple[float, float]:
    """Return the logarithms of what slopes and weights did over twenty steps."""
    links = chain(recipe.trace(), 40, 20)
    return float(np.log(links.slope).sum()), float(np.log(links.weight).sum())


# ---- who killed the gradient? -------------------------------------------------------------------


def test_the_triangle_on_the_page_is_the_matrix():
    recipe = default_of("gradient_matrix")
    ((_, arrays),) = films(visit("gradient_matrix"))
    for slot, norms in itemised(recipe.trace()).norms.items():
        np.testing.assert_allclose(arrays[f"by_{slot}"], np.nan_to_num(norms.T), rtol=1e-6)


def test_a_larger_radius_cures_small_weights_and_flattens_slopes():
    says("gradient_matrix", "raise the gain of a tanh network and its units saturate")
    elman = replace(default_of("gradient_matrix"), cell="Elman", memory="default")
    for seed in SEEDS:
        slopes, weights = zip(
            *(logs(replace(elman, seed=seed, gain=g)) for g in (0.5, 1.0, 2.0)), strict=True
        )
        assert list(weights) == sorted(weights)
        assert list(slopes) == sorted(slopes, reverse=True)


def test_both_paths_of_an_lstm_fade_at_the_same_rate_and_an_open_forget_gate_holds_them():
    says("gradient_matrix", "both triangles darken at the same rate")
    rates = {}
    for bias in (1.0, 5.0):
        for seed in SEEDS:
            recipe = replace(default_of("gradient_matrix"), seed=seed, bias=bias)
            for slot, norms in itemised(recipe.trace()).norms.items():
                rates[bias, slot, seed] = (norms[39, 5] / norms[39, 35]) ** (1 / 30)
    for seed in SEEDS:
        assert rates[1.0, "h", seed] == pytest.approx(rates[1.0, "c", seed], abs=0.03)
        for slot in "hc":
            assert rates[5.0, slot, seed] > rates[1.0, slot, seed] + 0.05


def test_a_link_opens_an_entry_and_the_page_takes_it_apart():
    app = visit("gradient_matrix", {"at": "30", "t": "10", "cell": "GRU"})
    assert any(
        heading.value == "From the loss at step 30 back to the state at step 10"
        for heading in app.subheader
    )
    links = chain(replace(default_of("gradient_matrix"), cell="GRU").trace(), 30, 10)
    assert any(numeral(links.product) in text.value for text in app.markdown)


@pytest.mark.parametrize("query", [{"T": "1"}, {"H": "1"}, {"at": "200", "t": "200"}, {"at": "1"}])
@pytest.mark.parametrize("page", ["gradient_matrix", "nudge"])
def test_the_ends_of_every_range_are_drawn(page, query):
    visit(page, query)


@pytest.mark.parametrize("page", ["gradient_matrix", "nudge", "gates"])
def test_a_run_that_leaves_float64_is_drawn(page):
    query = {"cell": "Elman", "act": "relu", "gain": "4", "init": "identity", "T": "200", "H": "64"}
    visit(page, query | {"scale": "gain", "hold": "f"})


# ---- what does a gradient foresee? --------------------------------------------------------------


def test_a_push_ten_times_smaller_misses_a_hundredth():
    says("nudge", "the difference shrinks tenfold, what the forecast misses a hundredfold")
    trace = default_of("nudge").trace()
    large, small = (nudge(trace, 10, 0, push) for push in (0.01, 0.001))
    size = np.linalg.norm(large.true[1:], axis=1) / np.linalg.norm(small.true[1:], axis=1)
    np.testing.assert_allclose(size, 10, rtol=0.05)
    assert np.median(large.error[1:] / small.error[1:]) == pytest.approx(100, rel=0.05)


def test_a_large_push_leaves_its_forecast_behind():
    says("nudge", "the forecast keeps growing along its straight line, the network saturates")
    trace = default_of("nudge").trace()
    found = nudge(trace, 10, 0, 10.0)
    assert found.breaks() == 11
    # A tanh unit cannot differ by more than 2; the forecast does not know that.
    assert np.abs(found.true[1:]).max() <= 2 < np.abs(found.foreseen[1:]).max()


def test_a_larger_radius_lets_small_pushes_grow():
    says("nudge", "small pushes grow before they fade, or never fade")
    default = default_of("nudge")
    last = [
        np.linalg.norm(nudge(replace(default, gain=gain).trace(), 10, 0, 1e-4).true[-1])
        for gain in (0.8, 1.1, 2.5)
    ]
    assert last[0] < last[1] < last[2]


@pytest.mark.parametrize("push", ["0", "1e300", "nan", "-3", "much"])
def test_a_push_that_is_none_is_said(push):
    app = visit("nudge", {"push": push, "cell": "GRU"})
    assert any("push" in warning.value for warning in app.warning)
    assert app.session_state["nudge.recipe"].cell == "GRU"


# ---- gate surgery -------------------------------------------------------------------------------


def test_a_forget_gate_held_open_forgets_nothing_more_and_the_others_notice():
    says("gates", "the other units react, and the dashed curves show the run without this")
    recipe = replace(default_of("gates"), hold="f", hold_unit=4, hold_from=20, hold_to=40)
    trace, after = replace(recipe, hold="none").trace(), recipe.trace()
    assert (after.gates["f"][19:40, 0, 3] == 1).all()
    np.testing.assert_array_equal(after.s[:20], trace.s[:20])
    changed = np.abs(after.slot("h") - trace.slot("h"))[21:, 0].max(axis=0)
    assert (changed > 1e-3).all()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"cell": "GRU", "hold": "f"}, "has no gate f"),
        ({"cell": "Elman", "hold": "i"}, "has no gate i"),
        ({"hold": "f", "hold_from": "150"}, "ends at step 60"),
        ({"hold": "f", "hold_unit": "60"}, "no unit 60"),
        ({"hold": "f", "hold_from": "40", "hold_to": "20"}, "turned round"),
        ({"hold": "f", "held": "-0.5"}, "lies in 0 to 1"),
    ],
)
def test_an_impossible_surgery_is_said_and_nothing_is_lost(query, sentence):
    app = visit("gates", query)
    assert any(sentence in warning.value.replace("\\", "") for warning in app.warning)
    recipe = app.session_state["gates.recipe"]
    assert recipe.hold == query["hold"]
    assert recipe.cell == query.get("cell", default_of("gates").cell)


def test_surgery_waits_for_a_cell_that_has_the_gate():
    recipe = Recipe(cell="GRU", hold="f")
    assert recipe.surgery(recipe.build(), 10)[0] == ()
    assert (
        len(
            replace(recipe, cell="LSTM").surgery(
                CELLS["LSTM"].init(np.random.default_rng(0), 1, 4), 10
            )[0]
        )
        == 1
    )


def test_both_triangles_have_one_scale():
    ((header, arrays),) = films(visit("gradient_matrix"))
    panels = [panel for panel in header["panels"] if panel["key"].startswith("by_")]
    every = np.concatenate([arrays[panel["key"]].ravel() for panel in panels])
    ends = every[every > 0].min(), every.max()
    for panel in panels:
        assert (panel["low"], panel["high"]) == pytest.approx(ends)


@pytest.mark.parametrize(
    ("t", "label"),
    [("9", "state 9 comes after loss 5: no gradient reaches it"),
     ("5", "no step lies between state 5 and loss 5"),
     ("3", "what each step between 3 and 5 multiplied by")],
)  # fmt: skip
def test_an_entry_without_steps_between_says_so_in_the_film(t, label):
    ((header, _),) = films(visit("gradient_matrix", {"at": "5", "t": t}))
    (panel,) = [panel for panel in header["panels"] if panel["key"] == "links"]
    assert panel["label"] == label
