"""Do all learning rules see the same gradient: the page's claims as numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.gradients import GradientTrace
from explorer.learning.lags import missing
from explorer.learning.race import advantage, best, entrants
from explorer.learning.rtrl import SensitivityTrace
from explorer.numerals import numeral
from explorer.recipes.learning_rules import OBJECTIVE, LearningRules, Lesson
from explorer.scenes.walk import turn
from tests.pages.test_claims import says
from tests.pages.test_controls import drag
from tests.pages.visiting import films, link, recipe_of, stands, visit

PAGE = "learning_rules"
SEEDS = range(5)
DEFAULT = LearningRules()


def panel(header, key):
    """Return a panel of a film by its key."""
    (found,) = (one for one in header["panels"] if one["key"] == key)
    return found


def both(recipe):
    """Return the gradient of BPTT and the film of RTRL."""
    lesson = Lesson.of(recipe)
    trace = lesson.film.trace
    return lesson, lesson.gradients.dcell.flat(), SensitivityTrace.of(trace, lesson.dL_ds)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", ["every", "last"])
def test_two_rules_find_one_gradient(cell, loss):
    says(PAGE, "The numbers differ by rounding.")
    _, back, forward = both(replace(DEFAULT, cell=cell, loss=loss, T=60))
    assert np.linalg.norm(forward.gradients[-1] - back) < 1e-12 * np.linalg.norm(back)


def test_it_opens_where_everything_is_drawn_and_stays_there():
    """What lies after the cursor is drawn pale."""
    for query in ({}, {"T": "77"}):
        header, _ = films(visit(PAGE, query))[0]
        assert header["cursor"] == header["axis"]["count"] - 1
        assert header["axis"]["grows"]
    header, _ = films(visit(PAGE, {"t": "12"}))[0]
    assert header["cursor"] == 12


def test_one_is_there_when_the_stream_ends_the_other_when_it_is_back():
    says(PAGE, "both end at 1: RTRL when the stream ends, BPTT only when it is back at the start")
    header, arrays = films(visit(PAGE))[0]
    lines = panel(header, "gathered")["lines"]
    assert [line["name"] for line in lines[:2]] == ["RTRL, on the way", "BPTT, after the end"]
    forward, back = arrays["gathered/0"], arrays["gathered/1"]
    trace = Lesson.of(DEFAULT).film.trace
    assert len(forward) == trace.T + 1
    assert lines[1]["start"] == turn(trace) + 1
    for values in (forward, back):
        assert values[-1] == pytest.approx(1, abs=1e-12)
        assert abs(values[0]) < 0.2
    # What the window misses is missing at the end.
    assert arrays["gathered/2"][-1] < 1


@pytest.mark.parametrize("cell", CELLS)
def test_on_the_way_it_knows_the_gradient_of_all_losses_so_far(cell):
    says(PAGE, "On the way it knows the whole gradient of all losses so far")
    lesson, _, forward = both(replace(DEFAULT, cell=cell))
    for t in (8, 15, 29):
        until = lesson.dL_ds.copy()
        until[t:] = 0
        wanted = GradientTrace.of(lesson.film.trace, until).dcell.flat()
        miss = np.linalg.norm(forward.gradients[t] - wanted)
        assert miss < 1e-12 * np.linalg.norm(wanted)


def test_one_linear_unit_misses_a_share_of_w_to_the_K():
    says(PAGE, "it misses a share of ")
    says(PAGE, "wᴷ of the gradient of $W_{xh}$")
    app = visit(PAGE)
    (button,) = (b for b in app.button if b.label == "One linear unit")
    app = stands(button.click().run())
    recipe = recipe_of(app, PAGE)
    exact = recipe.closed_form()
    assert exact[9] == pytest.approx(0.9**10)
    lesson = Lesson.of(recipe)
    share = missing(lesson.film.trace, lesson.dL_ds)["W_xh"]
    np.testing.assert_allclose(share[:100], exact[:100], rtol=1e-4)
    header, arrays = films(app)[1]
    names = [line["name"] for line in panel(header, "missed")["lines"]]
    np.testing.assert_allclose(
        arrays[f"missed/{names.index('W_xh')}"][:100], exact[:100], rtol=1e-4
    )
    np.testing.assert_allclose(arrays[f"missed/{len(names) - 1}"], exact)


def test_where_nothing_fades_a_window_misses_most():
    app = visit(PAGE)
    (button,) = (b for b in app.button if b.label == "Nothing fades")
    recipe = recipe_of(stands(button.click().run()), PAGE)
    lesson = Lesson.of(recipe)
    assert missing(lesson.film.trace, lesson.dL_ds)["all"][recipe.window - 1] > 0.5


def raced(recipe, seed):
    """Return the runs of one seed."""
    model, batch = recipe.model(seed), recipe.stretch(recipe.samples, seed)
    return [one.run(model, batch, OBJECTIVE) for one in entrants(recipe.filter())]


@pytest.mark.parametrize("seed", SEEDS)
def test_per_sample_the_filter_errs_a_tenth_of_the_best_rivals(seed):
    """Each seed grants SGD and Adam the best of their learning rates, with hindsight."""
    says(
        PAGE,
        "On the first preset it errs less than a tenth as much as the best SGD and the best Adam",
    )
    assert advantage(raced(DEFAULT, seed)) >= 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_filters_guesses_matter(seed):
    says(PAGE, "with R = P₀ it learns more slowly")
    late = {}
    for R in ("1", "0.001"):
        recipe = replace(DEFAULT, R=R)
        *_, filter = entrants(recipe.filter())
        batch = recipe.stretch(recipe.samples, seed)
        late[R] = filter.run(recipe.model(seed), batch, OBJECTIVE).late
    assert late["1"] > 3 * late["0.001"]


def test_what_you_pay():
    """The formulas themselves are held to the arrays in tests/learning/test_cost.py."""
    says(PAGE, "RTRL keeps the same however long the stream")
    says(PAGE, "8 times as much and 16 times the work for twice the units")
    for cell in CELLS:
        recipe = replace(DEFAULT, cell=cell)
        small, wide, long = (
            {cost.rule: cost for cost in recipe.costs(H, T)}
            for H, T in ((100, 30), (200, 30), (100, 60))
        )
        assert long["BPTT"].bytes > 1.9 * small["BPTT"].bytes
        assert long["RTRL"].bytes == small["RTRL"].bytes
        assert wide["RTRL"].bytes / small["RTRL"].bytes == pytest.approx(8, rel=0.1)
        ratio = wide["RTRL"].multiplications / small["RTRL"].multiplications
        assert ratio == pytest.approx(16, rel=0.1)


def test_the_race_runs_when_it_is_asked_for_and_once():
    app = visit(PAGE, {"samples": "100", "seeds": "2"})
    (button,) = (b for b in app.button if b.label.startswith("Start the race"))
    app = stands(button.click().run())
    (said,) = (m.value for m in app.markdown if m.value.startswith("After as many **samples**"))
    assert "(2 seeds)" in said
    assert len(app.get("plotly_chart")) == 5
    runs = [raced(replace(DEFAULT, samples=100), seed) for seed in (0, 1)]
    found = [advantage(one) for one in runs]
    assert f"{numeral(min(found))} to {numeral(max(found))} times" in said
    (table,) = (m.value for m in app.markdown if "time per sample" in m.value)
    ekf = np.median([best(one)["EKF"].late for one in runs])
    assert numeral(ekf) in table
    # Another network has another race.
    (other,) = (b for b in app.button if b.label == "Nothing fades")
    app = stands(other.click().run())
    assert any(b.label.startswith("Start the race") for b in app.button)


def test_where_a_rule_is_too_dear_the_page_says_so_and_what_is_offered():
    app = visit(PAGE, {"cell": "LSTM", "H": "64", "T": "120"})
    said = " ".join(one.value for one in app.info)
    assert "RTRL would take" in said
    assert "With up to" in said
    assert "truncated backpropagation" in said
    assert "too long to wait for" in said
    header, _ = films(app)[0]
    assert all(one["key"] != "carried" for one in header["panels"])
    fits = int(said.split("With up to ")[1].split()[0])
    asked = replace(DEFAULT, cell="LSTM", T=120)
    assert replace(asked, H=fits).affordable()
    assert not replace(asked, H=fits + 1).affordable()


def test_a_cure_that_is_already_taken_is_not_offered():
    """The filter of the preset couples by unit."""
    query = {"cell": "LSTM", "H": "64"}
    for groups in ("unit", "global"):
        app = visit(PAGE, query | {"groups": groups})
        (said,) = (one.value for one in app.info if "one race would take" in one.value)
        assert ("couple by unit" in said) == (groups == "global")


def test_runs_that_leave_float64_are_shown_up_to_there():
    for changes in (
        {"gain": "2", "act": "relu", "init": "gaussian", "T": "200", "H": "64"},
        {"gain": "2", "act": "identity", "T": "200", "stream": "noise"},
        {"gain": "0", "T": "12", "loss": "last", "H": "1"},
    ):
        stands(visit(PAGE, changes))


@pytest.mark.parametrize("stream", ["sines", "mackey-glass", "noise", "constant"])
def test_each_stream_asks_for_the_value_that_follows(stream):
    batch = replace(DEFAULT, stream=stream).stretch(40)
    np.testing.assert_array_equal(batch.targets[:-1, 0, 0], batch.xs[1:, 0, 0])


def test_what_is_dragged_moves_every_picture_and_then_the_link():
    app = visit(PAGE)
    before = [header["version"] for header, _ in films(app)]
    drag(app, PAGE, True, gain=1.1, window=9, H=6, T=40)
    assert link(app) == {}
    drag(app, PAGE, False, moves=2, gain=1.1, window=9, H=6, T=40)
    assert link(app) == {"gain": "1.1", "window": "9", "H": "6", "T": "40"}
    assert recipe_of(app, PAGE) == replace(DEFAULT, gain=1.1, window=9, H=6, T=40)
    after = [header["version"] for header, _ in films(app)]
    assert all(old != new for old, new in zip(before, after, strict=True))
