"""A visitor brings a checkpoint of plain training code, and takes a network of ours to PyTorch."""

import numpy as np
import torch
from playwright.sync_api import expect

from explorer.recipe import Recipe
from tests.browser.test_take_home import taken
from tests.browser.visit import settle
from tests.pages.test_your_model import NASTY, trained


def test_a_checkpoint_is_brought_and_a_bad_file_after_it_changes_nothing(open_page, tmp_path):
    checkpoint, bad = tmp_path / "checkpoint.pt", tmp_path / f"{NASTY.replace('/', '')}.pt"
    checkpoint.write_bytes(trained()[2])
    bad.write_text("epoch,loss\n")
    tab = open_page("your_model", "input=letters&text=to+be+or+not+to+be")
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    tab.set_input_files("input[type=file]", checkpoint)
    # PyTorch is loaded in a process of its own, which takes seconds.
    own = tab.get_by_text("Letters enter as")  # asked only where there is an embedding
    expect(own).to_be_visible(timeout=60_000)
    settle(tab)
    tab.set_input_files("input[type=file]", bad)
    expect(tab.get_by_text("This is a text file, whatever its name says.")).to_be_visible()
    expect(tab.get_by_text(NASTY).first).to_be_visible()  # as it is written
    settle(tab)
    expect(own).to_be_visible()
    assert not asked
    assert tab.locator("img[src=x]").count() == 0


def test_a_network_of_ours_is_loaded_by_torch_with_the_lines_shown(
    open_page, tmp_path, monkeypatch
):
    tab = open_page("gates", "cell=GRU&seed=3&H=4&T=9")
    tab.get_by_role("button", name="Take home").click()
    monkeypatch.chdir(tmp_path)
    trace = Recipe(cell="GRU", H=4, T=9, seed=3, D=2, recurrent="orthogonal", memory="bias",
                   bias=1.0, gain=1.5).trace()  # fmt: skip
    tab.get_by_role("tab", name=".pt").click()
    taken(tab, "Weights as .pt", tmp_path / "unrolled-gates-GRU.pt")
    lines = tab.locator("code", has_text="weights_only=True").inner_text()
    space = {}
    exec(lines, space)
    with torch.no_grad():
        theirs, _ = space["layer"](torch.tensor(trace.x))
    np.testing.assert_allclose(theirs.numpy(), trace.slot("h")[1:], rtol=0, atol=1e-12)
    tab.get_by_text("float32", exact=True).click()
    settle(tab)
    tab.get_by_role("tab", name=".safetensors").click()
    path = taken(tab, "Weights as .safetensors", tmp_path / "gates.safetensors")
    from explorer.checkpoints import safetensors

    arrays = safetensors.read(path.read_bytes())
    layer = torch.nn.GRU(2, 4)
    layer.load_state_dict({k: torch.tensor(v) for k, v in arrays.items()})
    assert all(v.dtype == np.float32 for v in arrays.values())
    with torch.no_grad():
        single, _ = layer(torch.tensor(trace.x, dtype=torch.float32))
    np.testing.assert_allclose(single.numpy(), trace.slot("h")[1:], atol=1e-6)
