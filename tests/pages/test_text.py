"""The page about text: what it claims, what it survives, and a network that learns on it."""

import numpy as np
import pytest

from explorer import assets
from explorer.controls import pupil
from explorer.learning import training
from explorer.recipes.text import DEFAULT_TOPIC, OFFERED, TOPICS, TextRecipe
from explorer.text.corpus import topics
from explorer.text.reading import Reading, softmax
from explorer.text.tracking import facts, tracked
from explorer.text.vocabulary import Vocabulary
from explorer.text.writing import write
from tests.pages.test_claims import says
from tests.pages.visiting import asks_again, films, link, recipe_of, stands, visit

PAGE = "text"
CELLS = [name.partition("-")[2] for name in assets.names() if name.startswith("characters-")]
UNSEEN = ("with", "yield", "while", "unary")  # lie in the tenth that no network was trained on


def read(topic, cell="LSTM", T=600):
    """Return what a shipped network made of a topic."""
    kept = assets.asset(f"characters-{cell}")
    words = topics()[topic][:T]
    return Reading.of(kept.model, Vocabulary(kept.about["letters"]), words)


# ---- what it claims -----------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_it_keeps_letters_long_gone(cell):
    says(PAGE, "keeps letters long gone")
    kept = assets.asset(f"characters-{cell}")
    vocabulary = Vocabulary(kept.about["letters"])
    whole = topics()["typesseq"][:2000]
    full = Reading.of(kept.model, vocabulary, whole).surprise[500:]
    # The same network that may see the last letters only: its state is emptied before them.
    for lag, worse in ((1, 0.5), (5, 0.02)):
        cut = [
            Reading.of(kept.model, vocabulary, whole[t - lag : t + 1]).surprise[-1]
            for t in range(500, 2000, 5)
        ]
        assert np.mean(cut) > np.mean(full[::5]) + worse


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("topic", UNSEEN)
def test_the_first_letter_of_a_word_surprises_most(cell, topic):
    says(PAGE, "its first letter surprises most")
    it = read(topic, cell)
    place = facts(it.text)["letters of the word so far"]
    means = [
        it.surprise[1:][part[1:]].mean()
        for part in (place == 1, place == 2, (place == 3) | (place == 4), place > 4)
    ]
    assert means[0] == max(means)
    assert means[0] > 2 * np.mean(means[1:])
    assert means[1] > means[3]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("topic", UNSEEN)
def test_three_letters_carry_a_third_and_nothing_moves_what_is_certain(cell, topic):
    says(PAGE, "three carry a third of the sum or more")
    says(PAGE, "where the next letter is all but certain, nothing before it matters much")
    it = read(topic, cell)
    found = it.influence(60)
    rows = np.sort(found[60:], axis=1)
    assert np.median(rows[:, -3:].sum(1) / rows.sum(1)) > 1 / 3
    sure = it.p.max(axis=1)
    largest = np.nanmax(found, axis=1)
    assert np.median(largest[sure > 0.99]) < 0.1 * np.median(largest[sure < 0.6])


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_tells_which_letters_matter(cell):
    says(PAGE, "its gradient tells which")
    says(PAGE, "of the five letters with the largest influence about four")
    lags, shared, alike = 40, [], []
    for topic in UNSEEN:
        it = read(topic, cell, 300)
        found, xs = it.influence(lags), it.vocabulary.one_hot(it.text, np.float32)
        for t in range(60, 290, 30):
            # Each of the last letters in its turn is exchanged for six frequent ones.
            effect, first = np.zeros(lags), t - lags + 1
            before = np.repeat(it.film.trace.s[first], lags, axis=0)
            for letter in it.vocabulary.encode("etaoin"):
                swapped = np.repeat(xs[first : t + 1], lags, axis=1)
                swapped[np.arange(lags)[::-1], np.arange(lags)] = np.eye(xs.shape[2])[letter]
                p = softmax(it.model.film(swapped, before).y[-1])[:, it.followed[t]]
                effect += np.abs(np.log(p) - it.log_p[t, it.followed[t]])
            ranks = [np.argsort(np.argsort(row)) for row in (effect, found[t])]
            alike.append(np.corrcoef(*ranks)[0, 1])
            shared.append(((ranks[0] >= lags - 5) & (ranks[1] >= lags - 5)).sum())
    assert np.median(alike) > 0.8
    assert 3.4 < np.mean(shared) < 4.6


def circles(text):
    """Tell whether a text ends by saying the same over and over."""
    return any(3 * text[-n:] == text[-3 * n :] for n in range(1, 120))


@pytest.mark.parametrize("cell", CELLS)
def test_cold_it_goes_round_in_a_circle_and_hot_it_cannot_spell(cell):
    says(PAGE, "sooner or later it goes round in a circle")
    says(PAGE, "the spelling dissolves")
    words = set(" ".join(topics().values()).split())
    ends, known = [], {0.5: [], 2.0: []}
    for topic in UNSEEN:
        it = read(topic, cell, 200)
        ends.append(circles(write(it, 100, 700, 0.0, np.random.default_rng(0)).text))
        for temperature, shares in known.items():
            said = write(it, 100, 300, temperature, np.random.default_rng(1)).text.split()[1:-1]
            shares.append(np.mean([word in words for word in said]))
    assert np.mean(ends) >= 0.75
    assert min(known[0.5]) > 2 * max(known[2.0])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("topic", UNSEEN)
