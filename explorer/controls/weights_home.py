"""Ours to torch: the networks of a page as state dicts, with the lines that load them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from explorer.cells import CELLS
from explorer.checkpoints import engine, quarantine, safetensors
from explorer.checkpoints.parcel import Body, parcel
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.shapes import Array

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
    st.markdown("**Network**: its weights, by PyTorch's own names where it has such a layer.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        key = f"{page}.home.network"
        chosen = next(iter(found))
        if len(found) > 1:
            chosen = st.selectbox("Of", list(found), key=key, width=300)
        precision = st.radio("Numbers", PRECISIONS, key=f"{key}.precision", horizontal=True)
    body, readout = found[chosen]()
    packed = parcel(body, readout, precision)
    file = "-".join(re.findall("[a-z0-9_.]+", f"unrolled {page} {chosen}", re.IGNORECASE))
    # Another process writes .pt, which takes seconds: only for those who ask.
    forms = {".pt": partial(quarantine.saved, packed.arrays)} if engine.installed() else {}
    forms |= {
        ".safetensors": partial(safetensors.write, packed.arrays),
        ".npz": partial(npz, packed.arrays),
    }
    for tab, (ending, content) in zip(st.tabs(list(forms)), forms.items(), strict=True):
        name = f"{file}{ending}"
        tab.download_button(
            f"Weights as {ending}", content, name, "application/octet-stream",
            key=f"{key}{ending}", on_click="ignore",
        )  # fmt: skip
        tab.code(packed.loading(name), "python")
    st.caption(packed.about)


def npz(arrays: dict[str, Array]) -> bytes:
    """Return arrays as a file that NumPy reads, without pickles."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()
