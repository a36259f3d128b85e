"""What the pages claim, as numbers: each test would fail if its sentence were false."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Elman, Trace
from explorer.cells import CELLS
from explorer.dynamics import direct_path, norm_bound, saturation
from explorer.dynamics.decay import decay
from explorer.gradients import GradientTrace
from explorer.learning.losses import LastState
from explorer.recipe import Recipe
from tests.pages.visiting import PAGES, default_of, films, recipe_of, source, stands, visit

SEEDS = range(5)
HOLDING = [name for name, kind in CELLS.items() if kind.rule.holds_by_setting]  # clocks, leaks
MOVING = [name for name in CELLS if name not in HOLDING]
KEEPING = [name for name, kind in CELLS.items() if kind.keep]


def says(page: str, sentence: str) -> None:
    """Assert that the page still says what is tested here."""
    words = source(page).read_text("utf-8").replace('"\n    "', "")
    assert sentence in words, f"{page} no longer says “{sentence}”: change the claim's test as well"


def factor(recipe: Recipe, **changes: object) -> float:
    """Return the gradient's mean factor per step back."""
    return decay(replace(recipe, **changes).gradients()).factor


# ---- home ---------------------------------------------------------------------------------------


def test_home_its_gradient_fades():
    says("home", "watch its gradient fade")
    norms = default_of("home").gradients().norm()
    assert norms[0] < 0.02 * norms[-1]
    assert (np.diff(norms[:-1]) > 0).mean() > 0.8


def test_home_the_slider_takes_it_through_fading_and_growing():
    says("home", "Drag the slider")
    default = default_of("home")
    first = [replace(default, gain=gain).gradients().norm()[0] for gain in (0.5, 0.9, 1.0, 1.5)]
    assert first == sorted(first)
    assert first[0] < 1e-7
    assert first[-1] > 1


def test_home_it_remembers():
    default = default_of("home")
    trace = default.trace()
    other = Trace.of(trace.cell, np.concatenate([trace.x[:1] + 1, trace.x[1:]]))
    assert np.abs(trace.s[2] - other.s[2]).max() > 0.1


# ---- unrolling ----------------------------------------------------------------------------------


def test_unrolling_the_same_weights_are_used_at_every_step():
    says("unrolling", "The three matrices stand once in memory")
    trace = default_of("unrolling").trace()
    cell, h = trace.cell, trace.slot("h")
    for t in range(trace.T):
        drive = cell.W_xh @ trace.x[t, 0] + cell.b_xh + cell.W_hh @ h[t, 0] + cell.b_hh
        np.testing.assert_allclose(h[t + 1, 0], np.tanh(drive), rtol=0, atol=1e-14)


def test_unrolling_one_weight_of_the_state_changes_every_step_but_the_first():
    says("unrolling", "every step after the first changes")
    default = default_of("unrolling")
    before, after = (
        replace(default, edit=edit, row=1, column=2, weight=2.0).trace().slot("h")
        for edit in ("none", "W_hh")
    )
    moved = np.abs(after - before).max(axis=(1, 2))
    assert (moved[:2] == 0).all()  # s_0, and s_1 which reads nothing but the input and s_0 = 0
    assert (moved[2:] > 1e-6).all()


def test_unrolling_the_same_word_meets_a_different_state():
    says("unrolling", "the input is equal, the answer is not")
    recipe = default_of("unrolling")
    trace, spoken = recipe.trace(), recipe.sequence().words
    repeated = [word for word in spoken if spoken.count(word) > 1]
    assert repeated
    for word in repeated:
        first, *later = (t for t, other in enumerate(spoken) if other == word)
        for t in later:
            np.testing.assert_array_equal(trace.x[first], trace.x[t])
            assert np.abs(trace.s[first + 1] - trace.s[t + 1]).max() > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_unrolling_a_smaller_radius_forgets_sooner_and_fades_faster(seed):
    says("unrolling", "Shrink the spectral radius")
    default = replace(default_of("unrolling"), seed=seed)
    radii = (0.2, 0.5, 0.95)
    factors = [factor(default, gain=radius) for radius in radii]
    assert factors == sorted(factors)
    left = []
    for radius in radii:
        trace = replace(default, gain=radius).trace()
        other = Trace.of(trace.cell, trace.x, np.full((1, trace.cell.S), 0.5))
        left.append(np.linalg.norm(trace.s[6] - other.s[6]))
    assert left == sorted(left)
    assert left[0] < 0.01


# ---- gates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", KEEPING)
def test_gates_a_higher_bias_keeps_the_gradient_for_longer(cell, seed):
    says("gates", "Raise the bias of the {gate}")
    default = replace(default_of("gates"), cell=cell, seed=seed, memory="bias")
    biases = (0.0, 1.0, 2.0)
    factors = [factor(default, bias=bias) for bias in biases]
    assert factors == sorted(factors)
    kind = CELLS[cell]
    open_ = [replace(default, bias=b).trace().gates[kind.keep].mean() for b in biases]
    assert open_ == sorted(open_)
    assert open_[-1] > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_below_zero_the_memory_is_wiped_and_the_gradient_dies(seed):
    says("gates", "Lower it below zero")
    low = replace(default_of("gates"), seed=seed, memory="bias", bias=-6.0)
    assert low.trace().gates["f"].mean() < 0.05
    assert factor(low) < 0.5
    assert low.gradients().norm()[0] < 1e-15


