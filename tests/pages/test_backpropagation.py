"""What the page about backpropagation shows and claims, as numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Elman, GradientTrace, Trace
from explorer.cells import CELLS
from explorer.learning.clipping import angle, clipped, flat
from explorer.learning.losses import LastState
from explorer.learning.truncation import truncated
from explorer.recipe import Recipe
from tests.pages.test_claims import says
from tests.pages.visiting import default_of, film, link, recipe_of, stands, visit

PAGE = "backpropagation"
SEEDS = range(5)
KINDS = pytest.mark.parametrize("cell", CELLS)
# In so short a sequence the slow clocks of a Clockwork network hardly tick: its gradient stands.
FADING = pytest.mark.parametrize(
    "cell", [name for name, kind in CELLS.items() if not kind.rule.holds_by_setting]
)


def gradients_of(recipe, window=None):
    """Return the trace's gradients, whole or in a window."""
    trace = recipe.trace()
    if window is None:
        return recipe.gradients(trace)
    return truncated(trace, recipe.objective().gradient(trace), window)


def shown(app, key):
    """Return header and values of one panel."""
    header, arrays = film(app)
    panel = next(panel for panel in header["panels"] if panel["key"] == key)
    if panel["kind"] == "heat":
        return panel, arrays[key]
    return panel, {
        line["name"]: (line, arrays[f"{key}/{k}"]) for k, line in enumerate(panel["lines"])
    }


# ---- claims -------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("loss", ["last", "every", "unit"])
def test_backpropagation_each_state_gives_way_to_local_error_and_future(cell, loss):
    says(PAGE, "the local error plus what one Jacobian has made of the gradient one step later")
    recipe = replace(default_of(PAGE), cell=cell, loss=loss, at=7, of=2)
    gradients = gradients_of(recipe)
    trace = gradients.trace
    J = trace.cell.jacobian(trace.steps)[:, 0]
    local = recipe.objective().gradient(trace)[:, 0]
    for t in range(1, trace.T):
        np.testing.assert_allclose(
            gradients.ds[t, 0],
            local[t - 1] + J[t].T @ gradients.ds[t + 1, 0],
            rtol=1e-11,
            atol=1e-15,
        )


@KINDS
@pytest.mark.parametrize("seed", SEEDS)
def test_backpropagation_the_shares_add_up(cell, seed):
    says(PAGE, "the sum over all steps *is* the gradient")
    gradients = gradients_of(replace(default_of(PAGE), cell=cell, seed=seed))
    total = gradients.cell.map(np.zeros_like)
    for t in range(gradients.trace.T):
        total = total.map(np.add, gradients.share_at(t))
    for name, array in gradients.dcell.named().items():
        np.testing.assert_allclose(total.named()[name], array, rtol=1e-12, atol=1e-14)


@KINDS
def test_backpropagation_at_step_1_there_is_nothing_to_weigh(cell):
    says(PAGE, "The share of $W_{hh}$ at step 1 is nothing")
    shares = gradients_of(replace(default_of(PAGE), cell=cell)).shares["W_hh"]
    assert shares[0] == 0
    assert (shares[1:] > 0).all()


@FADING
@pytest.mark.parametrize("seed", SEEDS)
def test_backpropagation_a_window_turns_and_clipping_does_not(cell, seed):
    says(PAGE, "A window turns the update, clipping does not")
    recipe = replace(default_of(PAGE), cell=cell, seed=seed)
    whole = flat(gradients_of(recipe).dcell)
    turned = [angle(flat(gradients_of(recipe, K).dcell), whole) for K in (1, 3, recipe.T)]
    assert turned[0] > turned[1] > 1e-3
    assert turned[2] < 1e-6
    short, scale = clipped(gradients_of(recipe).dcell, 0.1)
    assert scale < 1
    assert angle(flat(short), whole) < 1e-6
    assert short.norm() == pytest.approx(0.1)


def test_backpropagation_what_a_window_misses():
    says(PAGE, "a window of 10 misses 35% of the gradient")
    one = np.ones((1, 1))
    cell = Elman(one, 0.9 * one, np.zeros(1), np.zeros(1), "identity")
    trace = Trace.of(cell, np.ones((300, 1, 1)))
    dL = LastState().gradient(trace)
    whole, cut = GradientTrace.of(trace, dL), truncated(trace, dL, 10)
    for name in ("W_xh", "b_hh"):
        missing = 1 - cut.dcell.named()[name].item() / whole.dcell.named()[name].item()
        assert missing == pytest.approx(0.9**10, rel=1e-9)
        assert f"{missing:.0%}" == "35%"


@FADING
@pytest.mark.parametrize("seed", SEEDS)
def test_backpropagation_a_loss_at_every_step_keeps_early_gradients_alive(cell, seed):
    says(PAGE, "keeps the gradient at early states alive")
    recipe = replace(default_of(PAGE), cell=cell, seed=seed)
    last, every = (gradients_of(replace(recipe, loss=loss)).norm() for loss in ("last", "every"))
    assert last[1] < 0.5 * last[-1]
    assert every[1] > 2 * last[1]


