"""Ours to torch: the network of a run as a state dict, with the three lines that load it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from explorer.cells import CELLS, Cell
from explorer.checkpoints import engine, networks, quarantine, safetensors
from explorer.recipe import Recipe
from explorer.wiring.stack import Layer, Stack

PRECISIONS = ("float64", "float32")


def weights_home(page: str, runs: dict[str, Recipe]) -> None:
    """Offer every network of a page as .pt and .safetensors."""
    st.markdown("**Network**: its weights, by the names that PyTorch gives them.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        key = f"{page}.home.network"
        chosen = next(iter(runs))
        if len(runs) > 1:
            names = {cell: CELLS[cell].name for cell in runs}
            chosen = st.selectbox("Of", list(runs), key=key, format_func=names.get, width=200)
        precision = st.radio("Numbers", PRECISIONS, key=f"{key}.precision", horizontal=True)
    cell = runs[chosen].build().astype(np.dtype(precision))
    stack, file = Stack((Layer(cell),)), f"unrolled-{page}-{chosen}"
    arrays = networks.state_dict(stack)
    # Another process writes .pt, which takes seconds: only for those who ask.
    forms = {".pt": partial(quarantine.saved, arrays)} if engine.installed() else {}
    forms[".safetensors"] = partial(safetensors.write, arrays)
    for tab, (ending, content) in zip(st.tabs(list(forms)), forms.items(), strict=True):
        name = f"{file}{ending}"
        tab.download_button(
            f"Weights as {ending}", content, name, "application/octet-stream",
            key=f"{key}{ending}", on_click="ignore",
        )  # fmt: skip
        tab.code(networks.loading(stack, name), "python")
    st.caption(about(cell))


def about(cell: Cell) -> str:
    """Return what else has to be known about the file of a network."""
    said = []
    if networks.layer_of(Stack((Layer(cell),))) is None:
        said.append("PyTorch has no layer that is this network, so the lines load its arrays.")
    if cell.surgery:
        said.append("Held gates are no weights: the file holds the network without them.")
    if "periods" in type(cell).__dataclass_fields__:
        periods = getattr(cell, "periods", ())
        said.append(f"The periods of its groups are {', '.join(map(str, periods))}.")
    return " ".join(said)
