"""Networks that are taken home go through their file and run in plain torch as on the page."""

import re
from inspect import signature

import numpy as np
import pytest
import torch
from torch.nn.functional import one_hot

from explorer.cells import Cell
from explorer.checkpoints import safetensors, state_dicts
from explorer.checkpoints.parcel import parcel
from explorer.controls.weights_home import npz
from explorer.dynamics.half_life import Forgetting
from explorer.learning.model import Model
from explorer.recipes.ideas import IDEAS
from explorer.recipes.timescales import PUSHES, SETTLE, SIZE
from explorer.scenes.timescales import NAMES
from explorer.trace import Trace
from tests.pages.visiting import films, recipe_of, stands, visit

RACE = {"samples": "100", "seeds": "1", "H": "4", "T": "14"}
DRAWN = {"network": "drawn", "text": "the light bag fell", "answers": "5"}


def kept(page, query=None):
    """Return the recipe of a page, and by their titles the networks that it offers."""
    app = visit(page, query)
    assert not app.warning
    return recipe_of(app, page), app.session_state[f"{page}.kept_networks"]


def loaded(found, folder, monkeypatch, ending=".npz", precision="float64"):
    """Write a network to a file, run the lines that load it, and return what they define."""
    packed = parcel(*found(), precision)
    arrays = packed.arrays
    monkeypatch.chdir(folder)
    name = folder / f"network{ending}"
    if ending == ".pt":
        torch.save({key: torch.from_numpy(array) for key, array in arrays.items()}, name)
    else:
        name.write_bytes(npz(arrays))
    back = safetensors.read(safetensors.write(arrays))
    assert all(np.array_equal(back[key], array) for key, array in arrays.items())
    space = {}
    exec(packed.loading(name.name), space)
    return space


def only(found):
    """Return the only network of a page."""
    (one,) = found.values()
    return one


def step(space, x, s, clock=None):
    """Return the states (K, S) one step on from ``s`` (K, S) under inputs (K, D), by torch.

    ``clock`` has the number of each step, from 1 (1, 2, .. unless given).
    """
    x, s = torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(np.ascontiguousarray(s))
    with torch.no_grad():
        if "step" in space:
            wanted = list(signature(space["step"]).parameters)
            slots = len(wanted) - wanted.index("x") - 1
            times = [[t] * ("t" in wanted) for t in clock or range(1, len(x) + 1)]
            rows = [
                space["step"](*t, x, *s.chunk(slots)) for t, x, s in zip(times, x, s, strict=True)
            ]
            return np.stack([row if slots == 1 else torch.cat(row) for row in rows])
        layer = space["net"]["rnn"] if "net" in space else space["layer"]
        parts = s[None].split(layer.hidden_size, dim=-1)
        parts = tuple(part.contiguous() for part in parts)
        _, last = layer(x[None], parts if len(parts) > 1 else parts[0])
        last = last if isinstance(last, tuple) else (last,)
        return torch.cat(last, dim=-1)[0].numpy()


def close(found, wanted):
    """Compare to the last digits."""
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def steps_agree(space, trace, batch=0):
    """Assert that every step of a run is the one that torch takes from the same state.

    Step by step, for in chaos two ways of rounding part within a hundred steps.
    """
    close(step(space, trace.x[:, batch], trace.s[:-1, batch]), trace.s[1:, batch])


@pytest.mark.parametrize("ending", [".npz", ".pt"])
@pytest.mark.parametrize("cell", ["Elman", "LSTM", "GRU"])
def test_the_encoder_and_decoder_answer_as_on_the_page(cell, ending, tmp_path, monkeypatch):
    query = DRAWN | {"wiring": "encoder_decoder", "cell": cell}
    recipe, found = kept("sequence_maps", query)
    space = loaded(only(found), tmp_path, monkeypatch, ending)
    body, readout = only(found)()
    trace = recipe.trace(body)
    assert trace.y.shape[0] == 5
    lines = state_dicts.loading(body, "a.pt", readout).splitlines()
    use = "\n".join(line.removeprefix("# ") for line in lines if line.startswith("# "))
    space |= {"xs": torch.from_numpy(trace.encoded.x), "told": torch.from_numpy(trace.decoded.x)}
    with torch.no_grad():
        exec(use, space)
    close(space["states"].numpy(), trace.decoded.h)
    close(space["y"].numpy(), trace.y)


