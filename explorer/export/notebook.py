"""A film in a notebook: scrubbed and played there as in the app, without a server."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from explorer.export.page import film_page
from explorer.film import Reel


@dataclass(frozen=True, eq=False)
class Shown:
    """A page of HTML that a notebook shows in a frame of its own, ``height`` pixels high."""

    page: str
    height: int

    def _repr_html_(self) -> str:
        """Return what Jupyter shows; nothing in the frame can reach the notebook around it."""
        return (
            f'<iframe srcdoc="{escape(self.page, quote=True)}" width="100%" '
            f'height="{self.height}" style="border: 0" sandbox="allow-scripts allow-downloads">'
            "</iframe>"
        )

    def save(self, path: str | Path) -> Path:
        """Write the page to a file that opens by a double click, and return its path."""
        path = Path(path)
        path.write_text(self.page, "utf-8")
        return path


def show(reel: Reel, title: str = "", about: str = "", height: int = 760) -> Shown:
    """Return a film for a notebook: the last line of a cell, or ``.save(path)``."""
    return Shown(film_page(reel, title or reel.title, about, ""), height)