@pytest.mark.parametrize("cell", [name for name in KEEPING if "n" in CELLS[name].gates])
def test_gates_below_zero_a_gru_is_a_simple_network(cell):
    says("gates", "the network turns into a simple one, {equation}")
    trace = replace(default_of("gates"), cell=cell, memory="bias", bias=-6.0).trace()
    assert np.abs(trace.s[1:] - trace.gates["n"]).max() < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_a_higher_bias_keeps_the_stripes_for_longer(seed):
    says("gates", "keeps its stripes for longer")

    def likeness(bias):
        c = replace(default_of("gates"), seed=seed, memory="bias", bias=bias).trace().slot("c")
        c = c[10:, 0] - c[10:, 0].mean(axis=0)
        return np.sum(c[1:] * c[:-1]) / np.sum(c * c)

    assert likeness(-2.0) < likeness(1.0) < likeness(4.0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", KEEPING)
def test_gates_a_higher_gain_drives_them_to_their_ends(cell, seed):
    says("gates", "gates are driven to their ends")
    default = replace(default_of("gates"), cell=cell, seed=seed)
    shares = [
        np.mean([found.share.mean() for found in saturation(replace(default, gain=gain).trace())])
        for gain in (1.0, 2.5, 4.0)
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.02
    assert shares[-1] > 0.1


def test_gates_at_its_end_a_gate_hardly_moves():
    says("gates", "small changes of the weights no longer move")
    recipe = replace(default_of("gates"), gain=4.0)
    trace = recipe.trace()
    f = trace.gates["f"]
    slope = f * (1 - f)
    stuck = (f < 0.1) | (f > 0.9)
    assert stuck.any()
    assert slope[stuck].max() <= 0.09 + 1e-12 < slope[~stuck].min()


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_chrono_gives_each_unit_a_time_scale_of_its_own(seed):
    says("gates", "gives every unit a time scale of its own")

    def scales(memory):
        f = replace(default_of("gates"), seed=seed, memory=memory).trace().gates["f"][:, 0]
        return np.sort(-1 / np.log(f.mean(axis=0)))

    assert np.ptp(scales("chrono")) > 5 * np.ptp(scales("bias"))
    assert scales("chrono")[-1] > 20


# ---- vanishing gradients ------------------------------------------------------------------------


def preset(label: str) -> Recipe:
    """Press a preset of the page and return the recipe that it sets."""
    app = visit("vanishing_gradients")
    next(button for button in app.button if button.key.endswith(f".{label}")).click()
    return recipe_of(stands(app.run()), "vanishing_gradients")


@pytest.mark.parametrize("cell", CELLS)
def test_vanishing_each_step_multiplies_by_one_jacobian(cell):
    says("vanishing_gradients", "multiplies the gradient by one Jacobian")
    gradients = replace(default_of("vanishing_gradients"), cell=cell).gradients()
    J = gradients.cell.jacobian(gradients.trace.steps)[:, 0]
    product = gradients.ds[-1, 0]
    for t in range(gradients.trace.T - 1, -1, -1):
        product = J[t].T @ product
        np.testing.assert_allclose(gradients.ds[t, 0], product, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", MOVING)
def test_vanishing_the_preset_vanish_vanishes_without_clock_or_leak(cell, seed):
    found = decay(replace(preset("Vanish"), cell=cell, seed=seed).gradients())
    assert found.first < 1e-3
    assert found.half_life < 10


@pytest.mark.parametrize("seed", SEEDS)
def test_vanishing_clocks_and_leaks_hold_without_any_gate(seed):
    says("vanishing_gradients", "half of it lasts more than twice as long as in the other cells")
    vanish = preset("Vanish")
    lasts = {
        cell: decay(replace(vanish, cell=cell, seed=seed).gradients()).half_life for cell in CELLS
    }
    assert min(lasts[cell] for cell in HOLDING) > 2 * max(lasts[cell] for cell in MOVING)


@pytest.mark.parametrize("seed", SEEDS)
def test_vanishing_the_preset_hold_holds(seed):
    hold = replace(preset("Hold"), seed=seed)
    elman = replace(hold, cell="Elman").gradients().norm()
    np.testing.assert_allclose(elman, 1, rtol=1e-10)
    for cell in KEEPING:  # gates hold it on the time scale of the sequence
        found = decay(replace(hold, cell=cell).gradients())
        assert found.first > 0.05
        assert found.half_life > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_vanishing_the_preset_explode_explodes(seed):
    elman = replace(preset("Explode"), cell="Elman", seed=seed)
    norms = elman.gradients().norm()[::-1]
    np.testing.assert_allclose(norms, 1.3 ** np.arange(elman.T + 1), rtol=1e-9)


def test_vanishing_a_straight_line_is_exponential_decay():
    says("vanishing_gradients", "A straight line is exponential decay")
    linear = replace(default_of("vanishing_gradients"), cell="Elman", activation="identity")
    slopes = np.diff(np.log(linear.gradients().norm()))
    np.testing.assert_allclose(slopes, -np.log(linear.gain), rtol=1e-9)


def linear(W, xs, activation, W_xh):
    cell = Elman(np.array(W_xh), np.array(W), np.zeros(2), np.zeros(2), activation)
    trace = Trace.of(cell, xs, np.array([[0.0, 1.0]]))
    return GradientTrace.of(trace, LastState().gradient(trace))


def test_vanishing_a_radius_below_one_does_not_imply_it():
    says("vanishing_gradients", "Spectral radius below 1 does not imply vanishing")
    says("vanishing_gradients", "the gradient may grow for many steps first")
    W, xs, into = [[2.0, -2.2], [2.0, -2.0]], np.ones((30, 1, 1)), [[2.2], [1000.0]]
    assert np.abs(np.linalg.eigvals(W)).max() < 1
    # Unit 2 is held at its end: then the gradient doubles at every step back.
    tanh, plain = (linear(W, xs, activation, into) for activation in ("tanh", "identity"))
    assert tanh.norm()[0] > 1e8
    assert plain.norm()[0] < 1e-3
    for gradients in (tanh, plain):
        assert (gradients.norm() <= norm_bound(gradients) * (1 + 1e-9)).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("recurrent", ["gaussian", "orthogonal", "uniform"])
def test_vanishing_tanh_only_shrinks_the_largest_singular_value(seed, recurrent):
    says("vanishing_gradients", r"\sigma_{\max}(J) \le \sigma_{\max}(W_{hh})")
    trace = Recipe(cell="Elman", seed=seed, recurrent=recurrent, gain=2.0).trace()
    largest = np.linalg.norm(trace.cell.W_hh, 2)
    J = trace.cell.jacobian(trace.steps)[:, 0]
    assert np.linalg.norm(J, 2, axis=(1, 2)).max() <= largest * (1 + 1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_vanishing_with_an_orthogonal_matrix_squashing_only_shrinks(seed):
    says("vanishing_gradients", "With an orthogonal matrix squashing only shrinks")
    for gain in (0.5, 0.9, 1.0, 1.3, 2.0):
        tanh = replace(
            default_of("vanishing_gradients"), cell="Elman", seed=seed, recurrent="orthogonal",
            gain=gain,
        )  # fmt: skip
        plain = replace(tanh, activation="identity")
        assert (tanh.gradients().norm() <= plain.gradients().norm() * (1 + 1e-9)).all()


def test_vanishing_with_another_matrix_squashing_may_enlarge():
    larger = [
        (replace(tanh, activation="identity").gradients().norm() < tanh.gradients().norm()).any()
        for tanh in (
            Recipe(cell="Elman", recurrent="gaussian", scale="radius", gain=0.9, H=8, T=20, seed=k)
            for k in range(40)
        )
    ]
    assert any(larger)


@pytest.mark.parametrize("seed", SEEDS)
def test_vanishing_the_forget_gates_are_only_the_direct_path(seed):
    says("vanishing_gradients", "The product of forget gates is only the direct path")
    says("vanishing_gradients", "can be thousands of times larger")
    gradients = replace(default_of("vanishing_gradients"), cell="LSTM", seed=seed).gradients()
    assert gradients.norm("c")[0] > 1000 * direct_path(gradients, "c")[0]


@pytest.mark.parametrize("loss", ["last", "every", "unit"])
@pytest.mark.parametrize("cell", CELLS)
def test_vanishing_what_is_drawn_as_a_bound_bounds(cell, loss):
    query = {"cell": cell, "loss": loss, "at": "20", "seeds": "1", "gain": "1.2"}
    app = visit("vanishing_gradients", query)
    ((header, arrays),) = films(app)
    lines = {
        line["name"]: arrays[f"flow/{k}"] for k, line in enumerate(header["panels"][0]["lines"])
    }
    bounds = [name for name in lines if "bound" in name]
    assert len(bounds) == (loss == "last")
    for name in bounds:
        assert (lines[CELLS[cell].name] <= lines[name] * (1 + 1e-9)).all()


def test_vanishing_gates_as_drawn_fade_faster_and_chrono_holds():
    says("vanishing_gradients", "an LSTM or GRU fades faster than the simple network")
    drawn = default_of("vanishing_gradients")
    for seed in SEEDS:
        simple = factor(drawn, cell="Elman", seed=seed)
        for cell in KEEPING:
            assert factor(drawn, cell=cell, seed=seed) < simple
            assert factor(drawn, cell=cell, seed=seed, memory="chrono", gain=1.0) > 0.95


def test_every_page_has_its_claims_tested():
    paths = [*(source("home").parent.parent / "tests" / "pages").glob("test_*.py")]
    written = "".join(path.read_text("utf-8") for path in paths)
    for page in PAGES:
        tested = f'says("{page}", "' in written or f"def test_{page}" in written
        tested = tested or any(path.stem == f"test_{page}" for path in paths)
        assert tested, f"no claim of {page} is tested"
