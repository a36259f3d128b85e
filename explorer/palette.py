"""One colour grammar for film and figures; each pair is (light theme, dark theme)."""

from explorer.cells import CELLS

Ink = tuple[str, str]

NORM: Ink = ("#0072B2", "#56B4E9")
MARKER: Ink = ("#D55E00", "#FF8A3D")
MUTED: Ink = ("#6b6963", "#a8a59d")
PAGE: Ink = ("#ffffff", "#0e1117")  # behind everything

# Told apart under simulated protan, deutan and tritan vision, and by dash as well.
_INKS: tuple[Ink, ...] = (
    ("#0072B2", "#56B4E9"),
    ("#C2500A", "#FF9A52"),
    ("#612F86", "#DEB0DB"),
    ("#00805C", "#4FD1A5"),
    ("#734C02", "#FFD159"),
    ("#6E0D21", "#EB6259"),
    ("#71738D", "#B3F39A"),
    # From here on each is the colour farthest from all before it, under all four kinds of vision.
    ("#b400ff", "#b469ff"),
    ("#001ea5", "#7887b4"),
    ("#ff1ee1", "#875a78"),
    ("#5a004b", "#b47887"),
    ("#96874b", "#d2a500"),
    ("#005a4b", "#96ffc3"),
    ("#c37887", "#b44b5a"),
    ("#2d96e1", "#1e69b4"),
    ("#872dd2", "#783cff"),
    ("#5a4b78", "#e10000"),
    ("#873c2d", "#e1f000"),
    ("#d27800", "#78b478"),
    ("#e12d69", "#00871e"),
)
_DASHES = ("solid", "solid", "dash", "solid", "dash", "dot", "dot")
# Cells of earlier versions keep their colours; all others take what is left, in order.
_SEEN = ("Elman", "LSTM", "PeepholeLSTM", "GRU", "OriginalGRU", "Jordan", "Clockwork")


def _place(cell: str) -> int:
    """Return which colour and dash belong to a cell."""
    known = list(CELLS)
    known.sort(key=lambda name: _SEEN.index(name) if name in _SEEN else len(_SEEN))
    return known.index(cell)


def ink(cell: str) -> Ink:
    """Return the colour that a cell keeps on all pages, by the name of its class."""
    return _INKS[_place(cell) % len(_INKS)]


def lighter(colour: Ink) -> Ink:
    """Return a colour half way to the page behind it, for a run shown beside another."""
    return tuple(mixed(one, page) for one, page in zip(colour, PAGE, strict=True))  # type: ignore


def mixed(one: str, other: str) -> str:
    """Return the colour half way between two, in hex."""
    pairs = (int(text[k : k + 2], 16) for k in (1, 3, 5) for text in (one, other))
    return "#" + "".join(f"{(a + b) // 2:02x}" for a, b in zip(pairs, pairs, strict=True))


def dash(cell: str) -> str:
    """Return the dash that a cell keeps on all pages."""
    place = _place(cell)
    return _DASHES[place] if place < len(_DASHES) else nth_dash(place)


def nth(k: int) -> Ink:
    """Return the k-th colour for lines that are not cells (gates, seeds)."""
    return _INKS[k % len(_DASHES)]


def nth_dash(k: int) -> str:
    """Return the k-th dash for lines that are not cells."""
    return ("solid", "dash", "dot")[k % 3]