def test_reading_its_own_letters_the_true_text_surprises_it_more(cell, topic):
    says(PAGE, "surprises it several times as much")
    it = read(topic, cell)
    for seed in range(3):
        done = write(it, 60, 150, 0.5, np.random.default_rng(seed))
        assert np.mean(done.told[20:]) > 3 * it.surprise[80:210].mean()


def test_units_track_what_nobody_told_them():
    says(PAGE, "a unit that nobody told")
    it = read(DEFAULT_TOPIC, T=240)
    found = {each.fact: each for each in tracked(it, np.random.default_rng(0))}
    for fact in ("vowel", "letters of the word so far"):
        assert abs(found[fact].r) > 1.5 * found[fact].chance


def test_the_default_topics_were_never_trained_on():
    whole = "\n".join(topics().values())
    for name in UNSEEN:
        assert name in OFFERED
        assert whole.rindex("\n" + topics()[name]) > 0.9 * len(whole)


# ---- what it shows ------------------------------------------------------------------------------


def test_the_film_shows_the_numbers_of_the_network():
    app = visit(PAGE, {"t": "60", "T": "120"})
    (header, arrays), (wrote, _) = films(app)
    it = read(DEFAULT_TOPIC, T=120)
    assert header["passage"]["text"] == it.text
    np.testing.assert_allclose(arrays["h"], it.film.trace.slot("h")[1:, 0], atol=1e-6)
    np.testing.assert_allclose(arrays["surprise/0"][1:], it.surprise[1:], rtol=1e-5)
    found, wanted = arrays["reach"], it.influence(60)
    np.testing.assert_allclose(found[np.isfinite(wanted)], wanted[np.isfinite(wanted)], rtol=1e-3)
    best = np.sort(it.p, axis=1)[:, ::-1]
    np.testing.assert_allclose(arrays["odds"][:, :7], best[:, :7], atol=1e-6)
    for t in range(it.T - 1):
        shown = header["passage"]["guesses"][t]
        assert it.vocabulary.shown[it.followed[t]] in shown
    assert wrote["passage"]["given"] == 40
    done = write(it, 60, 200, 0.5, np.random.default_rng([0, 60]))
    assert wrote["passage"]["text"].endswith(done.text)


def test_a_fact_is_clicked_and_its_unit_is_shown():
    app = visit(PAGE)
    button = next(b for b in app.button if b.key == f"{PAGE}.follow.0")
    stands(button.click().run())
    recipe = recipe_of(app, PAGE)
    assert f"{recipe.slot} {recipe.unit}" in button.label
    assert films(app)[0][0]["pick"] == [recipe.slot, recipe.unit - 1]
    assert visit(PAGE, link(app)).session_state[f"{PAGE}.recipe"] == recipe


def test_the_temperature_is_dragged():
    app = visit(PAGE)
    before, first = (film[0]["passage"]["text"] for film in films(app))
    app.session_state[f"{PAGE}.writing.film"] = {
        "cursor": None, "pick": None,
        "sliders": {"values": {"temperature": 1.7}, "live": False, "moves": 1},
    }  # fmt: skip
    stands(app.run())
    assert link(app) == {"tau": "1.7"}
    same, second = (film[0]["passage"]["text"] for film in films(app))
    assert same == before
    assert second != first


# ---- one's own text -----------------------------------------------------------------------------

OWN = {"topic": "typed", "weights": "own", "H": "8"}


def typed(text, **query):
    """Return the page after a visitor has entered a text of their own."""
    app = visit(PAGE, OWN | query)
    app.text_area[0].set_value(text)
    return stands(app.run())


def buttons(app):
    """Return the buttons by their keys."""
    return {button.key: button for button in app.button}


@pytest.mark.parametrize(
    ("text", "said", "learns"),
    [
        ("", "no letter to read yet", True),
        ("x", "this text has 1", False),
        ("a" * 19, "this text has 19", False),
        ("ab " * 700_000, "Kept the first 200,000 of 2,100,000", True),
        ("".join(chr(0x4E00 + k) for k in range(5000)), "60% of these letters have no num", True),
        ("<script>alert(1)</script> <b>x</b> $y$ **z** \0 \u202e" * 3, "", True),
        ("\n" * 50, "", True),
    ],
    ids=("empty", "one", "nineteen", "two megabytes", "five thousand", "markup", "blank lines"),
)
def test_any_text_is_read_or_said(text, said, learns):
    app = typed(text)
    sentences = " ".join(warning.value.replace("\\", "") for warning in app.warning)
    assert said in sentences
    assert bool(app.warning) == bool(said)
    assert app.text_area[0].value == text
    assert buttons(app)[f"{PAGE}.act.play"].disabled == (not learns)
    header = films(app)[0][0]
    assert 1 <= header["axis"]["count"] <= 240
    if learns:
        stands(buttons(app)[f"{PAGE}.act.one"].click().run())
        assert "1 update made" in [part.value for part in app.markdown]


