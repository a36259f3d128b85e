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
    ("#6E0D21", "#EB6259"),
    ("#71738D", "#B3F39A"),
)
_DASHES = ("solid", "solid", "dash", "solid", "dash", "dot", "dot")
# Cells that have been seen keep their colours; those that come later take what is left, in order.
_SEEN = ("Elman", "LSTM", "PeepholeLSTM", "GRU", "OriginalGRU")


def _place(cell: str) -> int:
    """Return which colour and dash belong to a cell."""
    known = list(CELLS)
    known.sort(key=lambda name: _SEEN.index(name) if name in _SEEN else len(_SEEN))
    return known.index(cell)


def ink(cell: str) -> Ink:
    """Return the colour that a cell keeps on all pages, by the name of its class."""
    return _INKS[_place(cell) % len(_INKS)]


def dash(cell: str) -> str:
    """Return the dash that a cell keeps on all pages."""
    return _DASHES[_place(cell) % len(_DASHES)]


def nth(k: int) -> Ink:
    """Return the k-th colour for lines that are not cells (gates, seeds)."""
    return _INKS[k % len(_INKS)]


def nth_dash(k: int) -> str:
    """Return the k-th dash for lines that are not cells."""
    return ("solid", "dash", "dot")[k % 3]
