"""Take it home: the link, a QR code, the film as a page, its numbers as files, the run as code."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from explorer.controls.contents import CONTENTS
from explorer.controls.hidden import DRAWN, SECTIONS, hiding
from explorer.controls.share import for_this_machine, lacking, linked, made_with, share_link
from explorer.entries import Linked
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


LINK = (
    "**Link**: it names every setting of this page and the seed, so it opens on the same network "
    "and the same numbers, also when a default is changed later. (The address bar names only what "
    "differs from the defaults.)"
)


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
    recipe = linked(page)
    hide, bare = left_out(page), bool(memory.get(f"{page}.bare"))
    link = share_link(page, hide, bare)
    entry = next(e for section in CONTENTS.values() for e in section if e.name == page)
    st.markdown(LINK)
    if lacking(page):
        st.warning(lacking(page))
    st.code(link, language=None, wrap_lines=True)
    # In a shadow of its own the Tab key of a dialog would pass it by.
    copy = st.components.v2.component("copy_link", js=COPY, isolate_styles=False)
    copy(key=f"{page}.copy", data={"link": link})
    if alone := for_this_machine(link):
        st.info(alone)
    square = export.qr(link)
    with st.expander("QR code for the classroom"):
        if square is None:
            st.markdown("This link is too long for a QR code that a phone could read.")
        else:
            st.image(square, width=320)
    with st.expander("For a class: hide controls, embed the page"):
        for_a_class(page, recipe, link)
    link = share_link(page, hide)  # a file opens the page itself, not a frame
    made = made_with(page, recipe, reel)
    lacks = lacking(page)
    made |= {"Not in the link": lacks} if lacks else {}
    st.markdown("**Picture**: a page that opens by a double click, without a network.")
    name = f"unrolled-{page}"
    with st.container(horizontal=True, gap="small"):
        whole = export.film_page(reel, reel.title or entry.title, entry.claim, link, made)
        keep_file("Film as HTML", whole, f"{name}.html", "text/html")
        for key, (title, figure) in memory.get(f"{page}.charts", {}).items():
            whole = export.figure_page(figure, title, entry.claim, link, made)
            keep_file(f"{title} as HTML", whole, f"{name}-{key}.html", "text/html")
    st.caption(
        "PNG and SVG of the film: “save …” at its foot. PNG of a chart: the camera in its HTML."
    )
    st.markdown("**Numbers**: every signal of the film, with what it is and how it was made.")
    with st.container(horizontal=True, gap="small"):
        keep_file(
            "NumPy .npz", export.npz(reel, recipe, link, lacks), f"{name}.npz", "application/zip"
        )
        keep_file("CSV", export.csv(reel, recipe, link, lacks), f"{name}.csv", "text/csv")
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


def left_out(page: str) -> tuple[str, ...]:
    """Return what the checklist of the dialog leaves out; before it is drawn, what the link did."""
    return tuple(st.session_state.get(f"{page}.leave_out", hiding(page)))


def for_a_class(page: str, recipe: Linked, link: str) -> None:
    """Draw the checklist of what the link above leaves out, and what embeds it."""
    memory, now = st.session_state, hiding(page)
    names = {field.name for field in recipe.entries().values()}
    parts = SECTIONS | {k: v for k, v in memory.get(DRAWN, {}).items() if k in names}
    st.pills(
        "Leave out",
        list(dict.fromkeys([*parts, *now])),
        selection_mode="multi",
        default=list(now),
        format_func=lambda name: parts.get(name, name),
        key=f"{page}.leave_out",
    )
    bare = st.toggle("Without navigation and menu, for a frame in another page", key=f"{page}.bare")
    st.caption("The link above, its QR code and *Copy link* follow these choices.")
    if bare:
        frame = f'<iframe src="{escape(link)}" width="100%" height="900" style="border:0"></iframe>'
        st.code(frame, language="html", wrap_lines=True)


def keep_file(label: str, data: str | bytes, name: str, mime: str) -> None:
    """Draw a button that saves a file; the page stands still."""
    st.download_button(label, data, name, mime, on_click="ignore")
