"""Links that were given away must go on working: never change one of these, only add."""

from urllib.parse import parse_qsl

import pytest

from tests.pages.visiting import PAGES, link, recipe_of, visit

# As the address bar and the button said them, with the version they were made by.
FROZEN = {
    "home": "v=1&gain=1.1",
    "history": "v=1&input=sine&H=8&seed=4",
    "recurrence": "v=1&cell=GRU&order=reversed&shuffle=7&seed=2",
    "unrolling": "v=1&cell=LSTM&H=5&input=words&text=to+be+or+not+to+be&edit=W_hh&row=2&weight=1.5",
    "sequence_maps": "v=1&wiring=encoder_decoder&cell=LSTM&gradient=all&answers=3",
    "vanishing_gradients": "v=1&cells=Elman,LSTM&seeds=3&gain=1.3&act=identity&memory=chrono",
    "backpropagation": "v=1&loss=every&window=3&clip=0.5&gain=1.2&t=20",
    "learning_rules": "v=1&cell=GRU&H=5&stream=mackey-glass&window=3&groups=array&R=0.01",
    "gradient_matrix": "v=1&cell=LSTM&at=12&t=4&memory=bias&bias=2.0",
    "nudge": "v=1&cell=LSTM&slot=c&unit=3&push=0.1&t=5",
    "gates": "v=1&cell=GRU&hold=z&hold_unit=2&hold_from=5&hold_to=20&held=0.9&hide=cell,notice",
    "cell_duel": "v=1&cells=Elman,GRU,Clockwork&fair=parameters&pin=v%3D1%26gain%3D0.5",
    "teacher_forcing": "v=1&cell=GRU&trained=scheduled&pupil=2&forcing=0.5&warm=12",
    "timescales": "v=1&leak=0.2&periods=1,+2,+8&radius=0.8&init=gaussian",
    "reservoir": "v=1&view=forecast&series=lorenz&N=80&ridge=1e-8&train=500&steps=200",
    "hopfield": "v=1&signs=HOPFIELD&rule=projection&amount=0.1&target=2",
    "fixed_points": "v=1&net=gru16&level=0.16&starts=100&point=3",
    "chaos": "v=1&view=spectrum&N=20&g=1.5&steps=100",
    "phase_portrait": "v=1&by=rotation&gain=1.2&angle=0.5&from=0.5+0.1&T=40",
    "bifurcations": "v=1&net=two&along=bias&g=1.2&W=1+0.5;+-0.5+1&s=0.2",
    "training": "v=1&task=FlipFlop&cell=LSTM&H=8&T=20&B=8&optimiser=SGD&rate=0.05&bits=2",
    "text": "v=1&cell=GRU&topic=yield&T=60&tau=0.3&slot=h&unit=5",
    "your_model": "v=1&net=encoder.&layer=2&way=backward&input=letters&text=abba&view=spectrum",
}


@pytest.mark.parametrize("page", FROZEN)
def test_an_old_link_opens_as_it_was_meant(page):
    query = dict(parse_qsl(FROZEN[page]))
    app = visit(page, query)
    assert not app.warning, app.warning[0].value
    recipe, hidden = recipe_of(app, page), query.pop("hide", "")
    entries = recipe.entries()
    assert query.pop("v") == "1"
    assert link(app).get("hide", "") == hidden
    for key, said in query.items():
        assert plainly(getattr(recipe, entries[key].name)) == plainly(said), key


def plainly(value):
    """Return a value of a recipe, or what a link says of it, in one form."""
    parts = sorted(value if isinstance(value, tuple) else str(value).split(","))
    try:
        return [float(part) for part in parts]
    except ValueError:
        return parts


def test_every_page_has_an_old_link():
    assert set(FROZEN) <= set(PAGES), "a page is gone: its links must lead on"


@pytest.mark.parametrize("version", ["1", "2", "99", "", "x"])
def test_a_link_of_another_version_opens(version):
    app = visit("gates", {"v": version, "seed": "3"})
    assert not app.warning
    assert link(app)["seed"] == "3"


def test_what_a_later_version_may_say_is_one_sentence():
    (warning,) = visit("gates", {"v": "2", "seed": "3", "later": "1"}).warning
    assert "later" in warning.value
