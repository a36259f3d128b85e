"""Visit a page without a browser, and look at what it shows."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from streamlit.testing.v1 import AppTest

from explorer.cells import CELLS
from explorer.film import unpack
from explorer.glossary import symbols
from explorer.recipe import Recipe
from tests.serving import ROOT

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem[0] != "_")
ENTRY = ROOT / "streamlit_app.py"
SECONDS = 60
WRITTEN = re.compile(r"\}\)\((\[.*\])\);\n</script>")
KNOWN = ("gates", "home", "unrolling", "vanishing_gradients")  # films of signals by their names


def source(page: str) -> Path:
    """Return the file of a page."""
    return ROOT / "pages" / f"{page}.py"


# Pages about one run of one cell; the others have settings of their own.
OF_CELLS = [page for page in PAGES if "explorer.recipe import" in source(page).read_text("utf-8")]


def visit(page: str, query: Mapping[str, str] | None = None, warm: bool = False) -> AppTest:
    """Open a page, by its link on a cold server or, warm, from the first page on."""
    app = AppTest.from_file(ENTRY, default_timeout=SECONDS)
    if warm:
        app.run()
    app.switch_page(f"pages/{page}.py")
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return stands(app.run())


def stands(app: AppTest) -> AppTest:
    """Assert that a page was drawn to its end."""
    assert not app.exception, app.exception[0].stack_trace
    assert len(app.title) == 1
    for header, _ in films(app):
        assert not (missing := undefined(header)), f"no definition of {missing}"
    return app


def undefined(header: dict) -> list[str]:
    """Return the symbols in a film's header that it does not define."""
    terms = header["terms"]
    parts = [*header["panels"], *header["sliders"]]
    missing = [p["symbol"] for p in parts if p["symbol"] and not p["definition"]]
    texts = [line["name"] for p in header["panels"] for line in p.get("lines", ())]
    texts += [side[k] for side in header["side"] for k in ("x_label", "y_label") if k in side]
    texts += [chart[k] for chart in header["charts"] for k in ("x_label", "y_label")]
    names = {name for p in header["pictures"] for name in p.get("names", ())}
    known = names | {re.sub("_t$", "", symbol) for symbol in terms} | set(terms)
    texts.append(header["axis"]["label"])
    return missing + [s for text in texts for s in symbols(text) if s not in known]


def films(app: AppTest) -> list[tuple[dict, dict[str, np.ndarray]]]:
    """Return header and arrays of every film on the page."""
    drawn = (element.proto for element in app.get("bidi_component"))
    return [unpack(proto.bytes) for proto in drawn if proto.component_name == "film"]


def places(app: AppTest, kind: str) -> list[tuple[int, ...]]:
    """Return where on the page the elements of a kind stand, by the numbers of their blocks."""

    def walk(node: Any, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if node.type == kind:
            yield path
        for number, child in getattr(node, "children", {}).items():
            yield from walk(child, (*path, number))

    return list(walk(app.main, ()))


def asks_again(app: AppTest) -> bool:
    """Tell whether the browser is to ask for a next picture once it has this one."""
    return any(e.proto.component_name == "beat" for e in app.get("bidi_component"))


def film(app: AppTest) -> tuple[dict, dict[str, np.ndarray]]:
    """Return header and arrays of the only film on the page."""
    (only,) = films(app)
    return only


def states(header: dict) -> int:
    """Return how many states stand along the axis; a walk that turns shows them twice."""
    axis = header["axis"]
    return axis["count"] if axis.get("turn") is None else axis["turn"]


def recipe_of(app: AppTest, page: str) -> Any:
    """Return the recipe that the page has drawn."""
    return app.session_state[f"{page}.recipe"]


def default_of(page: str) -> Any:
    """Return the recipe of the page that nobody has changed."""
    return recipe_of(visit(page), page)


def promise(page: str) -> str:
    """Return the claim of a page, the first sentence of its file."""
    return ast.get_docstring(ast.parse(source(page).read_text("utf-8")))


def link(app: AppTest) -> dict[str, str]:
    """Return what the page has the address bar say, last."""
    bodies = [element.proto.body for element in app.get("html")]
    calls = [json.loads(call) for body in bodies for call in WRITTEN.findall(body)]
    _, said, _ = max(calls, key=lambda call: call[-1])
    return dict(parse_qsl(said, keep_blank_values=True, strict_parsing=bool(said)))


def expected(recipe: Recipe, name: str) -> np.ndarray | None:
    """Compute what must stand under a name in a film of this recipe; None if that is unknown."""
    trace = recipe.trace()
    kind = trace.cell
    if name in kind.slots:
        return trace.slot(name)[:, 0]
    if name in kind.gates:
        return trace.gates[name][:, 0]
    if name == "x":
        return trace.x[:, 0]
    if name == "norm/0":
        return recipe.gradients(trace).norm()
    if name[0] == "d" and name[1:] in kind.slots:
        return np.abs(recipe.gradients(trace).slot(name[1:])[::-1, 0])
    if name.startswith("flow/") and name.count("/") == 1:
        which = int(name.removeprefix("flow/"))
        if which < len(recipe.cells):
            changed = Recipe(**{**vars(recipe), "cell": recipe.cells[which]})
            return changed.gradients().norm()[::-1]
    return None


def check_numbers(app: AppTest, page: str) -> None:
    """Assert that the film shows the very numbers of the page's recipe.

    Pages with settings of their own have tests of their own for their numbers.
    """
    recipe, compared = recipe_of(app, page), 0
    if not isinstance(recipe, Recipe):
        return
    for _, arrays in films(app):
        for name, array in arrays.items():
            numbers = expected(recipe, name)
            if numbers is not None:
                compared += 1
                assert array.shape == numbers.shape, name
                np.testing.assert_allclose(array, numbers, rtol=1e-6, atol=1e-37, err_msg=name)
    assert compared or page not in KNOWN, f"{page} shows nothing that could be compared"
    assert set(recipe.cells) <= set(CELLS)
