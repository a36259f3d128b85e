"""One widget for each entry of a recipe, drawn by what the entry may be."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.cells import CELLS
from explorer.controls.hidden import hides
from explorer.controls.labels import HELP, LABELS, PILLS, SHOWN, TYPED, WIDE_TEXT, WIDTH
from explorer.controls.link import adopt
from explorer.controls.settings import listed, varied
from explorer.controls.text import said
from explorer.entries import Choice, Kind, Linked, R, Real, Several, Text, Whole, shown
from explorer.recipe import Recipe, own_settings

# Older releases scroll a row of pills on a phone; newer ones can wrap it.
WRAP = {"wrap": True} if "wrap" in inspect.signature(st.pills).parameters else {}
FEW = 6  # settings of a preset that are listed below its button


def fitting(recipe: Recipe) -> tuple[str, ...]:
    """Return the entries that only some cells have a use for, where this one has."""
    kind = CELLS[recipe.cell]
    return own_settings(kind) + (("memory",) if kind.keep else ())


def own(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries that are settings of some of these cells themselves."""
    return tuple(dict.fromkeys(name for cell in cells for name in own_settings(CELLS[cell])))


def loss_entries(recipe: Recipe) -> tuple[str, ...]:
    """Return the entries of the loss: which, and where it looks if that is free."""
    return ("loss", "at", "of") if recipe.loss == "unit" else ("loss",)


def restore(key: str, value: Any) -> None:
    """Keep a choice that a click on the chosen one would have emptied; meant for callbacks."""
    if not st.session_state.get(key):
        st.session_state[key] = value


def row() -> DeltaGenerator:
    """Return a row that wraps, in which widgets stand side by side above the picture."""
    return st.container(horizontal=True, vertical_alignment="top", gap="medium")


def drawn_as(page: str, name: str, value: Any) -> str:
    """Return the key under which the widget of an entry is drawn, given the value that runs.

    A widget that a browser draws late, in *More* for example, shows the default of the last run or
    what the visitor last chose in it, never what was set in between. So every widget is drawn with
    the running value as its default, and gets a new key whenever that value has changed without it.
    """
    memory, base = st.session_state, f"{page}.{name}"
    last, turn = memory.get(f"{base}.last", (value, 0))
    if last != value:
        turn += 1
    memory[f"{base}.last"] = (value, turn)
    return f"{base}.{turn}" if turn else base


def returned(page: str, name: str, value: Any) -> Any:
    """Remember what the widget of an entry says, so that it keeps its key, and return it."""
    memory, base = st.session_state, f"{page}.{name}"
    memory[f"{base}.last"] = (value, memory[f"{base}.last"][1])
    return value


def choose(page: str, recipe: R, names: tuple[str, ...]) -> R:
    """Draw one widget for each named entry; return the recipe they say."""
    return replace(recipe, **{name: widget(page, recipe, name) for name in names})


def more(page: str, recipe: R, names: tuple[str, ...]) -> R:
    """Draw the widgets of these entries one click away, so that the picture comes first."""
    labels = {n: type(recipe).__dataclass_fields__[n].metadata["label"] for n in names}
    if all([hides(name, labels[name] or LABELS.get(name, name)) for name in names]):
        return recipe
    with beside(), st.popover("More"):
        return choose(page, recipe, names)


def beside() -> DeltaGenerator:
    """Return a place in a row of widgets for what has no label above it, such as buttons."""
    with st.container(width="content", gap="small"):
        st.space("small")
        return st.container(horizontal=True, width="content", gap="small")


def widget(page: str, recipe: Linked, name: str) -> Any:
    """Draw the widget of one entry and return its value."""
    about = type(recipe).__dataclass_fields__[name].metadata
    label = about["label"] or LABELS[name]
    value = getattr(recipe, name)
    if hides(name, label):
        return value
    titles, help_text = about["shown"] or SHOWN.get(name, {}), about["help"] or HELP.get(name)
    key = drawn_as(page, name, value)
    return returned(page, name, drawn(about["kind"], name, label, key, value, titles, help_text))


