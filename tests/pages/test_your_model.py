"""A file of a visitor is opened, shown as it is, and stays with that visitor."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.checkpoints import layers, networks, safetensors
from explorer.checkpoints.refused import ACCEPTED
from explorer.checkpoints.study import Study
from explorer.recipes.your_model import YourModel
from explorer.trace import Trace
from tests.pages.visiting import film, link, recipe_of, stands, visit

PAGE = "your_model"
TEXT = "to be or not to be"
LETTERS = "".join(sorted(set(TEXT)))
KINDS = {
    "tanh": (torch.nn.RNN, {}),
    "relu": (torch.nn.RNN, {"nonlinearity": "relu"}),
    "LSTM": (torch.nn.LSTM, {}),
    "projected": (torch.nn.LSTM, {"proj_size": 2}),
    "GRU": (torch.nn.GRU, {}),
}
NASTY = "<img src=x onerror=alert(1)>**x**"


class Speller(torch.nn.Module):
    """A model as anybody writes it: an embedding, two layers both ways, a head."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(len(LETTERS), 5)
        self.lstm = torch.nn.LSTM(5, 6, num_layers=2, bidirectional=True)
        self.head = torch.nn.Linear(12, len(LETTERS))

    def forward(self, letters):
        h, _ = self.lstm(self.embedding(letters)[:, None])
        return self.head(h[:, 0]), h


def trained():
    """Train it for a few updates and save a checkpoint the way tutorials do.

    The updates are written out: torch.optim takes seconds to load, and would add nothing here.
    """
    torch.manual_seed(0)
    model = Speller()
    letters = torch.tensor([LETTERS.index(letter) for letter in TEXT])
    for _ in range(5):
        loss = torch.nn.functional.cross_entropy(model(letters[:-1])[0], letters[1:])
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for part in model.parameters():
                part -= 0.1 * part.grad
    moments = {k: {"step": 5, "exp_avg": p.grad} for k, p in enumerate(model.parameters())}
    optimizer = {"state": moments, "param_groups": [{"betas": (0.9, 0.99), "params": [0]}]}
    file = io.BytesIO()
    torch.save(
        {"epoch": 5, "model_state_dict": model.state_dict(), "loss": loss.item(),
         "optimizer_state_dict": optimizer}, file,
    )  # fmt: skip
    return model, letters, file.getvalue()


def safe(module, prefix="rnn.", **more):
    """Return a module of torch as a safetensors file."""
    arrays = {f"{prefix}{k}": v.detach().double().numpy() for k, v in module.state_dict().items()}
    return safetensors.write(arrays | more)


def module(name="LSTM", D=3, H=4, seed=1, **settings):
    """Return a recurrent module of torch in float64, with drawn weights."""
    torch.manual_seed(seed)
    kind, own = KINDS[name]
    return kind(D, H, **(own | settings)).double()


def bring(app, content, name="net.safetensors", key="file"):
    """Upload a file as a visitor does."""
    (uploader,) = (u for u in app.get("file_uploader") if u.proto.id.endswith(f"{PAGE}.{key}"))
    uploader.set_value((name, content, "application/octet-stream"))
    return stands(app.run())


def brought(content, query=None, name="net.safetensors"):
    """Open the page and upload a file."""
    return bring(visit(PAGE, query), content, name)


def warnings(app):
    """Return what is said to the visitor."""
    return [warning.value for warning in app.warning]


def close(got, wanted, atol=1e-6):
    """Compare what a film shows, in single precision, with numbers."""
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=atol)


def test_a_checkpoint_of_plain_training_code_is_shown_as_torch_runs_it():
    model, letters, content = trained()
    query = {"input": "letters", "text": TEXT, "alphabet": LETTERS, "layer": "2"}
    app = brought(content, query, "checkpoint.pt")
    assert not warnings(app)
    with torch.no_grad():
        y, h = model(letters)
    header, shown = film(app)
    assert header["axis"]["words"][1:4] == ["t", "o", "␣"]
    close(shown["h"][1:], h[:, 0, :6].numpy())
    close(shown["y"], y.numpy())
    app.selectbox(key=f"{PAGE}.way").set_value("backward")
    _, shown = film(stands(app.run()))
    close(shown["h"][1:], h.flip(0)[:, 0, 6:].numpy())
    app.number_input(key=f"{PAGE}.layer").set_value(1)
    app.selectbox(key=f"{PAGE}.way").set_value("forward")
    _, shown = film(stands(app.run()))
    with torch.no_grad():
        lstm, state = model.lstm, torch.zeros(6)
        for t, x in enumerate(model.embedding(letters)):
            a = (
                lstm.weight_ih_l0 @ x
                + lstm.bias_ih_l0
                + lstm.weight_hh_l0 @ state
                + lstm.bias_hh_l0
            )
            for name, part in zip("ifgo", a.split(6), strict=True):
                gate = torch.tanh(part) if name == "g" else torch.sigmoid(part)
                close(shown[name][t], gate.numpy())
            state = torch.tensor(shown["h"][t + 1])
    (layer,) = (box for box in app.selectbox if box.label == "Layer in the file")
    assert "model_state_dict.lstm" in layer.options[0]