def test_a_trained_encoder_and_decoder_goes_home_too(tmp_path, monkeypatch):
    recipe, found = kept("sequence_maps", {"wiring": "encoder_decoder", "network": "trained"})
    space = loaded(only(found), tmp_path, monkeypatch)
    body, _ = only(found)()
    trace = recipe.trace(body)
    with torch.no_grad():
        _, last = space["net"]["encoder"](torch.from_numpy(trace.encoded.x))
        states, _ = space["net"]["decoder"](torch.from_numpy(trace.decoded.x), last)
        close(space["net"]["head"](states).numpy(), trace.y)


@pytest.mark.parametrize(
    "query", [{}, {"cell": "GRU"}, {"cell": "LSTM"}, {"H": "24", "x1": "0.3"}, {"act": "identity"}]
)
def test_a_phase_portrait_is_that_of_the_network_taken_home(query, tmp_path, monkeypatch):
    recipe, found = kept("phase_portrait", {"T": "20"} | query)
    space = loaded(only(found), tmp_path, monkeypatch)
    orbits = recipe.portrait()[0].orbits
    for k in range(20):
        x = np.broadcast_to(recipe.constant(), (len(orbits), 2))
        close(step(space, x, orbits[:, k]), orbits[:, k + 1])


@pytest.mark.parametrize(
    "query", [{}, {"w": "-2.5", "b": "0.4", "x": "-1"}, {"act": "logistic", "w": "6", "b": "-3"},
              {"net": "two"}, {"net": "two", "act": "logistic", "g": "2"}],
)  # fmt: skip
def test_a_bifurcating_network_is_the_one_taken_home(query, tmp_path, monkeypatch):
    recipe, found = kept("bifurcations", query)
    space = loaded(only(found), tmp_path, monkeypatch)
    assert ("layer" in space) == (recipe.act == "tanh")
    s = np.random.default_rng(0).uniform(-1, 1, (30, recipe.units))
    close(step(space, np.full((30, 1), recipe.x), s), recipe.now(s))


@pytest.mark.parametrize("view", ["apart", "input"])
@pytest.mark.parametrize("cell", ["Elman", "LSTM", "GRU"])
def test_the_random_network_of_chaos_is_the_one_taken_home(view, cell, tmp_path, monkeypatch):
    query = {"N": "20", "T": "20", "steps": "120", "A": "0.5", "seeds": "1"}
    recipe, found = kept("chaos", query | {"view": view, "cell": cell})
    space = loaded(only(found), tmp_path, monkeypatch)
    steps_agree(space, recipe.parting().trace)


def test_the_networks_side_by_side_are_those_taken_home(tmp_path, monkeypatch):
    query = {"view": "gain", "N": "20", "T": "20", "sizes": "25", "seeds": "1", "steps": "120"}
    recipe, found = kept("chaos", query | {"seed": "9998", "cell": "LSTM", "A": "0.5"})
    assert list(found) == ["seed 9998", "seed 9999", "seed 0", "seed 1"]
    _, runs = recipe.side_by_side()
    for k, one in enumerate(found.values()):
        space = loaded(one, tmp_path, monkeypatch)
        close(step(space, np.zeros((20, 1)), runs[:-1, k]), runs[1:, k])


def test_a_spectrum_is_that_of_the_network_of_its_size():
    app = visit("chaos", {"view": "spectrum", "cell": "LSTM", "N": "150", "steps": "20"})
    body, _ = only(app.session_state["chaos.kept_networks"])()
    assert recipe_of(app, "chaos").states == body.H == 100


