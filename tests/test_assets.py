"""What ships trained: small, no pickles, made by a script that is there, and as good as it says."""

from importlib import import_module

import numpy as np
import pytest

from explorer import assets
from explorer.learning.model import Model
from explorer.readout import Readout
from tests.serving import ROOT


def script_of(kept):
    """Return the module that made an asset; its ``loss`` judges what was kept."""
    return import_module(kept.about["script"].removesuffix(".py").replace("/", "."))


@pytest.mark.parametrize("name", assets.names())
def test_an_asset_says_how_it_was_made_and_keeps_its_promise(name):
    kept = assets.asset(name)
    assert (ROOT / kept.about["script"]).is_file()
    assert kept.about["settings"]
    assert isinstance(kept.about["seed"], int)
    assert all(array.dtype == np.float32 for array in kept.arrays.values())
    assert all(np.isfinite(array).all() for array in kept.arrays.values())
    found = script_of(kept).loss(kept)
    assert found < kept.about["bound"]
    assert kept.about["loss"] < kept.about["bound"]


def test_all_assets_together_are_small():
    assert sum(path.stat().st_size for path in assets.FOLDER.glob("*")) < 5e6


def test_every_script_is_run_by_make_assets():
    scripts = {path.name for path in (ROOT / "assets" / "make").glob("[a-z]*.py")}
    kept = {assets.asset(name).about["script"] for name in assets.names()}
    assert kept <= {f"assets/make/{name}" for name in scripts}
    for name in scripts:
        script = import_module(f"assets.make.{name.removesuffix('.py')}")
        assert callable(script.make)
        assert callable(script.loss)
    assert "-m assets.make" in (ROOT / "Makefile").read_text("utf-8")


def test_an_asset_comes_back_as_it_was_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    from explorer import Elman

    rng = np.random.default_rng(0)
    cell = Elman.init(rng, 2, 3, activation="relu")
    model = Model(cell, Readout.init(rng, 3, 1)).astype(np.float32)
    about = {"script": "s", "seed": 1, "settings": {"ä": 2}, "loss": 0.5, "bound": 1.0}
    assets.keep_model("it", model, about, activation="relu")
    again = assets.asset("it")
    assert again.about["settings"] == {"ä": 2}
    assert again.model.cell.activation.name == "relu"
    for name, array in model.named().items():
        np.testing.assert_array_equal(again.model.named()[name], array)
    with pytest.raises(ValueError, match="read-only"):
        again.arrays["cell.W_xh"][0] = 1
    with pytest.raises(ValueError, match="wanted about to say bound"):
        assets.keep("bad", {}, {k: about[k] for k in about if k != "bound"})
    with pytest.raises(ValueError, match="wanted one of it"):
        assets.asset("../it")


def test_what_is_no_cell_is_said():
    with pytest.raises(ValueError, match="wanted a cell among"):
        _ = assets.Asset("x", {}, {}).model
