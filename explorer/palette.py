"""One colour grammar for film and figures; each pair is (light theme, dark theme)."""

from explorer.cells import CELLS

Ink = tuple[str, str]

NORM: Ink = ("#0072B2", "#56B4E9")
MARKER: Ink = ("#D55E00", "#FF8A3D")
MUTED: Ink = ("#6b6963", "#a8a59d")

# Told apart under simulated protan, deutan and tritan vision, and by dash as well.
_INKS: tuple[Ink, ...] = (
    ("#0072B2", "#56B4E9"),
    ("#C2500A", "#FF9A52"),
    ("#612F86", "#DEB0DB"),
    ("#00805C", "#4FD1A5"),
    ("#734C02", "#FFD159"),
    ("#B02A6F", "#F08CC0"),
    ("#44515C", "#B8C4CE"),
)
_DASHES = ("solid", "solid", "dash", "solid", "dash", "dot", "dot")


def ink(cell: str) -> Ink:
    """Return the colour that a cell keeps on all pages, by the name of its class."""
    return _INKS[list(CELLS).index(cell) % len(_INKS)]


def dash(cell: str) -> str:
    """Return the dash that a cell keeps on all pages."""
    return _DASHES[list(CELLS).index(cell) % len(_DASHES)]


def nth(k: int) -> Ink:
    """Return the k-th colour for lines that are not cells (gates, seeds)."""
    return _INKS[k % len(_INKS)]


def nth_dash(k: int) -> str:
    """Return the k-th dash for lines that are not cells."""
    return ("solid", "dash", "dot")[k % 3]