def drawn(
    kind: Kind,
    name: str,
    label: str,
    key: str,
    value: Any,
    titles: Mapping[str, str],
    help_text: str | None,
) -> Any:
    """Draw the widget of one kind of entry with this value and return what it says."""
    if isinstance(kind, Choice):
        shared = {"key": key, "help": help_text, "format_func": lambda o: titles.get(o, o)}
        if name in PILLS:
            again = {"on_change": restore, "args": (key, value)}
            return st.pills(label, kind.names, default=value, **shared, **again, **WRAP) or value
        wide = WIDTH.get(key, WIDTH.get(name, 180))
        index = kind.names.index(value)
        return st.selectbox(label, kind.names, index=index, **shared, width=wide)
    if isinstance(kind, Several):
        picked = st.pills(
            label,
            kind.names,
            default=list(value),
            selection_mode="multi",
            key=key,
            format_func=lambda option: titles.get(option, option),
            on_change=restore,
            args=(key, list(value)),
            **WRAP,
        )
        return tuple(option for option in kind.names if option in picked) or value
    if isinstance(kind, Whole):
        picked = st.number_input(
            label, kind.low, kind.high, value, key=key, help=help_text, width=120, step=1
        )
        return value if picked is None else picked
    if isinstance(kind, Real):
        return st.slider(label, kind.low, kind.high, value, key=key, help=help_text, width=220)
    assert isinstance(kind, Text)
    return written(kind, name, label, key, value, help_text)


def written(kind: Text, name: str, label: str, key: str, value: str, help_text: str | None) -> str:
    """Draw the field of a text and return what of it can be used.

    What was typed stays in its place, also where it cannot be read or only in part; a sentence says
    so, and the run goes on with what could be read last.
    """
    memory, kept = st.session_state, f"{key}.whole"
    before = memory.get(kept, value)
    typed_in = st.text_input(
        label,
        before if kind.read(before)[0] == value else value,
        key=key,
        help=help_text,
        width=WIDTH.get(name, WIDE_TEXT if kind.blank else 180),
    )
    memory[kept] = typed_in
    read, remark = kind.read(typed_in)
    if remark:
        rest = f", got “{shown(typed_in)}”; kept {value}" if read is None else ""
        said(f"{label}: {remark}{rest}.")
    return value if read is None else read


def among(
    page: str, recipe: R, name: str, label: str, shown: dict[str, str], width: int = 200
) -> R:
    """Draw the choice among what is only known on the page, such as the layers of a file.

    A name from a link that is not among them stays in the recipe until something else is chosen.
    """
    value = getattr(recipe, name)
    if hides(name, label):
        return recipe
    first = value if value in shown else next(iter(shown))
    # Other options are another widget: a browser would go on showing what it showed.
    key = drawn_as(page, name, (first, tuple(shown.items())))
    picked = st.selectbox(
        label, list(shown), index=list(shown).index(first), key=key, width=width,
        format_func=lambda o: shown.get(o, o),
    )  # fmt: skip
    if value not in shown and picked == first:
        return recipe
    returned(page, name, (picked, tuple(shown.items())))
    return replace(recipe, **{name: picked})


def presets(page: str, recipe: R, choices: dict[str, R]) -> None:
    """Draw one button for each preset; pressing it makes that recipe the page's own.

    Each says as its help, and once it is pressed below, what it sets.
    """
    if hides("presets"):
        return
    names, pressed = varied(choices), ""
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key=f"one_line.{page}"
    ):
        for label, preset in choices.items():
            now = "● " if looked_at(preset, recipe) == recipe else ""
            st.button(
                now + label, key=f"{page}.preset.{label}", on_click=adopt, args=(page, preset),
                help=f"Sets {listed(preset, names)}." if names else None,
            )  # fmt: skip
            if now and names:
                pressed = f"*{label}* sets {listed(preset, names, FEW)}."
    # The line stays when no preset is pressed: what follows must not move under a held thumb.
    st.caption(pressed or "Settings of your own.")


def looked_at(recipe: R, other: R) -> R:
    """Return the recipe with the cursor where the other has it."""
    if recipe.kind("cursor") is None:
        return recipe
    return replace(recipe, cursor=other.cursor)


def sequence(page: str, recipe: Recipe) -> Recipe:
    """Draw the widgets of the input sequence: which one, how wide, or the visitor's own text."""
    before = recipe.input
    recipe = replace(recipe, input=widget(page, recipe, "input"))
    if recipe.input != before:
        # What was typed as words makes no drawing, and the other way round.
        recipe = replace(recipe, text=TYPED.get(recipe.input, ""))
    if recipe.input in TYPED:
        return replace(recipe, text=widget(page, recipe, "text"))
    if recipe.input == "drawn":
        return recipe
    return replace(recipe, D=widget(page, recipe, "D"))
