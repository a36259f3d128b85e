"""What hypothesis draws recipes, foreign text and networks from."""

import numpy as np
from hypothesis import strategies as st

from explorer.cells import CELLS
from explorer.entries import Choice, Real, Several, Text, Whole
from explorer.recipe import Recipe

ODD_TEXT = st.sampled_from(
    [
        "", " ", "\0", "\0\0LSTM", "nan", "NaN", "inf", "-inf", "1e999", "-1e999", "1_0", "٣",
        "½", "0x10", "1.5", "-1", "0", "1", "None", "true", "[]", "LSTM", "lstm,,", ",", "%00",
        "a" * 5000, "9" * 5000, "-" + "9" * 5000, "<script>alert(1)</script>",
        "**bold**", "$x$", "‮evil", "🌀",
    ]
)  # fmt: skip
FOREIGN = ODD_TEXT | st.text(max_size=60) | st.integers().map(str) | st.floats().map(str)


def valid(kind):
    """Draw a value that this entry may have."""
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Real):
        return st.floats(kind.low, kind.high)
    if isinstance(kind, Choice):
        return st.sampled_from(kind.names)
    if isinstance(kind, Several):
        subsets = st.sets(st.sampled_from(kind.names), min_size=1)
        return subsets.map(lambda names: tuple(n for n in kind.names if n in names))
    assert isinstance(kind, Text)
    return st.from_regex(kind.form, fullmatch=True) if kind.form else st.text(max_size=60)


def recipes(**fixed):
    """Draw any recipe that the controls could make; ``fixed`` entries stay as they are given."""
    drawn = {
        entry.name: valid(entry.metadata["kind"])
        for entry in Recipe.entries().values()
        if entry.name not in fixed
    }
    return st.builds(Recipe, **drawn, **{name: st.just(value) for name, value in fixed.items()})


def small_recipes(**fixed):
    """Draw recipes that are quick to run, the smallest sizes among them."""
    sizes = {"H": st.integers(1, 5), "T": st.integers(1, 12), "D": st.integers(1, 3)}
    return st.tuples(recipes(**fixed), st.fixed_dictionaries(sizes)).map(
        lambda both: Recipe(**{**vars(both[0]), **both[1], **fixed})
    )


@st.composite
def runs(draw, **settings):
    """Draw a cell of any kind with any weights and a trace of it."""
    from explorer import Trace

    kind = CELLS[draw(st.sampled_from(list(CELLS)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    D, H, T = (draw(st.integers(1, most)) for most in (3, 5, 12))
    gain = draw(st.floats(0.0, 4.0))
    cell = kind.init(rng, D, H, recurrent="gaussian", gain=gain, **settings)
    return Trace.of(cell, rng.standard_normal((T, 1, D)), rng.standard_normal((1, cell.S)))
