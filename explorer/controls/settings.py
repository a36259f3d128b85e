"""What the settings of a run are, in the words of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from explorer.controls.labels import LABELS, SHOWN
from explorer.controls.text import plain
from explorer.entries import Linked, shown
from explorer.numerals import numeral
from explorer.pin import VIEW
from explorer.recipe import SCALES

NAMES = {
    "bias": "keep bias", "weight": "edited weight", "window": "window K", "clip": "threshold θ",
}  # fmt: skip
# Entries that have an effect only while another entry has, or has not, this value.
ONLY_IF = {
    "bias": ("memory", "bias"), "at": ("loss", "unit"), "of": ("loss", "unit"),
}  # fmt: skip
NOT_IF = {
    **dict.fromkeys(("row", "column", "weight"), ("edit", "none")),
    **dict.fromkeys(("hold_unit", "hold_from", "hold_to", "held"), ("hold", "none")),
}
LONGEST = 40  # letters of one value


def has_effect(name: str, recipe: Linked) -> bool:
    """Return whether an entry changes the run, given the others."""
    if name in ONLY_IF:
        other, value = ONLY_IF[name]
        return getattr(recipe, other, value) == value
    other, value = NOT_IF.get(name, ("", ""))
    return not other or getattr(recipe, other, None) != value


def listed(recipe: Linked, names: Iterable[str], most: int | None = None) -> str:
    """Return what these entries are set to, and those that only now have an effect."""
    chosen = list(dict.fromkeys(names))
    for name, (other, _) in {**ONLY_IF, **NOT_IF}.items():
        if other in chosen and name not in chosen and hasattr(recipe, name):
            chosen.append(name)
    chosen = [name for name in chosen if has_effect(name, recipe)]
    if "memory" in chosen and "bias" in chosen:
        chosen.remove("bias")  # it is told as the value of the other
    said = [f"{title(name, recipe)} = {told(name, recipe)}" for name in chosen[:most]]
    if len(chosen) > len(said):
        said.append(f"{len(chosen) - len(said)} more")
    return ", ".join(said)


def title(name: str, recipe: Linked) -> str:
    """Return what an entry is called in a sentence."""
    if name == "gain" and hasattr(recipe, "scale"):
        return SCALES[recipe.scale]
    about = type(recipe).__dataclass_fields__[name].metadata
    label = NAMES.get(name) or about["label"] or LABELS.get(name, name)
    return name if len(name) == 1 else label[:1].lower() + label[1:]


def told(name: str, recipe: Linked) -> str:
    """Return the value of an entry, as a sentence shows it."""
    value: Any = getattr(recipe, name)
    if name == "memory" and value == "bias" and hasattr(recipe, "bias"):
        value = recipe.bias
    titles = type(recipe).__dataclass_fields__[name].metadata["shown"] or SHOWN.get(name, {})
    if isinstance(value, tuple):
        return ", ".join(str(titles.get(part, part)) for part in value)
    text = numeral(value, 6) if isinstance(value, float) else str(titles.get(value, value))
    text = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    return plain(shown(text)) or "nothing"


def varied(presets: Mapping[str, Linked]) -> list[str]:
    """Return the entries in which some presets of a page differ, but for where one looks."""
    first, *others = presets.values()
    return [
        name
        for name in vars(first)
        if name not in VIEW
        and any(getattr(other, name, None) != getattr(first, name) for other in others)
    ]
