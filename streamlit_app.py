"""Table of contents: which pages there are, and in what order."""

import streamlit as st

from explorer import controls

ABOUT = "**Unrolled** shows what a recurrent network does: real states, gates and gradients."

st.set_page_config(
    page_title="Unrolled", page_icon="🌀", layout="wide", menu_items={"About": ABOUT}
)

CONTENTS = {
    "Start": [st.Page("pages/home.py", title="Unrolled", default=True)],
    "Recurrence": [
        st.Page("pages/recurrence.py", title="What does a loop add?"),
        st.Page("pages/unrolling.py", title="Unrolling"),
    ],
    "Gradients": [
        st.Page("pages/vanishing_gradients.py", title="Vanishing gradients"),
        st.Page("pages/backpropagation.py", title="Where does a gradient come from?"),
        st.Page("pages/gradient_matrix.py", title="Who killed the gradient?"),
        st.Page("pages/nudge.py", title="What does a gradient foresee?"),
    ],
    "Gates and cells": [
        st.Page("pages/gates.py", title="Gates"),
        st.Page("pages/cell_duel.py", title="Which cell remembers?"),
    ],
}

page = st.navigation(CONTENTS, position="top")
controls.door(page for section in CONTENTS.values() for page in section)
page.run()