@pytest.mark.parametrize("leak", ["0.3", "1"])
@pytest.mark.parametrize("act", ["tanh", "identity"])
def test_a_reservoir_runs_at_home(leak, act, tmp_path, monkeypatch):
    query = {"N": "20", "T": "30", "leak": leak, "act": act}
    recipe, found = kept("reservoir", query)
    space = loaded(only(found), tmp_path, monkeypatch)
    assert ("layer" in space) == (leak == "1" and act == "tanh")
    steps_agree(space, recipe.meeting().trace)


def outputs(space, h):
    """Return what the read-out that was loaded says to states (K, H)."""
    with torch.no_grad():
        read = space.get("read") or space["net"]["head"]
        return np.stack([read(row).numpy() for row in torch.from_numpy(h)])


@pytest.mark.parametrize("leak", ["0.8", "1"])
def test_a_reservoir_foresees_at_home(leak, tmp_path, monkeypatch):
    query = {"view": "forecast", "N": "30", "train": "200", "seeds": "1", "steps": "60"}
    recipe, found = kept("reservoir", query | {"leak": leak, "ridge": "1e-6"})
    space = loaded(only(found), tmp_path, monkeypatch)
    taught = recipe.taught(recipe.steps)
    steps_agree(space, taught.trace)
    ahead = recipe.forecast(taught)
    close(outputs(space, ahead.states), ahead.outputs)
    close(step(space, ahead.outputs[:-1], ahead.states[:-1]), ahead.states[1:])


def test_a_reservoir_remembers_at_home(tmp_path, monkeypatch):
    recipe, found = kept("reservoir", {"view": "memory", "N": "20", "delays": "9", "ridge": "0.01"})
    space = loaded(only(found), tmp_path, monkeypatch)
    measured = recipe.capacity()
    close(outputs(space, measured.states[:50]), measured.fit.readout(measured.states[:50]))
    assert outputs(space, measured.states[:1]).shape == (1, 10)


def test_the_read_out_that_was_solved_goes_home(tmp_path, monkeypatch):
    query = {"view": "cost", "N": "20", "updates": "5", "train": "200", "ridge": "1e-6"}
    recipe, found = kept("reservoir", query)
    space = loaded(only(found), tmp_path, monkeypatch)
    body, readout = only(found)()
    lesson = recipe.lesson()
    trace = Model(body, readout).film(lesson.series[:-1, None]).trace
    h = trace.slot("h")[lesson.end + 1 :, 0]
    missed = (outputs(space, h) - lesson.series[lesson.end + 1 :]) / lesson.series.std(axis=0)
    shown = visit("reservoir", query).session_state["reservoir.reel"].panels
    error = next(p for p in shown if p.key == "error").lines[0].values[-1]
    np.testing.assert_allclose(np.sqrt(np.mean(missed**2)), error, rtol=1e-6)


def test_before_learning_the_network_is_the_one_drawn(tmp_path, monkeypatch):
    recipe, found = kept("learning_rules", RACE | {"cell": "LSTM"})
    assert list(found) == ["before learning"]
    space = loaded(only(found), tmp_path, monkeypatch)
    film = recipe.model().film(recipe.batch().xs)
    steps_agree(space, film.trace)
    close(outputs(space, film.trace.slot("h")[1:, 0]), film.y[:, 0])


def test_whoever_won_the_race_goes_home_as_it_was_at_the_end(tmp_path, monkeypatch):
    app = visit("learning_rules", RACE)
    app.button(key="learning_rules.start").click()
    stands(app.run())
    stands(app.run())
    recipe, found = (app.session_state[f"learning_rules.{k}"] for k in ("recipe", "kept_networks"))
    titles = [re.sub(r"η = [\d.]+", "η", title) for title in found]
    assert titles == [
        "before learning", "after SGD, η, seed 0", "after Adam, η, seed 0", "after EKF, seed 0",
    ]  # fmt: skip
    stream, errors = recipe.stretch(recipe.samples), {}
    for title, one in found.items():
        space = loaded(one, tmp_path, monkeypatch)
        cell, _ = one()
        trace = Trace.of(cell, stream.xs)
        steps_agree(space, trace)
        y = outputs(space, trace.slot("h")[1:, 0])
        errors[title] = np.mean((y - stream.targets[:, 0])[-25:] ** 2)
    before, _, adam, ekf = errors.values()
    assert max(adam, ekf) < before / 3
    app.selectbox(key="learning_rules.stream").set_value("noise")
    stands(app.run())
    assert list(app.session_state["learning_rules.kept_networks"]) == ["before learning"]


