"""The numbers of a film as files: every signal with its name and range, and how it was made."""

from __future__ import annotations

import csv as tables
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from explorer.entries import VERSION, Linked
from explorer.film import Curves, Heat, Reel
from explorer.shapes import Array

UNITS = {"unit": "between 0 and 1", "signed": "signed, without unit", "log": "a norm, without unit"}


def made_by(recipe: Linked, link: str, lacking: str = "") -> dict[str, Any]:
    """Return what a file says about its origin: every entry of the recipe, and the link.

    ``lacking`` says what of the picture neither of them holds.
    """
    kind = type(recipe)
    return {
        "app": "Unrolled",
        "version": VERSION,
        "link": link,
        **({"not in the link": lacking} if lacking else {}),
        "recipe": {"type": f"{kind.__module__}.{kind.__qualname__}", **vars(recipe)},
    }


def signals(reel: Reel) -> Iterator[tuple[str, str, int, tuple[str, ...], Array]]:
    """Yield key, description, first tick, names of the rows and values (ticks, rows) of each."""
    for panel in reel.panels:
        if isinstance(panel, Heat):
            values = np.asarray(panel.values, np.float64)
            rows = panel.rows or tuple(f"{k + 1}" for k in range(values.shape[1]))
            yield panel.key, describe(panel, UNITS[panel.scale]), panel.start, rows, values
        elif isinstance(panel, Curves):
            unit = panel.unit or "without unit"
            for k, line in enumerate(panel.lines):
                values = np.asarray(line.values, np.float64)[:, None]
                key = panel.key if len(panel.lines) == 1 else f"{panel.key}/{k}"
                said = describe(panel, unit) + (f", line: {line.name}" if line.name else "")
                yield key, said, line.start, ("",), values


def describe(panel: Heat | Curves, unit: str) -> str:
    """Return in words what a panel shows."""
    group = f"{panel.group}: " if panel.group else ""
    return f"{group}{panel.label} {panel.symbol} ({unit})"


def npz(reel: Reel, recipe: Linked, link: str = "", lacking: str = "") -> bytes:
    """Return the signals as a compressed .npz without pickles.

    Each array (ticks, rows) stands under its key; ``key/first`` is its first tick, ``about`` the
    origin and the descriptions as JSON, readable by ``json.loads(str(file["about"]))``.
    """
    about = made_by(recipe, link, lacking) | {"axis": reel.axis.label, "signals": {}}
    arrays: dict[str, Any] = {}
    for key, said, start, rows, values in signals(reel):
        arrays[key], arrays[f"{key}/first"] = values, np.array(reel.axis.first + start)
        about["signals"][key] = {"is": said, "rows": rows}
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(about, ensure_ascii=False)), **arrays)
    return file.getvalue()


def csv(reel: Reel, recipe: Linked, link: str = "", lacking: str = "") -> str:
    """Return the signals as a table, one row a tick; lines with # say what the columns are.

    Numbers are written in full, so that they read back to the last bit.
    """
    file = io.StringIO()
    file.write(f"# {json.dumps(made_by(recipe, link, lacking), ensure_ascii=False)}\n")
    columns: list[tuple[str, int, Array]] = []
    for key, said, start, rows, values in signals(reel):
        file.write(f"# {key}: {' '.join(said.split())}\n")
        for k, row in enumerate(rows):
            columns.append((cell(f"{key}[{row}]" if row else key), start, values[:, k]))
    table = tables.writer(file, lineterminator="\n")
    words = reel.axis.words
    table.writerow([cell(reel.axis.label), *(("word",) if words else ()), *(c[0] for c in columns)])
    for tick in range(reel.axis.count):
        table.writerow(
            [
                reel.axis.first + tick,
                *((cell(words[tick]),) if words else ()),
                *(
                    repr(float(values[tick - start])) if 0 <= tick - start < len(values) else ""
                    for _, start, values in columns
                ),
            ]
        )
    return file.getvalue()


def cell(text: str) -> str:
    """Return text that a spreadsheet takes for text: a word of a visitor is never a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