def test_backpropagation_the_preset_that_explodes_does():
    app = visit(PAGE)
    next(button for button in app.button if button.key.endswith("clipped")).click()
    recipe = recipe_of(stands(app.run()), PAGE)
    norms = gradients_of(recipe).norm()[::-1]
    np.testing.assert_allclose(norms, recipe.gain ** np.arange(recipe.T + 1), rtol=1e-10)
    assert "multiplies all arrays by" in " ".join(caption.value for caption in app.caption)


# ---- the walk -----------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize(
    "query", [{}, {"loss": "every", "window": "3"}, {"loss": "unit", "at": "6"}]
)
def test_the_way_back_mirrors_the_way_forward(cell, query):
    app = visit(PAGE, {"cell": cell, **query})
    recipe, (header, _) = recipe_of(app, PAGE), film(app)
    gradients = gradients_of(recipe, min(recipe.window, recipe.T))
    T = recipe.T
    assert header["axis"]["turn"] == T + 1
    assert header["axis"]["count"] == 2 * T + 3
    for slot in gradients.cell.slots:
        panel, values = shown(app, f"back_{slot}")
        assert panel["start"] == T + 2
        np.testing.assert_allclose(values, gradients.slot(slot)[::-1, 0], rtol=1e-5, atol=1e-9)
    _, lines = shown(app, "share")
    for name, norms in gradients.shares.items():
        line, values = next(
            both for said, both in lines.items() if name in said.removeprefix("share ").split(" = ")
        )
        ticks = line["start"] + np.arange(len(values))
        steps = 2 * (T + 1) - ticks
        np.testing.assert_allclose(values[steps > 0], norms[steps[steps > 0] - 1], rtol=1e-12)
    _, lines = shown(app, "running")
    for name, array in gradients.dcell.named().items():
        _, values = next(
            both for said, both in lines.items() if name in said.removeprefix("Σ ").split(" = ")
        )
        assert values[-1] == pytest.approx(np.linalg.norm(array), rel=1e-12)


def test_the_curves_split_the_gradient_into_its_parts():
    app = visit(PAGE, {"loss": "every"})
    gradients, T = gradients_of(recipe_of(app, PAGE)), recipe_of(app, PAGE).T
    _, lines = shown(app, "flow_back")
    local, future = lines["local error"], lines["from the future"]
    np.testing.assert_allclose(local[1], 1.0, rtol=1e-12)
    assert local[0]["start"] == T + 2
    assert future[0]["start"] == T + 3
    rest = gradients.ds[:-1, 0].copy()
    rest[1:] -= 0.5  # H = 4: u = 1/2 in every unit
    np.testing.assert_allclose(future[1][::-1], np.linalg.norm(rest, axis=1), rtol=1e-12)


def test_a_window_is_seen_as_an_end():
    app = visit(PAGE, {"window": "4"})
    T = recipe_of(app, PAGE).T
    _, values = shown(app, "back_h")
    assert (values[:5] != 0).any(axis=1).all()
    assert not values[5:].any()
    _, lines = shown(app, "share")
    assert all(line["start"] == T + 2 and len(values) <= 4 for line, values in lines.values())
    assert "without window" in shown(app, "flow_back")[1]
    assert "turns the update by" in " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize(
    ("tick", "heading"),
    [(0, "Step 1 by hand"), (5, "Step 5 by hand"), (12, "Step 12 by hand"),
     (13, "The loss by hand"), (14, "Step back 12 by hand"), (25, "Step back 1 by hand"),
     (26, "Back at the first state"), (402, "Back at the first state")],
)  # fmt: skip
def test_what_stands_under_the_film_belongs_to_the_tick(tick, heading):
    app = visit(PAGE, {"t": f"{tick}"})
    assert any(part.value.startswith(heading) for part in app.subheader)


def test_the_numbers_by_hand_are_those_of_the_film():
    app = visit(PAGE, {"t": "18", "row": "2", "col": "3", "column": "3"})
    gradients = gradients_of(recipe_of(app, PAGE))
    t = 8
    formulas = " ".join(part.value for part in app.latex)
    for value in gradients.ds[t, 0]:
        assert f"{value:.3f}" in formulas
    share = gradients.share_at(t - 1).W_hh[1, 2]
    assert f"{share:.3f}" in formulas or rf"{share:.1e}".split("e")[0] in formulas
    assert f"{gradients.dcell.W_hh[1, 2]:.3f}" in formulas


@pytest.mark.parametrize("matrix", ["W_xh", "W_hh"])
@KINDS
def test_every_entry_can_be_chosen(cell, matrix):
    for row, column in ((1, 1), (256, 64)):
        visit(PAGE, {"cell": cell, "matrix": matrix, "row": f"{row}", "column": f"{column}"})


# ---- window and threshold -----------------------------------------------------------------------


def drag(app, live=False, **values):
    app.session_state[f"{PAGE}.film"] = {
        "cursor": None, "pick": None, "sliders": {"values": values, "live": live, "moves": 7},
    }  # fmt: skip
    return stands(app.run())