# ---- memories -----------------------------------------------------------------------------------

MEMORIES = [
    {}, {"damage": "hide", "amount": "0.5", "target": "3"}, {"start": "random", "seed": "5"},
    {"signs": "HOPFIELD", "rule": "storkey", "power": "6"}, {"rule": "projection", "amount": "0.5"},
    {"memories": "random", "P": "40", "amount": "0.05", "gain": "0.7", "beta": "0.03"},
]  # fmt: skip


@pytest.mark.parametrize("query", MEMORIES)
@pytest.mark.parametrize("ending", [".npz", ".pt"])
def test_a_memory_that_is_taken_home_recalls_as_on_the_page(query, ending, tmp_path, monkeypatch):
    app = visit("hopfield", query)
    found = app.session_state["hopfield.kept_networks"]
    assert list(found) == ["classic 1982", "dense 2016", "continuous 1984", "modern 2020"]
    (_, shown), (_, beside) = films(app)
    ran = {name: loaded(one, tmp_path, monkeypatch, ending) for name, one in found.items()}
    classic = ran["classic 1982"]
    np.testing.assert_array_equal(classic["film"].numpy(), shown["x"])
    close(classic["energy"].numpy(), shown["energy/0"])
    np.testing.assert_allclose(classic["overlap"].numpy(), shown["overlap"], atol=1e-6)
    np.testing.assert_array_equal(ran["dense 2016"]["film"].numpy(), beside["net1"])
    tenths = ran["continuous 1984"]["film"].numpy()[::10]
    np.testing.assert_allclose(tenths, beside["net2"], atol=1e-6)
    np.testing.assert_allclose(ran["modern 2020"]["film"].numpy(), beside["net3"], atol=1e-6)


def test_the_weights_of_a_memory_are_those_that_stand_in_its_file(tmp_path, monkeypatch):
    recipe, found = kept("hopfield", {"rule": "storkey", "signs": "ABC"})
    space = loaded(found["classic 1982"], tmp_path, monkeypatch)
    with np.load(tmp_path / "network.npz") as file:
        assert set(file) == {"W", "patterns", "start", "order"}
        np.testing.assert_array_equal(file["W"], recipe.weights(recipe.stored()))
        np.testing.assert_array_equal(file["patterns"], recipe.stored().patterns)
        np.testing.assert_array_equal(file["start"], recipe.begin(recipe.stored()))
    # Another beginning than the page's, from the same file.
    x = space["patterns"][2].clone()
    x[:10] *= -1
    np.testing.assert_array_equal(space["recall"](x)[-1], recipe.stored().patterns[2])


def test_in_single_precision_a_memory_comes_to_rest_in_the_same_picture(tmp_path, monkeypatch):
    recipe, found = kept("hopfield")
    end = recipe.recall(recipe.stored()).x[-1]
    for one in found.values():
        film = loaded(one, tmp_path, monkeypatch, precision="float32")["film"]
        assert film.dtype == torch.float32
        np.testing.assert_array_equal(film[-1].sign().numpy(), end)


def test_where_nothing_is_stored_there_is_no_memory_to_take_home():
    _, found = kept("hopfield", {"memories": "none"})
    assert not found


# ---- ten networks of the past -------------------------------------------------------------------


