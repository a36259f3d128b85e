"""One widget for each entry of a recipe, drawn by what the entry may be."""

from __future__ import annotations

import inspect
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
from explorer.entries import Choice, Linked, R, Real, Several, Text, Whole, shown
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
    key, label = f"{page}.{name}", about["label"] or LABELS[name]
    kind, titles = about["kind"], about["shown"] or SHOWN.get(name, {})
    value, help_text = getattr(recipe, name), about["help"] or HELP.get(name)
    if hides(name, label):
        return value
    # Streamlit forgets a widget that was not drawn for a while; the recipe does not.
    st.session_state.setdefault(key, list(value) if isinstance(value, tuple) else value)
    if isinstance(kind, Choice):
        wide = WIDTH.get(key, WIDTH.get(name, 180))
        shared = {"key": key, "help": help_text, "format_func": lambda o: titles.get(o, o)}
        if name in PILLS:
            again = {"on_change": restore, "args": (key, value)}
            return st.pills(label, kind.names, **shared, **again, **WRAP) or value
        return st.selectbox(label, kind.names, **shared, width=wide)
    if isinstance(kind, Several):
        picked = st.pills(
            label,
            kind.names,
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
            label, kind.low, kind.high, key=key, help=help_text, width=120, step=1
        )
        return value if picked is None else picked
    if isinstance(kind, Real):
        return st.slider(label, kind.low, kind.high, key=key, help=help_text, width=220)
    assert isinstance(kind, Text)
    typed_in = st.text_input(
        label, key=key, max_chars=kind.longest, help=help_text,
        width=WIDTH.get(name, WIDE_TEXT if kind.blank else 180),
    )  # fmt: skip
    read, remark = kind.read(typed_in or "")
    if read is None:
        # What was typed stays in its place; the run goes on with what could be read last.
        said(f"{label}: {remark}, got “{shown(typed_in or '')}”; kept {value}.")
        return value
    return read


def among(
    page: str, recipe: R, name: str, label: str, shown: dict[str, str], width: int = 200
) -> R:
    """Draw the choice among what is only known on the page, such as the layers of a file.

    A name from a link that is not among them stays in the recipe until something else is chosen.
    """
    key, value = f"{page}.{name}", getattr(recipe, name)
    if hides(name, label):
        return recipe
    memory, stand_in = st.session_state, f"{key}.stand_in"
    if memory.get(key) not in shown or (memory.get(stand_in) and value in shown):
        memory[key] = value if value in shown else next(iter(shown))
    picked = st.selectbox(
        label, list(shown), key=key, format_func=lambda o: shown.get(o, o), width=width
    )
    kept = value not in shown and picked == next(iter(shown))
    memory[stand_in] = kept  # until what the link names is there
    return recipe if kept else replace(recipe, **{name: picked})


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
    if pressed:
        st.caption(pressed)


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
        st.session_state[f"{page}.text"] = recipe.text
    if recipe.input in TYPED:
        return replace(recipe, text=widget(page, recipe, "text"))
    if recipe.input == "drawn":
        return recipe
    return replace(recipe, D=widget(page, recipe, "D"))
