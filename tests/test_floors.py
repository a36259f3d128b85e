"""The house has floors: a module imports from its own floor or a lower one, never from above."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (
    (
        "activations",
        "discovery",
        "entries",
        "estimates",
        "glossary",
        "initialisers",
        "numerals",
        "rules",
        "sequences",
        "series",
        "shapes",
        "shelf",
        "tokens",
        "weights",
    ),
    ("cells", "feedforward", "memory", "readout"),
    ("trace",),
    ("gradients", "arithmetic", "explorer"),  # explorer: what a notebook imports
    ("wiring",),
    ("assets", "learning", "text"),
    ("dynamics", "reservoir"),
    ("duel", "orders", "palette", "pin", "recipe", "recipes"),
    ("checkpoints",),
    ("figures", "film"),
    ("scenes",),  # what stands in a reel
    ("export",),
    ("controls",),
    ("guard",),
    ("serve",),
    ("pages", "streamlit_app"),
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
GUESTS = {
    "streamlit": {"film", "controls", "serve", "pages", "streamlit_app"},
    "plotly": {"figures"},
    "torch": {"checkpoints"},
    "uvicorn": {"serve"},
    "starlette": {"serve"},
    **dict.fromkeys(("pandas", "pyarrow", "scipy", "altair"), frozenset()),
}
MODULES = [*ROOT.glob("explorer/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("streamlit_app.py")]


def room(parts: tuple[str, ...]) -> str:
    """Name the room of a module: the part after `explorer`, else its first part."""
    inner = [part for part in parts if part != "__init__"]
    return inner[1] if inner[0] == "explorer" and len(inner) > 1 else inner[0]


def imports(node: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Give every imported module and whether it is imported inside a function."""
    inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if isinstance(node, ast.Import):
        yield from ((alias.name, inside) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"line {node.lineno}: write the import in full, without dots"
        whole = [f"explorer.{alias.name}" for alias in node.names]
        rooms = [name for name in whole if name.split(".")[1] in LEVEL]
        yield from (
            (name, inside) for name in (node.module == "explorer" and rooms) or [node.module]
        )
    for child in ast.iter_child_nodes(node):
        yield from imports(child, inside)


def wrongs(path: Path, source: str) -> list[str]:
    """Say what a module imports that it may not; `path` is relative to the repository."""
    here = room(path.with_suffix("").parts)
    if here not in LEVEL:
        return [f"{path}: '{here}' has no floor yet: give it one in {Path(__file__).name}"]
    found = []
    for name, inside in imports(ast.parse(source)):
        there = room(tuple(name.split(".")))
        if name.split(".")[0] in ("explorer", "pages"):
            if LEVEL.get(there, len(FLOORS)) > LEVEL[here]:
                found.append(f"{path}: {here} may not import {name}, which lies above it")
        elif there in GUESTS and here not in GUESTS[there]:
            found.append(f"{path}: {here} may not import {name}")
        elif there == "torch" and not inside:
            found.append(f"{path}: torch is imported where it is used, inside a function")
    return found


@pytest.mark.parametrize("path", [path.relative_to(ROOT) for path in MODULES], ids=str)
def test_a_module_imports_only_what_its_floor_allows(path):
    assert not wrongs(path, (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("explorer/cells/lstm.py", "from explorer.trace import Trace"),
        ("explorer/cells/lstm.py", "from explorer import trace"),
        ("explorer/trace.py", "import explorer"),
        ("explorer/recipe.py", "def f():\n    import streamlit as st"),
        ("explorer/film/__init__.py", "from plotly import graph_objects"),
        ("explorer/dynamics/jacobians.py", "from scipy.linalg import qr"),
        ("explorer/checkpoints.py", "import torch"),
        ("pages/gates.py", "def f():\n    import torch"),
        ("explorer/learning/losses.py", "from explorer.checkpoints import load"),
        ("explorer/novelty.py", ""),
    ],
)
def test_the_check_finds_what_is_wrong(path, source):
    assert len(wrongs(Path(path), source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("explorer/trace.py", "from explorer.cells.base import Cell"),
        ("explorer/checkpoints.py", "def f():\n    import torch"),
        ("pages/gates.py", "import streamlit as st\nfrom explorer import CELLS, film, figures"),
    ],
)
def test_the_check_lets_pass_what_is_right(path, source):
    assert not wrongs(Path(path), source)


def test_the_library_loads_none_of_the_heavy_packages():
    program = (
        "import sys, explorer; "
        "print(*{'torch', 'streamlit', 'plotly', 'pandas', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_library_keeps_blas_to_one_thread():
    program = "import os, explorer; print(os.environ['OPENBLAS_NUM_THREADS'])"
    unset = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=unset,
    )
    assert done.stdout.split() == ["1"]