def test_window_and_threshold_are_dragged_and_linked():
    app = drag(visit(PAGE), window=3.7, clip=0.123456789)
    assert link(app) == {"window": "4", "clip": "0.12346"}
    assert recipe_of(visit(PAGE, link(app)), PAGE) == recipe_of(app, PAGE)
    header, _ = film(app)
    values = {slider["key"]: slider["value"] for slider in header["sliders"]}
    assert (values["window"], values["clip"]) == (4, 0.12346)


@pytest.mark.parametrize(
    ("query", "said"),
    [({"window": "0"}, "moved to 1"), ({"window": "many"}, "kept 200"), ({"clip": "0"}, "moved to"),
     ({"clip": "nan"}, "kept 1000"), ({"window": "1e9"}, "moved to 200"),
     ({"clip": "-1"}, "moved to"),
     ({"matrix": "W_hy"}, "kept W_hh")],
)  # fmt: skip
def test_a_bad_window_or_threshold_in_a_link_is_amended_with_a_sentence(query, said):
    (warning,) = visit(PAGE, query).warning
    assert said.replace("_", r"\_") in warning.value


def test_while_a_thumb_is_held_the_check_waits():
    app = drag(visit(PAGE), live=True, window=2)
    assert any("The check runs when the thumb rests" in caption.value for caption in app.caption)
    app = drag(app, window=2)
    assert any("Ours and the differences agree" in part.value for part in app.markdown)


def test_other_weights_can_be_drawn():
    def weights(app):
        (table,) = [part.value for part in app.markdown if "| ours | differences |" in part.value]
        return table

    app = visit(PAGE)
    before = weights(app)
    next(button for button in app.button if button.key == f"{PAGE}.again").click()
    assert weights(stands(app.run())) != before
    assert link(app) == {}


@pytest.mark.parametrize(("row", "column", "forbidden"), [(8, 1, True), (1, 8, False)])
def test_a_weight_that_the_mask_forbids_says_so(row, column, forbidden):
    query = {
        "cell": "Clockwork",
        "H": "8",
        "matrix": "W_hh",
        "row": str(row),
        "column": str(column),
    }
    app = visit(PAGE, query)
    said = [part.value for part in app.info if "does not read" in part.value]
    assert len(said) == forbidden
    if forbidden:
        assert "unit 8 (every 8) does not read unit 1 (every 1)" in said[0]
    assert any("M[8,1]" in part.value for part in app.latex) == forbidden


# ---- the edges ----------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("window", ["1", "200"])
@pytest.mark.parametrize("tick", ["0", "2", "3", "4"])
def test_one_unit_and_one_step(cell, window, tick):
    app = visit(PAGE, {"cell": cell, "H": "1", "T": "1", "D": "1", "window": window, "t": tick})
    assert film(app)[0]["axis"]["count"] == 5


@pytest.mark.parametrize("act", ["relu", "identity"])
@pytest.mark.parametrize("query", [{}, {"window": "7"}, {"loss": "every", "t": "300"}])
def test_a_run_at_the_edge_of_float64_is_drawn(act, query):
    visit(PAGE, {"cell": "Elman", "act": act, "gain": "4", "T": "200", "H": "8", **query})


@pytest.mark.parametrize("tick", ["90", "202", "230", "402"])
def test_a_run_that_left_float64_is_explained_and_drawn(monkeypatch, tick):
    build = Recipe.build

    def wild(self):
        cell = build(self)
        return replace(cell, W_hh=1e6 * cell.W_hh)

    monkeypatch.setattr(Recipe, "build", wild)
    app = visit(PAGE, {"act": "identity", "T": "200", "t": tick, "loss": "every", "window": "9"})
    (note,) = app.info
    assert "leaves the range of float64 at step" in note.value
    assert any("left float64" in part.value for part in app.markdown)


# ---- the place in the walk ----------------------------------------------------------------------


def resized(app, T, cursor):
    app.session_state[f"{PAGE}.film"] = {
        "cursor": cursor, "pick": None, "sliders": {"values": {"T": T}, "live": False, "moves": T},
    }  # fmt: skip
    return stands(app.run())


@pytest.mark.parametrize(
    ("tick", "longer", "shorter"), [(18, 394, 5), (5, 5, 3), (13, 201, 4), (26, 402, 8)]
)
@pytest.mark.parametrize("told", [False, True])
def test_another_length_keeps_the_place_in_the_walk(tick, longer, shorter, told):
    app = visit(PAGE, {"t": str(tick)})
    if told:
        app.session_state[f"{PAGE}.film"] = {"cursor": tick, "pick": None, "sliders": None}
        app = stands(app.run())
    cursor = tick if told else None
    assert film(resized(app, 200, cursor))[0]["cursor"] == longer
    if tick == 18:
        assert any(part.value.startswith("Step back 8 by hand") for part in app.subheader)
    assert film(resized(app, 3, cursor))[0]["cursor"] == shorter
