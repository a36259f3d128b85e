"""Ours to torch: the networks of a page as state dicts, with the lines that load them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import fields
from functools import partial

import numpy as np
import streamlit as st

from explorer.activations import Activation
from explorer.cells import CELLS, Cell
from explorer.checkpoints import engine, quarantine, safetensors, state_dicts
from explorer.checkpoints.stepping import step_lines
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.shapes import Array
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Layer, Stack

Body = Cell | Stack | EncoderDecoder
Found = Callable[[], tuple[Body, Readout | None]]
PRECISIONS = ("float64", "float32")


def network(page: str, title: str, body: Body, readout: Readout | None = None) -> None:
    """Remember the network that a page shows, for whoever takes it home."""
    networks(page, {title: lambda: (body, readout)})


def networks(page: str, found: dict[str, Found]) -> None:
    """Remember by their titles the networks that a page shows, each made when it is wanted."""
    st.session_state[f"{page}.kept_networks"] = found


def offered(page: str, runs: dict[str, Recipe]) -> dict[str, Found]:
    """Return the networks that a page remembers, else those of its runs."""
    kept = st.session_state.get(f"{page}.kept_networks")
    if kept is not None:
        return kept
    return {CELLS[cell].name: lambda run=run: (run.build(), None) for cell, run in runs.items()}


def weights_home(page: str, found: dict[str, Found]) -> None:
    """Offer every network of a page as .pt, .safetensors and .npz."""
    st.markdown("**Network**: its weights, by the names that PyTorch gives them.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        key = f"{page}.home.network"
        chosen = next(iter(found))
        if len(found) > 1:
            chosen = st.selectbox("Of", list(found), key=key, width=300)
        precision = st.radio("Numbers", PRECISIONS, key=f"{key}.precision", horizontal=True)
    body, readout = found[chosen]()
    body = Stack((Layer(body),)) if isinstance(body, Cell) else body
    body = body.map(lambda array: array.astype(precision))
    readout = readout and readout.map(lambda array: array.astype(precision))
    file = "-".join(re.findall("[a-z0-9_.]+", f"unrolled {page} {chosen}", re.IGNORECASE))
    arrays = state_dicts.state_dict(body, readout)
    # Another process writes .pt, which takes seconds: only for those who ask.
    forms = {".pt": partial(quarantine.saved, arrays)} if engine.installed() else {}
    forms |= {".safetensors": partial(safetensors.write, arrays), ".npz": partial(npz, arrays)}
    for tab, (ending, content) in zip(st.tabs(list(forms)), forms.items(), strict=True):
        name = f"{file}{ending}"
        tab.download_button(
            f"Weights as {ending}", content, name, "application/octet-stream",
            key=f"{key}{ending}", on_click="ignore",
        )  # fmt: skip
        tab.code(state_dicts.loading(body, name, readout), "python")
    st.caption(about(next(iter(state_dicts.stacks(body).values()))))


def npz(arrays: dict[str, Array]) -> bytes:
    """Return arrays as a file that NumPy reads, without pickles."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def about(stack: Stack) -> str:
    """Return what else has to be known about the file of a network."""
    cell, said = stack.layers[0].forward, []
    if state_dicts.layer_of(stack) is None:
        more = " and write out its step" if step_lines(stack) else ""
        said.append(
            f"PyTorch has no layer that is this network, so the lines load its arrays{more}."
        )
        settings = {field.name: getattr(cell, field.name) for field in fields(cell)}
        rest = [f"{k} {v.name}" for k, v in settings.items() if isinstance(v, Activation)]
        rest += [f"{k} {v:g}" for k, v in settings.items() if isinstance(v, int | float)]
        if rest:
            said.append(f"The file does not hold these settings: {', '.join(rest)}.")
    if cell.surgery:
        said.append("Held gates are no weights: the file holds the network without them.")
    if "periods" in type(cell).__dataclass_fields__:
        periods = getattr(cell, "periods", ())
        said.append(f"The periods of its groups are {', '.join(map(str, periods))}.")
    return " ".join(said)