def test_of_many_letters_the_rare_ones_share_a_number():
    app = typed("".join(chr(0x4E00 + k) for k in range(5000)))
    recipe = recipe_of(app, PAGE)
    whole = app.text_area[0].value
    found = app.session_state[f"{PAGE}.pupils"][(recipe.cell, recipe.H, recipe.seed, whole)]
    assert found.last.model.cell.D == 97


def test_a_network_learns_from_a_text_and_nothing_is_lost():
    app = typed("the cat sat on the mat. " * 40)
    one = f"{PAGE}.act.one"
    for _ in range(3):
        stands(buttons(app)[one].click().run())
    assert len(films(app)) == 3  # how far it has learned, besides
    app.selectbox(key=f"{PAGE}.topic").set_value("strings")
    stands(app.run())
    assert "0 updates made" in [part.value for part in app.markdown]
    app.selectbox(key=f"{PAGE}.topic").set_value("typed")
    stands(app.run())
    assert app.text_area[0].value.startswith("the cat")
    assert "3 updates made" in [part.value for part in app.markdown]
    stands(buttons(app)[f"{PAGE}.act.over"].click().run())
    assert "0 updates made" in [part.value for part in app.markdown]


@pytest.mark.parametrize("back", [False, True], ids=["by a click", "by its link"])
def test_a_long_text_of_ones_own_is_still_there_on_coming_back(back):
    app = visit(PAGE, {"topic": "typed"})
    text = "a long story, " * 1000
    app.text_area[0].set_value(text)
    stands(app.run())
    left = link(app)
    app.switch_page("pages/gates.py")
    app.query_params.clear()
    stands(app.run())
    app.switch_page(f"pages/{PAGE}.py")
    for key, value in left.items() if back else ():
        app.query_params[key] = value
    stands(app.run())
    assert app.text_area[0].value == text
    # Another link brings another text.
    app.switch_page("pages/gates.py")
    app.query_params.clear()
    stands(app.run())
    app.switch_page(f"pages/{PAGE}.py")
    for key, value in (left | {"text": "short"}).items():
        app.query_params[key] = value
    stands(app.run())
    assert app.text_area[0].value == "short"


def test_playing_learns_by_itself_and_pauses(monkeypatch):
    monkeypatch.setattr(pupil, "MOST", 4)
    app = typed("the cat sat on the mat. " * 40)
    stands(buttons(app)[f"{PAGE}.act.play"].click().run())
    assert asks_again(app) == app.session_state[f"{PAGE}.playing"]
    for _ in range(6):
        stands(app.run())
    assert "4 updates made" in [part.value for part in app.markdown]
    assert not app.session_state[f"{PAGE}.playing"]
    assert not asks_again(app)
    assert buttons(app)[f"{PAGE}.act.play"].disabled
    assert any("stops by itself" in info.value for info in app.info)
    stands(buttons(app)[f"{PAGE}.act.over"].click().run())
    assert not buttons(app)[f"{PAGE}.act.play"].disabled
    assert not any("stops by itself" in info.value for info in app.info)


def test_where_nothing_can_be_learned_it_does_not_seem_to_go_on():
    app = typed("the cat sat on the mat. " * 40)
    stands(buttons(app)[f"{PAGE}.act.play"].click().run())
    app.text_area[0].set_value("x")
    stands(app.run())
    assert buttons(app)[f"{PAGE}.act.play"].label == "Learn from this text"
    assert not asks_again(app)


def test_a_rate_that_explodes_is_said_and_the_network_stays_as_it_was(monkeypatch):
    monkeypatch.setattr(training, "EXPLODED", 5.0)  # else it takes ten updates
    app = typed("the cat sat on the mat. " * 40, rate="10", cell="Elman")
    one = f"{PAGE}.act.one"
    while not app.warning:
        made = films(app)[0][1]["h"]
        stands(buttons(app)[one].click().run())
    assert "exploded" in app.warning[0].value
    np.testing.assert_array_equal(films(app)[0][1]["h"], made)


def test_a_cell_without_a_shipped_network_says_so_and_learns():
    app = visit(PAGE, {"cell": "Jordan"})
    assert "No Jordan network was trained beforehand" in app.warning[0].value
    assert f"{PAGE}.act.play" in buttons(app)


def test_a_start_beyond_the_end_is_moved():
    app = visit(PAGE, {"start": "150000"})
    assert "The text ends at letter" in app.warning[0].value
    recipe = TextRecipe(start=10, T=5)
    assert recipe.stretch("abcdefghijklmnop") == ("jklmn", "")


def test_every_topic_that_is_offered_is_there():
    assert set(TOPICS) <= set(topics())
    assert len(TOPICS) >= 8