def test_the_gradient_is_that_of_torch():
    net = module("GRU", num_layers=2)
    app = brought(safe(net), {"input": "noise", "T": "8", "seed": "3"})
    _, shown = film(app)
    xs = torch.tensor(shown["x"], dtype=torch.float64)[:, None]
    lower, upper = (torch.nn.GRU(d, 4).double() for d in (3, 4))
    for k, layer in enumerate((lower, upper)):
        layer.load_state_dict(
            {f"{n[:-1]}0": p for n, p in net.state_dict().items() if n[-1] == str(k)}
        )
    states = [torch.zeros(1, 1, 4, dtype=torch.float64, requires_grad=True)]
    for x in xs:
        states.append(lower(x[None], states[-1])[1])
        states[-1].retain_grad()
    (upper(torch.cat(states[1:]))[0][-1].sum() / 2).backward()
    close(shown["norm/0"], [float(s.grad.norm()) for s in states])


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_layer_in_every_view(name):
    net = module(name)
    act = {"act": "relu"} if name == "relu" else {}
    app = brought(safe(net), {"input": "sine", "T": "12"} | act)
    assert not warnings(app)
    _, shown = film(app)
    with torch.no_grad():
        y, _ = net(torch.tensor(shown["x"], dtype=torch.float64)[:, None])
    close(shown["y"], y[:, 0].numpy())
    for view in ("matrix", "spectrum", "exponents"):
        app.selectbox(key=f"{PAGE}.view").set_value(view)
        stands(app.run())
        assert not warnings(app)
    assert recipe_of(app, PAGE).view == "exponents"