@pytest.mark.parametrize("query", [{}, {"H": "9", "T": "30", "input": "noise", "seed": "3"}])
def test_the_ten_networks_run_at_home_as_on_the_page(query, tmp_path, monkeypatch):
    app = visit("history", query)
    recipe, found = (app.session_state[f"history.{k}"] for k in ("recipe", "kept_networks"))
    assert list(found) == [f"{idea.year} {idea.name}" for idea in IDEAS]
    ((_, arrays),) = films(app)
    shown = {title: arrays[f"idea{k}"] for k, title in enumerate(found)}
    xs = recipe.sequence()
    for title, one in found.items():
        space, (body, _) = loaded(one, tmp_path, monkeypatch), one()
        if isinstance(body, Cell):
            trace = Trace.of(body, xs)
            np.testing.assert_allclose(trace.slot("h")[:, 0], shown[title], atol=1e-6)
            steps_agree(space, trace)
    memory = loaded(found["1982 Hopfield network"], tmp_path, monkeypatch)["film"].numpy()
    recalled = shown["1982 Hopfield network"]
    np.testing.assert_array_equal(memory[: len(recalled)], recalled[: len(memory)])
    assert (recalled[len(memory) :] == memory[-1]).all()
    with torch.no_grad():
        layer = loaded(found["1997 Bidirectional network"], tmp_path, monkeypatch)["layer"]
        both = layer(torch.from_numpy(xs))[0][:, 0].numpy()
        np.testing.assert_allclose(both, shown["1997 Bidirectional network"], atol=1e-6)
        title = "2014 Encoder and decoder"
        net, reads = loaded(found[title], tmp_path, monkeypatch)["net"], 2 * recipe.T // 3
        states, last = net["encoder"](torch.from_numpy(xs[:reads]))
        rows = [np.zeros((1, recipe.H)), states[:, 0].numpy()]
        said = torch.zeros(1, 1, net["head"].out_features, dtype=torch.float64)
        for _ in range(recipe.T - reads):
            state, last = net["decoder"](said, last)
            rows.append(state[:, 0].numpy())
            said = one_hot(net["head"](state).argmax(-1), said.shape[-1]).double()
    np.testing.assert_allclose(np.concatenate(rows), shown[title], atol=1e-6)


# ---- time scales --------------------------------------------------------------------------------


def followed(space, body, recipe, mechanism, draw):
    """Return how the pushes of the page fade, every step of them taken by torch where it can."""
    rng = np.random.default_rng([recipe.seed + draw, 7])
    pushes = rng.standard_normal((PUSHES, body.S)) * mechanism.pushed
    pushes *= SIZE / np.linalg.norm(pushes, axis=1, keepdims=True)
    s, left = np.zeros((1, body.S)), []
    for t, x in enumerate(recipe.inputs()):
        if t == SETTLE:
            s = np.concatenate([s, s + pushes])
        s = step(space, np.repeat(x[None], len(s), axis=0), s, [t + 1] * len(s))
        if t >= SETTLE:
            left.append(np.linalg.norm((s[1:] - s[0]) * mechanism.pushed, axis=1))
    return Forgetting(np.array([np.full(PUSHES, SIZE), *left]) / SIZE).half_life


@pytest.mark.parametrize("query", [{}, {"drive": "0.5", "leak": "0.3", "periods": "1, 4"}])
def test_what_forgets_on_the_page_forgets_as_fast_at_home(query, tmp_path, monkeypatch):
    app = visit("timescales", {"T": "40", "H": "8"} | query)
    recipe, found = (app.session_state[f"timescales.{k}"] for k in ("recipe", "kept_networks"))
    kinds = ("leak", "forget gate", "spectral radius", "echo state", "clockwork")
    assert list(found) == [f"{kind}, drawing {k}" for k in (1, 2, 3) for kind in kinds]
    ((header, _),) = films(app)
    draws = [recipe.mechanisms(draw) for draw in range(3)]
    for marked, *drawn in zip(header["scale"]["marks"], *draws, strict=True):
        lives = []
        for draw, one in enumerate(drawn):
            name = f"{NAMES.get(one.key, 'clockwork')}, drawing {draw + 1}"
            space, (body, _) = loaded(found[name], tmp_path, monkeypatch), found[name]()
            lives.append(followed(space, body, recipe, one, draw))
        middle = np.median(np.concatenate(lives))
        assert marked["name"] == drawn[0].name
        if marked["measured"] is None:
            assert np.isinf(middle)
        else:
            assert middle == pytest.approx(marked["measured"], rel=1e-6)
