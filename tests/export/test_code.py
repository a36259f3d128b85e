"""The scripts that are taken home are run, and print the very numbers of the picture."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from explorer.assets import asset
from explorer.checkpoints import safetensors, state_dicts
from explorer.export import scripts
from explorer.export.data import signals
from explorer.export.lines import LINES
from explorer.recipe import Recipe
from explorer.wiring.stack import Layer, Stack
from tests.pages.visiting import PAGES, visit
from tests.serving import ROOT

RUNNER = """
import contextlib, io, json, sys
found = {}
for name, script in json.load(sys.stdin).items():
    said, space = io.StringIO(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(said):
        exec(compile(script, name, "exec"), space)
    found[name] = said.getvalue()
json.dump(found, sys.stdout)
"""
GRADIENT = "|dL/ds_t| for t = 0 .. T"
SMALL = {"H": "4", "T": "9"}
SMALL_RACE = {"samples": "100", "seeds": "1", "H": "4", "T": "14"}


def last(signal):
    """Return how a picture shows what a script prints of the last step."""
    return lambda film: film[signal][-1]


def whole(signal):
    """Return how a picture shows all that a script prints."""
    return lambda film: film[signal]


def back(signal):
    """Return how a picture shows, against the lag, what a script prints against time."""
    return lambda film: film[signal][::-1]


def together(*names):
    """Return the norm over panels that show the slots of a state apart."""
    return lambda film: np.sqrt(sum(film[name].T ** 2 for name in names))


# Another process may sum in another order. Elsewhere that stays rounding; float32 is coarser, and
# a nearly singular solve, or chaos, makes more of it.
CLOSE = {
    "text": 1e-5, "training": 1e-5, "training, changed on the way": 1e-5, "memory": 1e-9,
    "forecast": 1e-6, "cost": 1e-6,
}  # fmt: skip


# What is opened, and how the picture shows what the script prints.
CASES = {
    "home": ("home", {}, {GRADIENT: whole("norm"), "h_T": last("h")}),
    "held": (
        "gates", SMALL | {"hold": "f", "held": "0.3", "seed": "4"},
        {"h_T": last("h"), "c_T": last("c"), GRADIENT: whole("norm/0")},
    ),
    "unrolling": (
        "unrolling", {"text": "'\"\n\\ {x} to be", "edit": "W_hh", "weight": "2.5"},
        {GRADIENT: whole("norm"), "y_T": last("y"), "h_T": last("h")},
    ),
    "vanishing": (
        "vanishing_gradients", SMALL | {"cells": "Elman,GRU", "seeds": "2", "act": "relu"},
        {f"Elman: {GRADIENT}": back("flow/0"), f"GRU: {GRADIENT}": back("flow/1")},
    ),
    "walk": (
        "backpropagation", {"window": "3", "loss": "every", "clip": "0.5", "T": "7"},
        {"h_T": last("h"), "|dL/dW_xh|": last("running/0"), "|dL/dW_hh|": last("running/1"),
         GRADIENT: lambda film: np.linalg.norm(film["back_h"], axis=1)[::-1]},
    ),
    "matrix": (
        "gradient_matrix", SMALL | {"at": "7", "t": "2"},
        {"|dL_t/ds_k|, a row for each t = 1 .. T": together("by_h", "by_c"),
         "from t = 7 back, slope of each step": back("links/0"),
         "from t = 7 back, weight of each step": back("links/1")},
    ),
    "nudge": (
        "nudge", SMALL | {"t": "3", "unit": "2", "push": "0.5"},
        {"|what the push changed| from step k on": whole("sizes/0"),
         "|what was foreseen| from step k on": whole("sizes/1")},
    ),
    "duel": (
        "cell_duel", SMALL | {"fair": "parameters"},
        {f"Elman: {GRADIENT}": whole("gradient/0"), f"GRU: {GRADIENT}": whole("gradient/2")},
    ),
    "orders": (
        "recurrence", {"H": "4"},
        {"bag of words: apart at t = 0 .. T": whole("apart/0"),
         "recurrent: apart at t = 0 .. T": whole("apart/1")},
    ),
    "history": (
        "history", {"H": "3", "T": "12"},
        {"1982 Hopfield network: last state": last("idea0"),
         "2014 Encoder and decoder: last state": last("idea9")},
    ),
    "drawn": (
        "sequence_maps", {"wiring": "encoder_decoder"},
        {"y, a row for each output": whole("y"),
         "|dy_k/dx_t|, a row for each output": lambda film: film["paths"].T},
    ),
    "trained": (
        "sequence_maps", {"network": "trained", "wiring": "aligned", "use": "right"},
        {"|dy_k/dx_t|, a row for each output": lambda film: film["paths"].T},
    ),
    "rules": (
        "learning_rules", SMALL_RACE,
        {GRADIENT: lambda film: np.linalg.norm(film["back_h"], axis=1)[::-1],
         "|ds_t/dw| of W_xh for t = 1 .. T": whole("carried/1")},
    ),
    "forcing": (
        "teacher_forcing", {"T": "20", "forcing": "0.4"},
        {"error, median over the starts": whole("error/0"),
         "y, a row for each step": lambda film: np.hstack([film["pen0/0"], film["pen1/0"]])},
    ),
    "echo": ("reservoir", {"N": "20", "T": "30"}, {"distance at t = 0 .. T": whole("distance/0")}),
    "memory": (
        "reservoir", {"view": "memory", "N": "20", "delays": "9"},
        {"recalled, delay by delay": whole("recall"), "capacity": last("sum/0")},
    ),
    "forecast": (
        "reservoir", {"view": "forecast", "N": "30", "train": "200", "seeds": "1", "steps": "60"},
        {"error, step by step": whole("error/0")},
    ),
    "cost": (
        "reservoir", {"view": "cost", "N": "20", "updates": "5", "train": "200"},
        {"error after one solve": last("error/0"),
         "Adam on all weights: error after the last update": last("error/2")},
    ),
    "hopfield": (
        "hopfield", {"seed": "3"},
        {"energy, flip by flip": whole("energy/0"),
         "overlap with V, flip by flip": whole("match/1")},
    ),
    "training": (
        "training", {"H": "4", "T": "8", "B": "4"},
        {"seed 0: loss of its 8 updates": whole("loss/0")},
    ),
    "training, changed on the way": (
        "training", {"H": "4", "T": "8", "B": "4", "n": "14", "before": "9_rate_0.3_B_8"},
        {"seed 0: loss of its 14 updates": whole("loss/0")},
    ),
    "text": ("text", {"T": "40"}, {"surprise, letter by letter": whole("surprise")}),
    "portrait": (
        "phase_portrait", {"T": "20"},
        {"last state of each run": lambda film: np.array(
            [[film[f"along/{i}/{k}"][-1, 0] for i in range(2)] for k in range(4)])},
    ),
    "bifurcations": (
        "bifurcations", {"w": "2.0"},
        {"parameter of the slow run, up and down": whole("parameter"),
         "state at the end of each value, a row for each": whole("state")},
    ),
    "your_model": (
        "your_model", {},
        {GRADIENT: whole("norm"), "h_T": last("h"), "output at t = 1 .. T": whole("y")},
    ),
}  # fmt: skip
CHAOS = {
    "apart": (
        {"N": "20", "T": "20", "steps": "30"},
        ("leading exponent", "distance at t = 0 .. T"),
    ),
    "gain": ({"sizes": "25", "seeds": "1", "steps": "30", "N": "20", "T": "20"}, ("gains",)),
    "spectrum": ({"N": "10", "steps": "40"}, ("exponents",)),
    "input": ({"N": "20", "steps": "40", "seeds": "1"}, ("amplitudes",)),
    "gradient": ({"N": "20", "lags": "20"}, ("leading exponent",)),
}


def run(many, folder=ROOT, path=str(ROOT)):
    """Run scripts, each by itself, in one process of Python, and return what they print."""
    command = [sys.executable, "-c", RUNNER]
    done = subprocess.run(
        command, cwd=folder, input=json.dumps(many), capture_output=True, text=True, check=False,
        env={"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def numbers(printed):
    """Read printed numbers back, by their names."""
    found, name = {}, None
    for line in printed.splitlines():
        told = re.fullmatch(r"(\S.*?) = (\[*-?(?:\d|inf|nan|\[|\])[^=]*)", line)
        name, line = told.groups() if told else (name, line)
        if name is not None:
            found.setdefault(name, []).extend(re.sub(r"[\[\],]", " ", line).split())
    return {name: np.array(parts, float) for name, parts in found.items()}


@pytest.fixture(scope="module")
def shown():
    """Give the films of the pages, by case, and the settings that they show."""
    reels, recipes = {}, {}
    for name, (page, query, _) in CASES.items():
        app = visit(page, query)
        assert all(one.value.startswith("Left out ") for one in app.warning)
        film = signals(app.session_state[f"{page}.reel"])
        reels[name] = {key: values for key, _, _, _, values in film}
        recipes[name] = app.session_state[f"{page}.linked"]
    return reels, recipes


@pytest.fixture(scope="module")
def printed(shown, tmp_path_factory):
    """Give what all scripts print, run one after the other in a process of their own."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "three_bits.safetensors").write_bytes(example())
    recipes = shown[1]
    return run(
        {n: scripts(page, recipes[n])["explorer"] for n, (page, *_) in CASES.items()}, folder
    )


def example():
    """Return the file that the page about one's own model offers."""
    model = asset("flip_flop-GRU-16").model.astype(np.float64)
    return safetensors.write(state_dicts.state_dict(Stack((Layer(model.cell),)), model.readout))


@pytest.mark.parametrize("case", CASES)
def test_the_script_prints_the_numbers_of_the_picture(shown, printed, case):
    film, said = shown[0][case], numbers(printed[case])
    for name, in_the_film in CASES[case][2].items():
        np.testing.assert_allclose(
            np.nan_to_num(said[name]), np.nan_to_num(np.ravel(in_the_film(film))), err_msg=name,
            rtol=CLOSE.get(case, 1e-12), atol=1e-14,
        )  # fmt: skip


def test_half_lives_are_those_on_the_scale():
    app = visit("timescales", {"H": "4", "T": "40"})
    script = scripts("timescales", app.session_state["timescales.recipe"])["explorer"]
    said = numbers(run({"it": script})["it"])
    for mark in app.session_state["timescales.reel"].scale.marks:
        measured = said[f"{mark.name}: steps until half is forgotten"]
        np.testing.assert_allclose(measured, np.inf if mark.measured is None else mark.measured)
        np.testing.assert_allclose(said[f"{mark.name}: by the formula"], mark.formula)


def test_places_of_rest_are_those_that_the_page_found():
    app = visit("fixed_points", {"starts": "100"})
    recipe = app.session_state["fixed_points.recipe"]
    said = numbers(run({"it": scripts("fixed_points", recipe)["explorer"]})["it"])
    near = app.session_state["fixed_points.reel"].panels
    assert said["fixed points"] == 27
    assert any(panel.key == "near" and panel.values.shape[1] == 27 for panel in near)
    cell, _ = recipe.build()
    *_, found = recipe.sought(cell)
    np.testing.assert_allclose(said["|s*| of each"], np.linalg.norm(found.points, axis=1), 1e-12)


def test_where_memories_appear_is_printed_as_the_page_has_it(printed):
    assert "pitchfork: w = 1.0" in printed["bifurcations"]


def test_chaos_prints_an_answer_to_each_question():
    recipes = {
        view: visit("chaos", {"view": view} | query).session_state["chaos.recipe"]
        for view, (query, _) in CHAOS.items()
    }
    said = run({view: scripts("chaos", recipe)["explorer"] for view, recipe in recipes.items()})
    for view, (_, wanted) in CHAOS.items():
        assert set(wanted) <= numbers(said[view]).keys()
    found = numbers(said["apart"])
    np.testing.assert_allclose(  # a difference of states of about 1 that differ by 1e-8
        found["distance at t = 0 .. T"], recipes["apart"].parting().distance, rtol=0, atol=1e-13
    )
    *_, spectrum = recipes["spectrum"].spectrum()
    np.testing.assert_allclose(numbers(said["spectrum"])["exponents"], spectrum.exponents, 1e-9)


def test_every_page_that_offers_a_script_is_among_these():
    assert set(LINES) <= set(PAGES)
    tried = {page for page, *_ in CASES.values()} | {"timescales", "fixed_points", "chaos"}
    assert set(LINES) == tried


def test_a_page_has_its_script_in_a_file_of_its_name():
    files = {path.stem for path in (ROOT / "explorer/export/lines").glob("*.py")}
    assert files - {"__init__", "base"} == set(LINES)


@pytest.mark.parametrize(
    ("page", "query"), [("fixed_points", {"net": "yours"}), ("text", {"weights": "own", "T": "9"})]
)
def test_what_lives_in_the_session_alone_has_no_script(page, query):
    assert scripts(page, visit(page, query).session_state[f"{page}.recipe"]) == {}


PLAIN = {
    f"{cell}, {loss}, {act}": Recipe(
        cell=cell, H=5, T=11, seed=2, loss=loss, at=6, of=3, activation=act, gain=1.2,
        input="words" if loss == "every" else "noise", text="to be or not", edit="W_xh", weight=2.0,
    )
    for cell, act in (("Elman", "tanh"), ("Elman", "relu"), ("LSTM", "tanh"), ("GRU", "tanh"))
    for loss in ("last", "every", "unit")
}  # fmt: skip


@pytest.fixture(scope="module")
def by_torch():
    """Give what the scripts against plain PyTorch print; nothing of ours can be imported there."""
    many = {name: scripts("gates", recipe)["PyTorch"] for name, recipe in PLAIN.items()}
    assert not any("explorer" in script for script in many.values())
    return run(many, "/", path="")


@pytest.mark.parametrize("name", PLAIN)
def test_plain_torch_prints_the_same(by_torch, name):
    recipe, said = PLAIN[name], numbers(by_torch[name])
    trace = recipe.trace()
    for slot in trace.cell.slots:
        np.testing.assert_allclose(
            said[f"{recipe.cell}: {slot}_T"], trace.slot(slot)[-1, 0], rtol=0, atol=1e-12
        )
    np.testing.assert_allclose(
        said[f"{recipe.cell}: {GRADIENT}"], recipe.gradients(trace).norm(), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize(
    "recipe",
    [Recipe(hold="f"), Recipe(cell="Jordan"), Recipe(cell="Clockwork"),
     Recipe(cell="Elman", activation="identity"), Recipe(cell="OriginalGRU")],
)  # fmt: skip
def test_what_torch_has_no_layer_for_has_no_script_there(recipe):
    assert scripts("gates", recipe).keys() == {"explorer"}


def test_cells_side_by_side_share_one_script():
    script = scripts("cell_duel", Recipe(H=3, T=4, cells=("LSTM", "GRU", "Jordan")))["PyTorch"]
    assert "torch.nn.LSTM(2, 3" in script
    assert "torch.nn.GRU(2, 3" in script
    assert script.count("loss.backward()") == 2
