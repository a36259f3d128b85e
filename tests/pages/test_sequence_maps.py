"""The page of wirings keeps what it claims, and shows the numbers of the networks it names."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Trace
from explorer.cells import CELLS
from explorer.film import pack, unpack
from explorer.learning.uses import measured, trained
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.scenes.wiring import Scene, heard_by, strongest, weights_reached
from explorer.scenes.wiring_film import reel
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES
from tests.pages.test_controls import drag
from tests.pages.visiting import film, link, recipe_of, stands, visit

PAGE = "sequence_maps"
WORDS = "the light bag fell down"


def scene(**settings):
    recipe = SequenceMaps(**settings)
    return Scene.of(recipe, recipe.trace(recipe.drawn()))


def untrained(wiring, use, cell):
    """A scene of a use with weights as drawn: everything but the training."""
    recipe = SequenceMaps(wiring=wiring, use=use, cell=cell, network="trained")
    task = recipe.task
    network = recipe.wired.build(CELLS[cell], 0, len(task.reads), 3, len(task.says))
    return Scene.of(recipe, recipe.trace(network))


# ---- the claim: how it is wired decides which inputs an answer can hear ------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_the_wiring_decides_what_an_answer_hears(cell):
    heard = {}
    for wiring in WIRINGS:
        found = scene(wiring=wiring, cell=cell, text=WORDS, gain=1.0)
        heard[wiring] = [heard_by(found, k) for k in range(found.T_out)]
    five = (1, 2, 3, 4, 5)
    past = [five[: k + 1] for k in range(5)]
    assert heard["one_to_many"] == [(1,)] * 5
    assert heard["many_to_one"] == [five]
    assert heard["aligned"] == heard["deep"] == past
    assert heard["encoder_decoder"] == [five] * 4
    assert heard["bidirectional"] == heard["deep_bidirectional"] == [five] * 5


@pytest.mark.parametrize("cell", CELLS)
def test_one_direction_is_deaf_to_the_future_exactly(cell):
    for wiring in ("aligned", "deep"):
        assert not np.triu(scene(wiring=wiring, cell=cell).found.inputs[:-1], 1).any()


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_cell_reads_the_same_words_in_every_wiring(cell):
    first = {
        wiring: scene(wiring=wiring, cell=cell, text=WORDS).trace.bodies[0].films[0][0]
        for wiring in WIRINGS
    }
    wanted = first["aligned"]
    for wiring, found in first.items():
        for name, array in wanted.cell.named().items():
            np.testing.assert_array_equal(found.cell.named()[name], array, err_msg=wiring)
        if wiring != "one_to_many":
            np.testing.assert_array_equal(found.s, wanted.s, err_msg=wiring)


def test_both_directions_stand_on_one_time_axis():
    found = scene(wiring="bidirectional")
    header, arrays = unpack(pack(reel(found, 3)))
    turned = Trace.of(found.trace.network.stack.layers[0].backward, found.trace.body.x[::-1])
    np.testing.assert_allclose(arrays["h001"], turned.slot("h")[:0:-1, 0], rtol=1e-6)
    assert header["axis"]["words"] == WORDS.split()


def test_everything_passes_from_encoder_to_decoder_through_one_arrow():
    found = scene(wiring="encoder_decoder")
    across = [a for a in found.found.arrows if a.source.part == 0 and a.target.part == 1]
    assert [(a.source.kind, a.target.kind) for a in across] == [("h", "h")]
    assert (across[0].norms > 0).all()


def test_a_choice_has_no_gradient_and_is_dashed():
    wiring = reel(scene(wiring="encoder_decoder"), 3).wiring
    dashed = [k for k, link_ in enumerate(wiring.links) if link_.dashed]
    assert len(dashed) == 3
    assert not wiring.flows[:, dashed].any()
    assert {wiring.boxes[wiring.links[k].target].panel for k in dashed} == {"told"}


@pytest.mark.parametrize("cell", CELLS)
def test_no_training_helps_a_network_that_cannot_hear(cell):
    one, two = measured("aligned", "right", cell), measured("bidirectional", "right", cell)
    if one is None:
        pytest.skip("not measured yet")
    assert np.median(one[0]) < one[1] + 0.1
    assert np.median(two[0]) > 0.97


def test_for_the_next_word_two_directions_are_cheating():
    found = untrained("bidirectional", "next", "GRU").found.inputs[:-1]
    assert (np.diagonal(found, 1) > 0).all()
    run = trained(USES["next"], WIRINGS["bidirectional"], CELLS["GRU"], 0)
    assert run.accuracy == 1.0


# ---- the picture -------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_use_of_every_wiring_can_be_drawn_with_every_cell(wiring, cell):
    for use in SequenceMaps(wiring=wiring).uses:
        found = untrained(wiring, use, cell)
        header, arrays = unpack(pack(reel(found, 99)))
        assert header["cursor"] == found.columns
        assert np.isfinite(arrays["wiring/flows"]).all()
        np.testing.assert_allclose(arrays["paths"], found.found.inputs[:-1].T)


@pytest.mark.parametrize("depth", [2, 3])
def test_deep_means_as_many_layers_as_asked_for(depth):
    floors = reel(scene(wiring="deep_bidirectional", depth=depth), 1).wiring.floors
    assert len(floors) == 2 + 2 * depth
    assert floors[-2] == f"layer {depth}\nbackwards ←"


def test_boxes_keep_their_names_so_that_they_can_glide():
    keys = {w: {box.key for box in reel(scene(wiring=w), 1).wiring.boxes} for w in WIRINGS}
    inputs = {f"x.{t}" for t in range(5)} | {f"h.0.0.0.{t}" for t in range(5)}
    assert all(inputs <= keys[w] for w in WIRINGS if w != "one_to_many")
    assert {"y.4"} == {key for key in keys["many_to_one"] if key[0] == "y"} <= keys["aligned"]
    assert len(keys["bidirectional"] - keys["aligned"]) == 5


def test_the_gradient_is_that_of_the_output_at_the_cursor_or_of_all():
    found = scene(wiring="aligned")
    one, wiring = found.found, reel(found, 1).wiring
    assert wiring.of == tuple(f"y_{{{k}}}" for k in range(1, 6))
    columns = [k for k, box in enumerate(wiring.boxes) if box.panel == "x"]
    np.testing.assert_array_equal(wiring.reach[:, columns], one.inputs[:5])
    every = reel(scene(wiring="aligned", gradient="all"), 1).wiring
    np.testing.assert_array_equal(every.reach[:, columns], np.tile(one.inputs[5], (5, 1)))


def test_an_encoder_column_is_about_the_first_answer():
    wiring = reel(scene(wiring="encoder_decoder"), 1).wiring
    assert wiring.of == ("y_{1}",) * 6 + ("y_{2}", "y_{3}", "y_{4}")


def test_the_norms_at_the_weights_are_those_of_the_gradient():
    found = scene(wiring="deep")
    dy = np.zeros_like(found.trace.y)
    dy[2] = found.trace.y[2]
    layers = found.trace.pull(dy).dnetwork.stack.layers
    sizes = [size for _, size in weights_reached(found, 2)]
    assert sizes == [layer.forward.norm() for layer in layers]


def test_the_strongest_input_is_the_largest_norm():
    found = scene(wiring="many_to_one")
    t, size = strongest(found, 0)
    assert size == found.found.inputs[0].max() == found.found.inputs[0, t - 1]


# ---- the page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wiring", WIRINGS)
def test_the_page_shows_the_network_of_its_settings(wiring):
    app = visit(PAGE, {"wiring": wiring, "seed": "5", "cell": "LSTM"})
    recipe = recipe_of(app, PAGE)
    _, arrays = film(app)
    found = Scene.of(recipe, recipe.trace(recipe.drawn()))
    np.testing.assert_allclose(arrays["paths"], found.found.inputs[:-1].T)
    np.testing.assert_allclose(
        arrays["h000"], found.trace.bodies[0].films[0][0].slot("h")[1:, 0], rtol=1e-6
    )


def test_a_trained_page_says_how_often_it_is_right():
    app = visit(PAGE, {"network": "trained"})
    run = trained(USES["right"], WIRINGS["bidirectional"], CELLS["GRU"], 0)
    assert any(f"**{run.accuracy:.0%}**" in part.value for part in app.markdown)
    assert "adjective" in {box["word"] for box in film(app)[0]["wiring"]["boxes"]}


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_is_trained_on_the_page(cell):
    query = {"network": "trained", "cell": cell, "wiring": "aligned", "use": "tagging"}
    app = visit(PAGE, query)
    assert recipe_of(app, PAGE).cell == cell
    assert any(
        "trained here, 120 updates" in block.proto.popover.label for block in app.get("popover")
    )


@pytest.mark.parametrize("garbage", ["", "\0", "zzz", "🌀 <b>", "forty " * 30, "1e999 nan"])
@pytest.mark.parametrize("network", ["drawn", "trained"])
def test_whatever_is_typed_is_drawn_or_said(network, garbage):
    app = visit(PAGE, {"network": network, "wiring": "encoder_decoder", "seed": "4"})
    app.text_input[0].set_value(garbage)
    stands(app.run())
    recipe = recipe_of(app, PAGE)
    assert recipe.seed == 4
    assert bool(app.warning) == bool(recipe.heard().remark)


def test_a_drag_moves_gain_and_units_into_the_link():
    app = drag(visit(PAGE), PAGE, False, cursor=2, gain=2.5, H=3)
    assert {"gain": "2.5", "H": "3", "t": "2"}.items() <= link(app).items()
    assert film(app)[1]["h000"].shape == (5, 3)


def test_a_use_that_does_not_fit_gives_way_to_one_that_does():
    app = visit(PAGE, {"wiring": "aligned", "network": "trained", "use": "translation"})
    assert any("needs another wiring" in note.value for note in app.info)
    assert recipe_of(app, PAGE).task.key == "tagging"


def test_uses_are_offered_where_they_fit():
    assert SequenceMaps(wiring="many_to_one").uses == ("sentiment",)
    assert SequenceMaps(wiring="encoder_decoder").uses == ("translation",)
    assert set(SequenceMaps(wiring="deep").uses) == {"speaking", "tagging", "next", "right",
                                                     "writing"}  # fmt: skip
    for key, use in USES.items():
        assert replace(SequenceMaps(), wiring=use.wiring, use=key).task is use


@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize(
    "settings",
    [{"text": "one"}, {"text": ""}, {"H": 1, "gain": 0.0}, {"gain": 4.0, "H": 16, "depth": 3},
     {"text": "Donaudampfschifffahrtsgesellschaft " * 9, "answers": 1}],
    ids=["one word", "no word", "dead", "wild", "long"],
)  # fmt: skip
def test_the_smallest_and_the_wildest_are_drawn(wiring, settings):
    found = scene(wiring=wiring, cell="LSTM", **settings)
    header, arrays = unpack(pack(reel(found, 1)))
    assert header["axis"]["count"] == found.columns <= 16
    assert np.isfinite(arrays["wiring/flows"]).all()
