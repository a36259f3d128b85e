"""A link as a square that a classroom's phones can read."""

from __future__ import annotations

import io

import segno

LONGEST = 1200  # above this the modules get too small for a projector


def qr(link: str) -> str | None:
    """Return the link as a QR code in SVG, dark on white; None where it would be too fine."""
    if len(link.encode()) > LONGEST:
        return None
    file = io.BytesIO()
    segno.make(link, error="l", micro=False).save(
        file, kind="svg", scale=6, border=3, dark="#171614", light="#ffffff", xmldecl=False,
    )  # fmt: skip
    return file.getvalue().decode()
