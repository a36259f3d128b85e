"""What a visitor brings: a network as a file, a table of numbers; a bad file changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from explorer.assets import asset
from explorer.checkpoints import safetensors, state_dicts
from explorer.checkpoints.quarantine import Contents
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.study import Upload, opened
from explorer.checkpoints.tables import rows
from explorer.controls.text import plain, said
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
            key=f"{page}.file{memory.get(f'{page}.closed') or ''}",
            width=560,
            help="It stays in the memory of your session, is never written to disk, and code in "
            "it is never run.",
        )
        aside = st.container(width=300, gap=None)
    if file is not None and file.file_id != memory.get(f"{page}.seen"):
        bring(page, file)
    if file is None:  # also for a moment while another file takes its place
        memory.pop(f"{page}.refused", None)
    upload = memory.get(f"{page}.upload")
    refused = memory.get(f"{page}.refused", "")
    if refused:
        shown = f"{upload.name}, as before" if upload else "the example"
        said(f"{refused} What is shown below is {shown}.")
    said(framed())
    with aside:
        if upload is None:
            st.download_button(
                "Until then: a GRU of ours, trained beforehand",
                example(), "three_bits.safetensors",
                icon=":material/download:", type="tertiary", on_click="ignore",
            )  # fmt: skip
            return ours()
        st.caption(f"Shown below: **{plain(upload.name)}**")
        st.button(
            "Close this file", key=f"{page}.close", type="tertiary", icon=":material/close:",
            help="Back to the example.", on_click=close, args=(page,),
        )  # fmt: skip
    for remark in upload.remarks:
        said(remark)
    return upload


def bring(page: str, file: Any) -> None:
    """Open a file that has just come; a refused one leaves what was there."""
    memory, place = st.session_state, st.empty()

    def waiting(ahead: int) -> None:
        others = "1 other file is" if ahead == 1 else f"{ahead} other files are"
        place.info(f"{others} before yours: two are opened at a time, in the order of arrival.")

    try:
        with st.spinner("Opening the file apart from the app …"):
            memory[f"{page}.upload"] = opened(file.name, file.getvalue(), waiting)
        memory.pop(f"{page}.refused", None)
    except Refused as refusal:
        memory[f"{page}.refused"] = f"{file.name}: {refusal}"
    # Only now: a visitor who changes a control meanwhile starts the wait anew, and loses nothing.
    memory[f"{page}.seen"] = file.file_id
    place.empty()


def close(page: str) -> None:
    """Go back to the example; meant for callbacks."""
    memory = st.session_state
    for name in ("upload", "refused"):
        memory.pop(f"{page}.{name}", None)
    memory[f"{page}.closed"] = memory.get(f"{page}.closed", 0) + 1  # another, empty box


def ours() -> Upload:
    """Return the example as if it had been brought."""
    return Upload.of("the example", Contents.of(safetensors.read(example())), ours=True)


def framed() -> str:
    """Return a sentence where a page in another site's frame cannot take a file."""
    context = st.context
    guarded = st.get_option("server.enableXsrfProtection")
    if not (context.is_embedded and guarded) or "_streamlit_xsrf" in context.cookies:
        return ""
    return (
        "This page stands in a frame of another site, where the browser keeps back the cookie "
        "that guards uploads: a file will be refused here. Open the page in a window of its own, "
        "or ask whoever runs it to allow it (README, “In a frame of another site”)."
    )


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