BAD = {
    "a text renamed .pt": b"epoch,loss\n1,0.5\n" * 9,
    "Keras": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "cut off": b"PK\x03\x04" + bytes(64),
    "nothing": b"",
    "no layer": safetensors.write({"conv.weight": np.zeros((2, 2))}),
    "no header": safetensors.write({"a": np.zeros(3)})[:20],
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_one_sentence_and_what_was_there_stays(bad):
    app = brought(safe(module()), {"seed": "5"})
    before = film(app)
    bring(app, BAD[bad], f"{NASTY}.pt")
    (said,) = warnings(app)
    assert said.startswith("\\<img src=x onerror=alert\\(1\\)\\>\\*\\*x\\*\\*\\.pt\\: ")
    assert "shown below is net\\.safetensors, as before" in said
    assert ACCEPTED[:20] in said
    after = film(app)
    assert after[0]["title"] == before[0]["title"]
    np.testing.assert_array_equal(after[1]["h"], before[1]["h"])
    bring(app, safe(module("GRU")), "good.safetensors")
    assert not warnings(app)
    assert "GRU" in film(app)[0]["title"]


def test_weights_that_are_no_numbers_are_said_and_the_other_layer_is_shown():
    broken = {f"b.{k}": np.full(tuple(v.shape), np.nan) for k, v in module().state_dict().items()}
    app = brought(safe(module("GRU"), "a.", **broken))
    assert ["not finite" in said for said in warnings(app)] == [True]
    assert film(app)[0]["title"].startswith("a: GRU")


def test_one_session_never_sees_anothers_upload():
    brought(safe(module(), "secret."))
    other = visit(PAGE)
    assert "secret" not in film(other)[0]["title"]
    assert other.session_state[f"{PAGE}.recipe"] == YourModel()
    assert f"{PAGE}.upload" not in other.session_state


def badges(app):
    """Return the lines that can be opened, such as the one that says whether a film is real."""
    return [block.proto.popover.label for block in app.get("popover")]


def test_a_file_of_a_visitor_is_theirs_whatever_it_is_called():
    assert "the example" in " ".join(badges(visit(PAGE)))
    for name in ("the example", "the example.safetensors", "three_bits.safetensors"):
        said = " ".join(badges(brought(safe(module("GRU")), name=name)))
        assert "your file" in said
        assert "example" not in said


def test_names_are_text():
    app = brought(safe(module(), f"{NASTY}."), name=f"{NASTY}.safetensors")
    for part in (*app.markdown, *app.caption, *app.warning, *app.info):
        assert "<img" not in part.value.replace("\\<img", "")
        assert "**x**" not in part.value
    assert NASTY in film(app)[0]["title"]  # which the film writes as text


@pytest.mark.parametrize("ending", ["csv", "npy", "npz"])
def test_numbers_come_from_a_file(ending):
    rows = np.random.default_rng(0).standard_normal((9, 3))
    file = io.BytesIO()
    if ending == "csv":
        np.savetxt(file, rows, delimiter=",", header="a,b,c", comments="", fmt="%.17g")
    else:
        (np.save if ending == "npy" else np.savez)(file, rows)
    app = brought(safe(module()), {"input": "file"})
    assert "No file of numbers is here yet" in warnings(app)[0]
    bring(app, file.getvalue(), f"rows.{ending}", "numbers_file")
    assert not warnings(app)
    close(film(app)[1]["x"], rows)
    bring(app, b"\x93NUMPY nonsense", f"{NASTY}.npy", "numbers_file")
    (said,) = warnings(app)
    assert "damaged" in said
    assert "<img" not in said.replace("\\<img", "")
    close(film(app)[1]["x"], rows)


def test_a_file_of_another_width_is_fitted_and_said():
    app = brought(safe(module()), {"input": "file"})
    bring(app, b"1;2\n3;4\n", "rows.csv", "numbers_file")
    assert "2 columns and the model 3 inputs" in warnings(app)[0]
    close(film(app)[1]["x"], [[1, 2, 0], [3, 4, 0]])


def test_letters_without_an_embedding_are_one_input_each():
    app = brought(safe(module(D=4)), {"input": "letters", "text": "abba c", "alphabet": "abc"})
    assert "1 letters that it does not know" in warnings(app)[0]
    close(film(app)[1]["x"], np.eye(4)[[0, 1, 1, 0, 2]])
    assert "Letters enter as" not in {box.label for box in app.selectbox}


@pytest.mark.parametrize("view", ["film", "matrix", "spectrum", "exponents"])
@pytest.mark.parametrize("query", [{"input": "noise", "T": "1"}, {"numbers": "1 2 3"}])
def test_a_single_step_is_shown(view, query):
    assert not warnings(brought(safe(module()), query | {"view": view}))


def test_a_link_to_a_model_that_is_not_there_opens_and_keeps_its_settings():
    query = {"net": "encoder.rnn.", "layer": "3", "way": "backward", "head": "fc", "seed": "4",
             "embedding": "embed", "view": "spectrum"}  # fmt: skip
    app = visit(PAGE, query)
    assert not warnings(app)
    assert link(app) == query
    bring(app, safe(module("GRU", num_layers=3, bidirectional=True), "encoder.rnn."))
    assert "layer 3, read from the end" in film(app)[0]["title"]
    assert link(app) == query


@pytest.mark.parametrize("both", [False, True])
def test_a_network_that_reads_from_both_ends_has_no_places_of_its_own(both):
    app = visit(PAGE)
    bring(app, safe(module("GRU", bidirectional=both)))
    app.switch_page("pages/fixed_points.py")
    app.query_params.clear()
    app.query_params["net"] = "yours"
    stands(app.run())
    assert any("reads from both ends" in info.value for info in app.info) == both


@pytest.mark.parametrize("view", ["film", "matrix", "spectrum", "exponents"])
def test_an_explosion_is_explained(view):
    net = module("relu")
    with torch.no_grad():
        for part in net.parameters():
            part.copy_(torch.full_like(part, 90.0))
    query = {"act": "relu", "input": "switch", "T": "200", "view": view}
    said = " ".join(warnings(brought(safe(net), query)))
    assert "leaves the range of float64" in said


def test_its_places_of_rest_are_found_after_the_page_is_left():
    net = module("tanh", H=6)
    app = brought(safe(net))
    app.switch_page("pages/fixed_points.py")
    app.query_params.clear()
    app.query_params["net"] = "yours"
    stands(app.run())
    assert not warnings(app)
    assert not any("No network of yours" in info.value for info in app.info)
    near = film(app)[1]["near"]
    assert near.shape[1] >= 1
    cell = app.session_state["yours.cell"]
    np.testing.assert_array_equal(cell.W_hh, net.weight_hh_l0.detach().numpy())


def test_a_network_of_500_units_is_bounded():
    app = brought(safe(module("GRU", H=500)), {"input": "noise", "T": "40"})
    assert not warnings(app)
    app.selectbox(key=f"{PAGE}.view").set_value("spectrum")
    stands(app.run())
    assert any("shorten the sequence to 9 steps" in part.value for part in app.markdown)


# ---- what to notice ------------------------------------------------------------------------------


def test_a_gate_that_is_yellow_throughout_can_be_done_without():
    net = module("LSTM")
    with torch.no_grad():
        net.bias_ih_l0[4:8] += 18.0  # the forget gate
    ((found,), _) = layers.recurrent({k: v.detach().numpy() for k, v in net.state_dict().items()})
    cell = networks.imported(found).stack.layers[0].forward
    xs = np.random.default_rng(0).standard_normal((30, 1, 3))
    trace = Trace.of(cell, xs)
    assert trace.gates["f"].min() > 0.999
    W_xh, W_hh = cell.W_xh.copy(), cell.W_hh.copy()
    W_xh[4:8] = W_hh[4:8] = 0.0  # it decides nothing any more
    without = Trace.of(replace(cell, W_xh=W_xh, W_hh=W_hh), xs)
    np.testing.assert_allclose(without.s, trace.s, atol=1e-5)


def test_where_the_gradient_is_gone_an_input_changes_nothing():
    net = module("tanh")
    with torch.no_grad():
        net.weight_hh_l0 *= 0.2
    arrays = {k: v.detach().numpy() for k, v in net.state_dict().items()}
    network = networks.imported(layers.recurrent(arrays)[0][0])
    xs = np.random.default_rng(0).standard_normal((40, 1, 3))
    study = Study.of(network, xs, None, "last")
    norm = study.gradient.films[0][0].norm()
    early = int(np.flatnonzero(norm > 1e-12)[0]) - 1
    assert early > 5
    xs[:early] += 1.0
    np.testing.assert_allclose(Study.of(network, xs, None, "last").y[-1], study.y[-1], atol=1e-10)


def test_the_link_says_the_settings_and_never_the_model():
    app = brought(safe(module(), "secret."), {"seed": "9", "input": "noise"}, "mine.safetensors")
    assert link(app) == {"seed": "9", "input": "noise"}


# ---- what a file of weights does not say ---------------------------------------------------------


def captions(app):
    """Return the small print."""
    return " ".join(caption.value for caption in app.caption)


def test_the_activation_of_an_rnn_is_said_to_be_assumed_and_the_badge_is_not_real():
    app = brought(safe(module("relu")))
    assert "activation is tanh" in captions(app)
    assert "With relu the hidden states would differ by up to" in captions(app)
    said = " ".join(badges(app))
    assert "activation not in the file" in said
    assert "✓ real" not in said


def test_what_is_not_applied_is_named_and_the_badge_says_part():
    app = brought(safe(module("GRU"), **{"norm.weight": np.ones(4), "norm.bias": np.ones(4)}))
    said = " ".join(badges(app))
    assert "part of your file · 2 arrays not applied" in said
    assert "✓ real" not in said
    shown = " ".join([part.value for kind in (app.info, app.caption, app.warning, app.markdown)
                      for part in kind])  # fmt: skip
    assert "norm (normalisation)" in shown.replace("\\", "")


def test_a_whole_file_that_leaves_nothing_open_is_real():
    assert "✓ real · your file" in " ".join(badges(brought(safe(module("GRU")))))


def test_a_file_is_given_an_input_of_its_own_width():
    table = np.random.default_rng(0).standard_normal((27, 12))
    app = brought(safe(module(D=12), **{"embed.weight": table}))
    close(film(app)[1]["x"], table)
    assert "rows 0 to 26 of embed" in captions(app).replace("\\", "")
    app = brought(safe(module(D=5)))
    x = film(app)[1]["x"]
    assert x.shape[1] == 5
    assert np.abs(x).max(axis=0).tolist() == [1.0] * 5
    assert "pulses on its 5 inputs" in captions(app)


def test_the_layer_offered_is_that_of_the_file_shown():
    app = brought(safe(module("GRU")))
    bring(app, safe(module("LSTM", D=6, H=2)), "other.safetensors")
    (layer,) = (box for box in app.selectbox if box.label == "Layer in the file")
    assert layer.options == ["rnn: LSTM, 6 inputs, 2 units"]


def test_a_file_stays_until_it_is_closed_or_another_can_be_opened():
    app = brought(safe(module("LSTM", D=6, H=2)), name="mine.safetensors")
    assert "Shown below: **mine" in captions(app)
    bring(app, b"epoch,loss", "bad.pt")
    assert "Shown below: **mine" in captions(app)
    app.button(key=f"{PAGE}.close").click()
    stands(app.run())
    assert not warnings(app)
    assert "Shown below" not in captions(app)
    assert "the example" in " ".join(badges(app))
