"""Ten ideas in thirty-two years made the recurrent network, and here every one of them runs."""

import streamlit as st

from explorer import controls, scenes
from explorer.controls.contents import CONTENTS
from explorer.film import Play, Reel
from explorer.recipes.history import History
from explorer.recipes.ideas import IDEAS

PAGE = "history"
DEFAULT = History()
ABREAST = 2
OPEN = {entry.name: entry for section in CONTENTS.values() for entry in section}

controls.heading("A short history", __doc__)


@st.fragment
def history() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("input", "H", "T", "seed"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    networks = [idea.network.drawn(recipe) for idea in IDEAS]
    titles = [f"{idea.year} {idea.name}" for idea in IDEAS]
    controls.networks(
        PAGE, {k: lambda one=one: (one, None) for k, one in zip(titles, networks, strict=True)}
    )
    ran = [idea.network.running(one, recipe) for idea, one in zip(IDEAS, networks, strict=True)]
    controls.show(
        PAGE,
        Reel(
            axis=scenes.history_axis(recipe),
            panels=scenes.history_panels(recipe, ran),
            play=Play(auto=True, rate=10),
            cursor=min(recipe.cursor, recipe.T),
            title="Ten networks, one sequence",
            text="The states of ten recurrent networks, from Hopfield's of 1982 to the encoder and "
            "decoder of 2014, over the same steps.",
            precise=not live,
        ),
    )
    controls.truth(
        f"✓ real · seed {recipe.seed} · float64",
        f"Ten networks of {recipe.H} units (the Hopfield network: 16), drawn from the seed and not "
        "trained, run just now on the sequence on top. Three read it in a way of their own: the "
        "Hopfield network reads nothing and recalls, one flip a step; the bidirectional one shows "
        "forward units above and backward units below; the encoder reads the first two thirds, and "
        "the decoder writes from there on alone. The pictures below are the same runs.",
    )
    dark = st.context.theme.type == "dark"
    for start in range(0, len(IDEAS), ABREAST):
        these = list(zip(IDEAS, ran, strict=True))[start : start + ABREAST]
        for column, (idea, film) in zip(st.columns(ABREAST), these, strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"**{idea.year} · {idea.name}**")
                st.image(scenes.sparkline(idea, film, dark), width="stretch")
                st.markdown(idea.new)
                st.caption(f"{idea.source}, {idea.year}.")
                if idea.page in OPEN:
                    title = OPEN[idea.page].title
                    st.page_link(
                        OPEN[idea.page].path,
                        label=f"Play with it: **{title}**",
                        query_params=idea.query,
                    )


history()

controls.notice(
    "- **The two LSTMs are paler than the simple networks**: before training their output gate, "
    "half open, shows only part of the cell behind it.\n"
    "- **The clockwork network has rows that do not move**: its slowest group acts at every eighth "
    "step only.\n"
    "- **The lower half of the bidirectional rows knows the future**: it changes before the input "
    "does.\n"
    "- **After two thirds of the steps the encoder falls silent** and the decoder goes on alone; "
    "what it knows of the input is the state in which the encoder ended."
)
