"""Take it home: the link, a QR code, the film as a page, its numbers as files, the run as code."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from explorer.controls.contents import CONTENTS
from explorer.controls.hidden import DRAWN, SECTIONS
from explorer.entries import VERSION, Linked
from explorer.film import Reel

COPY = """
export default ({ parentElement, data }) => {
  const button = document.createElement("button");
  Object.assign(button, { textContent: "Copy link", type: "button" });
  button.style.cssText = "font: inherit; color: inherit; background: none; padding: 6px 14px; "
    + "border: 1px solid color-mix(in srgb, currentColor 25%, transparent); "
    + "border-radius: 8px; cursor: pointer";
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.link);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Mark the link above and copy it";
    }
  };
  parentElement.replaceChildren(button);
};
"""


def keepsake(page: str, reel: Reel) -> None:
    """Remember the picture of a page and draw the button that takes it home."""
    memory = st.session_state
    memory[f"{page}.reel"] = reel
    icon, key = ":material/download:", f"{page}.take_home"
    if st.button("Take home", icon=icon, key=key, type="tertiary"):
        take_home(page)


def chart(page: str, name: str, title: str, figure: Any, place: Any = st) -> None:
    """Draw a Plotly figure and remember it for whoever takes it home; the name is its own."""
    drawn = st.session_state.get(f"{page}.charts", {}).items()
    # One that is drawn again and again while it grows has a name each time: the last one counts.
    kept = {known: chart for known, chart in drawn if chart[0] != title}
    st.session_state[f"{page}.charts"] = kept | {name: (title, figure)}
    settings = {"displayModeBar": False}
    place.plotly_chart(figure, theme=None, key=f"{page}.chart.{name}", config=settings)


@st.dialog("Take it home", width="large")
def take_home(page: str) -> None:
    """Offer the picture of a page in every form there is."""
    from explorer import export  # not on the way to the first picture

    memory = st.session_state
    reel: Reel = memory[f"{page}.reel"]
    recipe: Linked = memory[f"{page}.recipe"]
    link = address(memory.get(f"{page}.query", {}))
    entry = next(e for section in CONTENTS.values() for e in section if e.name == page)
    st.markdown("**Link**: whoever opens it sees exactly this, seed and all.")
    st.code(link, language=None, wrap_lines=True)
    # In a shadow of its own the Tab key of a dialog would pass it by.
    copy = st.components.v2.component("copy_link", js=COPY, isolate_styles=False)
    copy(key=f"{page}.copy", data={"link": link})
    square = export.qr(link)
    with st.expander("QR code for the classroom"):
        if square is None:
            st.markdown("This link is too long for a QR code that a phone could read.")
        else:
            st.image(square, width=320)
    with st.expander("For a class: hide controls, embed the page"):
        for_a_class(page, recipe)
    st.markdown("**Picture**: a page that opens by a double click, without a network.")
    name = f"unrolled-{page}"
    with st.container(horizontal=True, gap="small"):
        whole = export.film_page(reel, reel.title or entry.title, entry.claim, link)
        keep_file("Film as HTML", whole, f"{name}.html", "text/html")
        for key, (title, figure) in memory.get(f"{page}.charts", {}).items():
            whole = export.figure_page(figure, title, entry.claim, link)
            keep_file(f"{title} as HTML", whole, f"{name}-{key}.html", "text/html")
    st.caption(
        "PNG and SVG of the film: “save …” at its foot. PNG of a chart: the camera in its HTML."
    )
    st.markdown("**Numbers**: every signal of the film, with what it is and how it was made.")
    with st.container(horizontal=True, gap="small"):
        keep_file("NumPy .npz", export.npz(reel, recipe, link), f"{name}.npz", "application/zip")
        keep_file("CSV", export.csv(reel, recipe, link), f"{name}.csv", "text/csv")
    from explorer.controls.weights_home import offered, weights_home

    found = offered(page, export.networks(page, recipe))
    if found:
        weights_home(page, found)
    scripts = export.scripts(page, recipe)
    if scripts:
        st.markdown("**As code**: each script computes the numbers of this run and prints them.")
        for tab, (title, script) in zip(st.tabs(list(scripts)), scripts.items(), strict=True):
            with tab:
                keep_file(f"{title} script", script, f"{name}-{title}.py".lower(), "text/x-python")
                st.code(script if len(script) < 6000 else script[:6000] + "\n…", language="python")


def for_a_class(page: str, recipe: Linked) -> None:
    """Build by a checklist the link of this page with some of it left out."""
    memory = st.session_state
    keys = {field.name: key for key, field in recipe.entries().items()}
    parts = SECTIONS | {k: v for k, v in memory.get(DRAWN, {}).items() if k in keys}
    now = memory.get(f"{page}.hide", ())
    chosen = st.pills(
        "Leave out",
        list(dict.fromkeys([*parts, *now])),
        selection_mode="multi",
        default=list(now),
        format_func=lambda name: parts.get(name, name),
        key=f"{page}.leave_out",
    )
    bare = st.toggle("Without navigation and menu, for a frame in another page", key=f"{page}.bare")
    query = {k: v for k, v in memory.get(f"{page}.query", {}).items() if k != "hide"}
    if chosen:
        query["hide"] = ",".join(keys.get(name, name) for name in chosen)
    link = address(query | ({"embed": "true"} if bare else {}))
    st.code(link, language=None, wrap_lines=True)
    if bare:
        frame = f'<iframe src="{escape(link)}" width="100%" height="900" style="border:0"></iframe>'
        st.code(frame, language="html", wrap_lines=True)


def keep_file(label: str, data: str | bytes, name: str, mime: str) -> None:
    """Draw a button that saves a file; the page stands still."""
    st.download_button(label, data, name, mime, on_click="ignore")


def address(query: dict[str, str]) -> str:
    """Return the whole link of a page in this state."""
    here = plainly(st.context.url or "")
    return f"{here}?{urlencode({'v': VERSION} | query)}" if query else here


def plainly(url: str) -> str:
    """Return an address without its query."""
    return url.split("?", 1)[0].split("#", 1)[0]
