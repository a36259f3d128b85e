"""A pinned run A: kept inside the recipe of the run B that is set now, and so in the link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from explorer.entries import VERSION
from explorer.recipe import Recipe

VIEW = ("cursor", "unit", "pin")  # where one looks, not what is run


def pinned(recipe: Recipe, default: Recipe) -> Recipe | None:
    """Return the recipe with its present run pinned as A; None if that is too long for a link."""
    said = urlencode({"v": VERSION} | replace(recipe, pin="").query(default))
    kind = Recipe.__dataclass_fields__["pin"].metadata["kind"]
    return replace(recipe, pin=said) if len(said) <= kind.longest else None


def recalled(recipe: Recipe, default: Recipe) -> tuple[Recipe | None, list[str]]:
    """Return the pinned run, if there is one, and one sentence for each thing amended in it."""
    if not recipe.pin:
        return None, []
    told, remarks = default.told(dict(parse_qsl(recipe.pin, keep_blank_values=True)))
    return replace(told, pin=""), [f"In the pinned run A: {remark}" for remark in remarks]


def completed(recipe: Recipe, default: Recipe) -> Recipe:
    """Return the recipe with every entry of its pinned run named, where that fits in a link."""
    a, _ = recalled(recipe, default)
    kind = Recipe.__dataclass_fields__["pin"].metadata["kind"]
    said = "" if a is None else urlencode({"v": VERSION} | a.complete_query())
    return recipe if a is None or len(said) > kind.longest else replace(recipe, pin=said)


def differences(a: Recipe, b: Recipe) -> dict[str, tuple[Any, Any]]:
    """Return the entries in which two runs differ, with what each says."""
    return {
        name: (getattr(a, name), getattr(b, name))
        for name in vars(a)
        if name not in VIEW and getattr(a, name) != getattr(b, name)
    }
