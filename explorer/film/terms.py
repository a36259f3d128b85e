"""The definitions of a reel's symbols: of each panel and slider, and of those in other labels."""

from __future__ import annotations

import re

from explorer.film.picture import Gallery
from explorer.film.reel import Curves, Heat, Plane, Reel, Slider
from explorer.glossary import defined, symbols


def definition(part: Heat | Curves | Slider, reel: Reel) -> str:
    """Return what the symbol of a panel or a slider means, "" if it has none."""
    if not part.symbol:
        return ""
    said = reel.terms.get(part.symbol) or getattr(part, "definition", "")
    said = said or defined(part.symbol, part.label)
    if said or not isinstance(part, Slider):
        return said
    # A gate that is held has a slider of the same symbol as its panel.
    return next((definition(p, reel) for p in reel.panels if p.symbol == part.symbol), "")


def line_definition(name: str, reel: Reel) -> str:
    """Return the definitions of the symbols in the name of a curve, "" if there are none."""
    if name in _memories(reel):
        return ""
    found = {symbol: said for symbol in symbols(name) if (said := _lookup(symbol, reel, name))}
    if len(found) == 1:
        return next(iter(found.values()))
    return " ".join(f"{symbol}: {said}" for symbol, said in found.items())


def _memories(reel: Reel) -> set[str]:
    """Return the names of stored patterns, which may be single letters without being symbols."""
    return {name for p in reel.pictures if isinstance(p, Gallery) for name in p.names}


def _lookup(symbol: str, reel: Reel, label: str) -> str:
    """Return what a symbol in a label means: as on this page, as a panel's, or in general."""
    panels = {re.sub(r"_t$", "", p.symbol): definition(p, reel) for p in reel.panels if p.symbol}
    return reel.terms.get(symbol) or panels.get(symbol) or defined(symbol, label)


def terms(reel: Reel) -> dict[str, str]:
    """Return every symbol that the film shows, with its definition, in the order of the picture."""
    parts = (*reel.panels, *reel.sliders)
    found = {part.symbol: definition(part, reel) for part in parts if part.symbol}
    texts = [part.symbol for part in parts if "∂" in part.symbol or "‖" in part.symbol]
    names = [line.name for p in reel.panels if isinstance(p, Curves) for line in p.lines]
    texts += [name for name in names if name not in _memories(reel)]
    texts += [text for s in reel.side if isinstance(s, Plane) for text in (s.x_label, s.y_label)]
    texts += [text for chart in reel.charts for text in (chart.x_label, chart.y_label)]
    texts.append(reel.axis.label)
    if reel.graph:
        graph = reel.graph
        used = (graph.x and graph.input_weight, graph.state_weight,
                graph.output and graph.output_weight, graph.loss and "L")  # fmt: skip
        texts += [text for text in used if text]
    for text in texts:
        for symbol in symbols(re.sub(r"[‖∂/|()]", " ", text)):
            if symbol not in found:
                found[symbol] = _lookup(symbol, reel, text)
    return {symbol: said for symbol, said in found.items() if said}
