"""The browser's half of the film as text: a short loader, or all modules in one piece."""

import re
import zlib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "static" / "film"
# Each module imports only from those before it; the last one is the entry.
MODULES = (
    "symbols", "colours", "reel", "layout", "walk", "arrow", "heat", "curves", "side", "loss",
    "graph", "wiring", "panels", "overlay", "sliders", "sketch", "picture", "scale", "pointer",
    "controls", "readout", "text", "build", "follow", "motion", "view",
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
    """Join all modules into one script, for places where no static file is served."""
    text = "\n".join((FOLDER / f"{name}.js").read_text("utf-8") for name in MODULES)
    text = re.sub(r"^const (\{[^}]*\} = await import\(|here = ).*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)


def style() -> str:
    """Read the style sheet, for the inline script."""
    return (FOLDER / "view.css").read_text("utf-8")
