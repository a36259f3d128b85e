"""No cell remembers by its name: one bias decides whether a gated cell beats the simple one."""

from dataclasses import replace

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.duel import MOST, largest, runs
from explorer.dynamics.decay import decay
from explorer.film import Reel, Slider
from explorer.numerals import numeral
from explorer.recipe import Recipe

PAGE = "cell_duel"
SEEDS = 5
DEFAULT = Recipe(
    cells=("Elman", "LSTM", "GRU"), H=16, T=60, D=2, input="noise", recurrent="orthogonal",
    scale="radius", gain=0.9, memory="bias", bias=3.0, cursor=30,
)  # fmt: skip
PRESETS = {
    "Gates open": DEFAULT,
    "Random gates": replace(DEFAULT, memory="default"),
    "Gates open, same number of parameters": replace(DEFAULT, fair="parameters"),
}

controls.heading("Which cell remembers?", __doc__)


@st.fragment
def duel() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    presets = {label: replace(preset, pin=recipe.pin) for label, preset in PRESETS.items()}
    controls.presets(PAGE, recipe, presets)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cells", "fair"))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.more(
            PAGE,
            recipe,
            ("memory", "recurrent", "scale", *controls.own(recipe.cells),
             *controls.loss_entries(recipe), "seed"),
        )  # fmt: skip
        buttons = controls.beside()
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)
    a = controls.pin(PAGE, recipe, DEFAULT, buttons)

    sequence = recipe.sequence()
    rounds = 1 if live else 5
    films, before = runs(recipe, rounds), runs(a, rounds) if a else {}
    controls.said(sequence.remark)
    controls.said(scenes.left_range(films))
    if len(recipe.cells) > MOST:
        st.info(f"The first {MOST} of your {len(recipe.cells)} cells are shown.")
    if len(films) == 1:
        (only,) = films
        st.info(f"It takes two: choose another cell, so that {CELLS[only].name} has company.")
    axis = scenes.duel_axis(sequence, films, before)
    kept = dict.fromkeys(CELLS[cell].keep for cell in films if CELLS[cell].keep)
    bias = Slider(
        "bias", f"bias of the gates that keep the past ({', '.join(kept)})", "b", -6.0, 8.0, 0.05,
        recipe.bias, marks=((0.0, "0"), (3.0, "3")),
    )  # fmt: skip
    controls.show(
        PAGE,
        Reel(
            axis=axis,
            panels=(
                scenes.duel_gradients(films, before),
                *scenes.read(next(iter(films.values())).trace, sequence, recipe.input),
                *scenes.duel_states(films, before),
            ),
            sliders=(
                *([bias] if kept and recipe.memory == "bias" else []),
                controls.strength(recipe),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, axis.count - 1),
            title="Cells side by side on one input",
            text=scenes.duel_summary(films),
            precise=not live,
            terms=scenes.loss_terms(recipe),
        ),
    )
    controls.badge(replace(recipe, cell=next(iter(films))), tuple(films), live=live)
    # While a thumb is dragged only this seed is measured; the others follow when it is released.
    seeds = {} if live else over_seeds(recipe), over_seeds(a) if a and not live else {}
    for column, rows in zip(st.columns(2), tables(films, before, seeds), strict=True):
        column.markdown(rows)
    st.caption(
        "Half-life: steps back in which the gradient halves, ± its standard error, where one "
        "exponential fits the curve (R² of at least 0.9). Where none fits: a lower bound, or after "
        "how many steps less than half was left; the first tenth of the curve does not count there."
    )
    st.caption(
        f"{equal(recipe)} Multiply-adds of one step forward: one for each entry of a matrix. µs: "
        "one step forward and backward, measured here in the run shown (the best of five)."
    )


def over_seeds(recipe: Recipe) -> dict[str, str]:
    """Return each cell's half-life over several seeds, in words."""
    networks = [runs(replace(recipe, seed=(recipe.seed + k) % 10_000)) for k in range(SEEDS)]
    return {
        cell: scenes.seeds_lasting([decay(run[cell].gradients) for run in networks])
        for cell in networks[0]
    }


def tables(films, before, seeds) -> tuple[str, str]:
    costs, memories = [], []
    for mark, group, others in (("", films, seeds[0]), ("A: ", before, seeds[1])):
        for cell, run in group.items():
            name, found = mark + CELLS[cell].name, decay(run.gradients)
            half = scenes.lasting(found)
            costs.append(
                f"| {name} | {run.trace.cell.H} | {run.parameters:,} | {run.multiply_adds:,} "
                f"| {run.microseconds:.0f} |"
            )
            memories.append(
                f"| {name} | {numeral(found.first)} | {half} | {others.get(cell, '')} |"
            )
    return (
        "| cell | units | weights | multiply-adds | µs |\n|---|--:|--:|--:|--:|\n"
        + "\n".join(costs),
        f"| cell | ‖∂L/∂s₀‖ | half-life, steps | over {SEEDS} seeds: median (range) |\n"
        "|---|--:|--:|--:|\n" + "\n".join(memories),
    )


def equal(recipe: Recipe) -> str:
    if recipe.fair == "units":
        return f"Same input, same loss, same number of units (H = {recipe.H})."
    most = CELLS[largest(recipe)].name
    return (
        f"Same input, same loss, nearly the same number of parameters: {most}, which has most, "
        f"keeps H = {recipe.H}; each other cell gets the H that comes nearest to its count."
    )


duel()

controls.notice(
    "- **Open gates win.** With a bias of 3 the gates that keep the past stand open: the "
    "gradients of LSTM and GRU reach the first state, that of the simple network is gone long "
    "before.\n"
    "- **Random gates.** Press *Random gates*: half-open gates forget half of the state at "
    "every step, and the simple network's gradient reaches further than either.\n"
    "- **More units do not help.** At the same number of parameters the simple network has about "
    "twice the units of the LSTM, and still its gradient halves every few steps.\n"
    "- **Pin a run as A**, change one thing, and see both: A in lighter, broken lines among the "
    "curves, and its states under those of B. The link in the address bar holds the pair."
)
st.subheader("The mathematics", anchor=False)
st.latex(r"\text{parameters} = G\,(HD + H^2 + 2H) + \text{own}")
st.latex(r"\text{multiply-adds per step} = G\,(HD + H^2)")
st.caption(
    "G blocks of rows: 1 in the simple network, 3 in a GRU, 4 in an LSTM; the peephole LSTM has 3H "
    "numbers of its own. Backward costs about twice as much again. Like for like, after Chung et "
    "al. 2014 and Greff et al. 2017: the same H and the same count are two different questions."
)
