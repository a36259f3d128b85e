"""No text of a link or a file takes more than linear time, whatever it is made of."""

import ast
import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest

import explorer
from explorer import recipe, recipes
from explorer.entries import Linked, Text
from explorer.sequences import typed, words

LONG = 100_000
ATOMS = (
    " ", "+", "-", "0", "1", ",", ";", "[", "(", "_", "~", "a", "v=1", ".", "1 1,", "1 1 ",
    "1_rate_1", "\n", "é", "'", "weight_ih", "1e",
)  # fmt: skip
ENDS = ("", "x", "!", "\0")
HOSTILE = [atom * (LONG // len(atom)) + end for atom in ATOMS for end in ENDS]
SLOWEST = 0.1  # seconds for one text: a quadratic pattern takes more than a minute


def entries():
    """Return every kind of entry that a link can set, under the names that it has."""
    for module in pkgutil.iter_modules(recipes.__path__, f"{recipes.__name__}."):
        importlib.import_module(module.name)
    found, left = {}, [Linked]
    while left:
        for kind in left.pop().__subclasses__():
            left.append(kind)
            if kind.__module__.startswith("explorer."):
                for key, entry in kind.entries().items():
                    found.setdefault(entry.metadata["kind"], f"{kind.__name__}.{key}")
    return found


def patterns():
    """Return the constant patterns that the library hands to the module ``re``."""
    found = {}
    for file in Path(explorer.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=_),
                    args=[ast.Constant(value=str(pattern)), *_],
                ):
                    found[pattern] = file.name
    return found


def slowest(read):
    """Return the longest time that one of the hostile texts takes, and the text's beginning.

    Of a text that takes long a second try counts: other programs take the processor at times.
    """
    worst = (0.0, "")
    for text in HOSTILE:
        taken = []
        for _ in range(3):
            start = time.thread_time()
            read(text)
            taken.append(time.thread_time() - start)
            if taken[-1] < SLOWEST:
                break
        worst = max(worst, (min(taken), text[:12]))
        if worst[0] > SLOWEST:
            break
    return worst


def test_every_entry_reads_hostile_text_at_once():
    found = entries()
    assert len(found) > 60
    assert sum(isinstance(kind, Text) and bool(kind.form) for kind in found) >= 7
    for kind, name in found.items():
        seconds, text = slowest(kind.read)
        assert seconds < SLOWEST, f"{name} takes {seconds:.1f} s for {text!r}..."


@pytest.mark.parametrize(
    "form", sorted({k.form for k in entries() if isinstance(k, Text) and k.form})
)
def test_no_form_of_an_entry_takes_more_than_linear_time(form):
    seconds, text = slowest(re.compile(form).fullmatch)
    assert seconds < SLOWEST, f"{form} takes {seconds:.1f} s for {text!r}..."


@pytest.mark.parametrize("pattern", sorted(patterns()))
def test_no_pattern_of_the_library_takes_more_than_linear_time(pattern):
    compiled = re.compile(pattern)
    seconds, text = slowest(lambda text: compiled.findall(text))
    assert seconds < SLOWEST, f"{pattern} takes {seconds:.1f} s for {text!r}..."


@pytest.mark.parametrize("read", [typed, words])
def test_sequences_are_read_in_linear_time(read):
    for text in HOSTILE:
        start = time.thread_time()
        read(text)
        assert time.thread_time() - start < 1.0, text[:12]


def test_a_text_is_cut_before_its_form_is_looked_at():
    kind = Text(4, "[a-z]+", "small letters")
    assert kind.read("abcd" + "!" * LONG) == ("abcd", "cut to 4 characters")
    assert kind.read("ab!d" + "a" * LONG) == (None, "wanted small letters")
    pin = recipe.Recipe.kind("pin")
    assert pin.read("v=1&T=5&" + "a" * LONG)[1].startswith("cut to")
