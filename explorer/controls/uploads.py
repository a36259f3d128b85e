"""What a visitor brings: a network as a file, a table of numbers; a bad file changes nothing."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.assets import asset
from explorer.checkpoints import safetensors, state_dicts
from explorer.checkpoints.layers import recurrent
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.study import Upload, opened
from explorer.checkpoints.tables import rows
from explorer.controls.text import said
from explorer.controls.widgets import row
from explorer.shapes import Array
from explorer.wiring.stack import Layer, Stack


@st.cache_data
def example() -> bytes:
    """Return a network of ours as a file, for those who have none at hand."""
    model = asset("flip_flop-GRU-16").model.astype(np.float64)
    stack = Stack((Layer(model.cell),))
    return safetensors.write(state_dicts.state_dict(stack, model.readout))


def network(page: str) -> Upload:
    """Return what the visitor has brought, else the example; a bad file changes nothing."""
    memory = st.session_state
    with row():
        file = st.file_uploader(
            "A PyTorch state dict (.pt, .pth) or .safetensors, up to 50 MB",
            key=f"{page}.file",
            width=560,
            help="It stays in the memory of your session, is never written to disk, and code in "
            "it is never run.",
        )
        aside = st.container(width=300, gap=None)
    if file is not None and file.file_id != memory.get(f"{page}.seen"):
        memory[f"{page}.seen"] = file.file_id
        memory.pop(f"{page}.refused", None)
        try:
            with st.spinner("Opening the file apart from the app …"):
                memory[f"{page}.upload"] = opened(file.name, file.getvalue())
        except Refused as refusal:
            memory[f"{page}.refused"] = f"{file.name}: {refusal}"
    if file is None:
        memory.pop(f"{page}.refused", None)
    said(memory.get(f"{page}.refused", ""))
    upload = memory.get(f"{page}.upload")
    if upload is None or not upload.modules:
        for remark in upload.remarks if upload else ():
            said(remark)
        with aside:
            st.download_button(
                "Until then: a GRU of ours, trained beforehand",
                example(), "three_bits.safetensors",
                icon=":material/download:", type="tertiary", on_click="ignore",
            )  # fmt: skip
        found, _ = recurrent(safetensors.read(example()))
        tables = {k: v for k, v in safetensors.read(example()).items() if k.startswith("head")}
        return Upload("the example", tuple(found), tables=tables, ours=True)
    for remark in upload.remarks:
        said(remark)
    return upload


def numbers(page: str) -> Array | None:
    """Return the rows of an uploaded file of numbers, None until there is one."""
    memory = st.session_state
    file = st.file_uploader(
        "A table of numbers (.csv, .npy, .npz), a row for each step", key=f"{page}.numbers_file"
    )
    if file is not None and file.file_id != memory.get(f"{page}.numbers_seen"):
        memory[f"{page}.numbers_seen"] = file.file_id
        try:
            memory[f"{page}.rows"] = rows(file.getvalue())
            memory.pop(f"{page}.no_rows", None)
        except ValueError as trouble:
            memory[f"{page}.no_rows"] = f"{file.name}: {trouble}"
    said(memory.get(f"{page}.no_rows", ""))
    return memory.get(f"{page}.rows")
