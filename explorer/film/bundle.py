"""The browser's half of the film as text: a short loader, or all modules in one piece."""

import re
import zlib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "static" / "film"
# Each module imports only from those before it; the last one is the entry.
MODULES = (
    "symbols", "colours", "reel", "layout", "terms", "walk", "arrow", "heat", "curves", "side",
    "loss", "graph", "wiring", "panels", "overlay", "sliders", "sketch", "picture", "space",
    "chart", "scale", "pointer", "controls", "readout", "text", "build", "follow", "motion",
    "scribe", "snapshot", "view",
)  # fmt: skip


def version() -> str:
    """Give a hash of the files' contents, so that a browser never mixes old and new ones."""
    crc = 0
    for path in sorted(FOLDER.glob("*.*")):
        crc = zlib.crc32(path.read_bytes(), crc)
    return f"{crc:08x}"


def loader() -> str:
    """Write the script that fetches the modules from Streamlit's static folder (all at once)."""
    return (
        f"const home = new URL('app/static/film/', document.baseURI), v = '?v={version()}';\n"
        "const at = (name) => new URL(name + v, home).href;\n"
        f"const modules = {list(MODULES)}.map((name) => import(at(name + '.js')));\n"
        "export default async (component) =>\n"
        "  (await modules.at(-1)).default(component, at('view.css'));\n"
    )


def inline() -> str:
    """Join all modules into one script, for places where no static file is served.

    Each module keeps its names to itself and hands its exports on under its own.
    """
    parts = ["const modules = {};", *(enclosed(name) for name in MODULES)]
    return "\n".join([*parts, "export default modules.view.film;"])


def enclosed(name: str) -> str:
    """Write one module as a function that is called at once and returns its exports."""
    text = (FOLDER / f"{name}.js").read_text("utf-8")
    text = re.sub(r"^const here = .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"await import\(\"\./(\w+)\.js\" \+ here\)", r"modules.\1", text)
    named = r"^export (?:default )?((?:async )?(?:function\*?|class|const|let) (\w+))"
    exports = ", ".join(found[2] for found in re.finditer(named, text, re.MULTILINE))
    body = re.sub(named, r"\1", text, flags=re.MULTILINE)
    return f"modules.{name} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"


def style() -> str:
    """Read the style sheet, for the inline script."""
    return (FOLDER / "view.css").read_text("utf-8")
