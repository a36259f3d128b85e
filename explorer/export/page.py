"""A picture as one file of HTML that opens by a double click, without a server or a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from explorer.export.address import is_loopback
from explorer.film import Reel, bundle, pack

SHEET = """
:root { color-scheme: light dark; --st-background-color: #ffffff; --st-text-color: #222222;
  --st-font: "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  :root { --st-background-color: #171614; --st-text-color: #f0f0f0; } }
body { margin: 0 auto; padding: 24px; max-width: 1400px; font-family: var(--st-font);
  background: var(--st-background-color); color: var(--st-text-color); }
h1 { font-size: 22px; margin: 0 0 4px; }
.made-with { font-size: 14px; opacity: 0.85; overflow-wrap: anywhere; }
footer { margin-top: 20px; font-size: 13px; opacity: 0.75; overflow-wrap: anywhere; }
a { color: inherit; }
"""


def film_page(
    reel: Reel, title: str, claim: str, link: str, settings: Mapping[str, str] | None = None
) -> str:
    """Return a film as a page of its own: it is scrubbed, played and pointed at as in the app.

    The live sliders stay behind, since what they change is computed by the app; the page says so
    and lists the ``settings`` of the run, by their labels. ``link`` leads back to the app.
    """
    charts = tuple(replace(chart, still=True) for chart in reel.charts)
    still = replace(reel, sliders=(), charts=charts, precise=True)
    start = (
        f"{bundle.inline()}\n"
        "const words = document.getElementById('reel').textContent;\n"
        "const data = Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));\n"
        "const stage = document.getElementById('stage');\n"
        "const still = { data, parentElement: stage, setStateValue() {} };\n"
        "const show = () => modules.view.film(still);\n"
        "matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);\n"
        "show();\n"
    )
    body = (
        '<div id="stage"></div>\n'
        f'<script type="text/plain" id="reel">{coded(pack(still))}</script>\n'
        f'<script type="module">\n{guarded(start)}</script>'
    )
    return document(title, claim, link, body, bundle.style(), settings)


def figure_page(
    figure: Any, title: str, claim: str, link: str, settings: Mapping[str, str] | None = None
) -> str:
    """Return a Plotly figure as a page of its own, with plotly.js inside."""
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False})
    return document(title, claim, link, body, settings=settings)


def document(
    title: str, claim: str, link: str, body: str, style: str = "",
    settings: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Return a whole page; what comes from a visitor is shown as text, never as HTML."""
    safe = link if link.startswith(("http://", "https://")) else ""
    back = f'<a href="{escape(safe, quote=True)}">{escape(safe)}</a>' if safe else ""
    only = " This address works only on the computer that made the file." * is_loopback(safe)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · Unrolled</title>\n<style>{SHEET}{style}</style></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n<p>{escape(claim)}</p>\n"
        f"{made_with(settings, safe)}{body}\n"
        f"<footer>Made with Unrolled. {back}{only}</footer>\n</body></html>\n"
    )


def made_with(settings: Mapping[str, str] | None, link: str) -> str:
    """Say that a file has no live controls, and with which settings its run was made."""
    if settings is None:
        return ""
    listed = " · ".join(f"{escape(k)}: <b>{escape(v)}</b>" for k, v in settings.items())
    live = f'<a href="{escape(link, quote=True)}">the live page</a>' if link else "the live page"
    return (
        '<p class="made-with">This file shows one run. It has no live sliders or controls; to '
        f"change a setting, open {live}. Settings: {listed or 'none'}.</p>\n"
    )


def coded(payload: bytes) -> str:
    """Return bytes as letters that need no escaping."""
    return b64encode(payload).decode("ascii")


def guarded(script: str) -> str:
    """Return a script that cannot close its own element early."""
    return script.replace("</script", "<\\/script")
