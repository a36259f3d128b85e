"""Ours to torch: the network of a run as a state dict, with the three lines that load it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.cells import CELLS, Cell
from explorer.checkpoints import engine, networks, quarantine, safetensors
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.wiring.stack import Layer, Stack

Found = Callable[[], tuple[Stack, Readout | None]]
PRECISIONS = ("float64", "float32")


def network(
    page: str, title: str, body: Cell | Stack | None, readout: Readout | None = None
) -> None:
    """Remember the network that a page shows, for whoever takes it home; None where it is two."""
    stack = Stack((Layer(body),)) if isinstance(body, Cell) else body
    st.session_state[f"{page}.kept_network"] = None if stack is None else (title, stack, readout)


def offered(page: str, runs: dict[str, Recipe]) -> dict[str, Found]:
    """Return by their titles the networks of a page, each made when it is wanted."""
    kept = st.session_state.get(f"{page}.kept_network")
    if kept is not None:
        title, stack, readout = kept
        return {title: lambda: (stack, readout)}
    return {
        CELLS[cell].name: lambda run=run: (Stack((Layer(run.build()),)), None)
        for cell, run in runs.items()
    }


def weights_home(page: str, found: dict[str, Found]) -> None:
    """Offer every network of a page as .pt and .safetensors."""
    st.markdown("**Network**: its weights, by the names that PyTorch gives them.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        key = f"{page}.home.network"
        chosen = next(iter(found))
        if len(found) > 1:
            chosen = st.selectbox("Of", list(found), key=key, width=200)
        precision = st.radio("Numbers", PRECISIONS, key=f"{key}.precision", horizontal=True)
    stack, readout = found[chosen]()
    stack = stack.map(lambda array: array.astype(precision))
    readout = readout and readout.map(lambda array: array.astype(precision))
    file = f"unrolled-{page}-{chosen}".replace(" ", "-")
    arrays = networks.state_dict(stack, readout)
    # Another process writes .pt, which takes seconds: only for those who ask.
    forms = {".pt": partial(quarantine.saved, arrays)} if engine.installed() else {}
    forms[".safetensors"] = partial(safetensors.write, arrays)
    for tab, (ending, content) in zip(st.tabs(list(forms)), forms.items(), strict=True):
        name = f"{file}{ending}"
        tab.download_button(
            f"Weights as {ending}", content, name, "application/octet-stream",
            key=f"{key}{ending}", on_click="ignore",
        )  # fmt: skip
        tab.code(networks.loading(stack, name, readout), "python")
    st.caption(about(stack.layers[0].forward))


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
