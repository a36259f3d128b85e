"""Words and signs of a text that a person typed, in any script."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

STOPS = ".,!?。，！？،؟।"
APOSTROPHES = "'’"
JOINER = "\u200d"  # joins the parts of one emoji, and letters of some scripts
INVISIBLE_SPACE = "\u200b"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text in their order, and the signs that were left out."""

    found: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    invisible: int = 0

    def remark(self, most: int = 3) -> str:
        """Return a sentence about what was left out; empty where nothing was."""
        said = list(dict.fromkeys(self.left_out))
        parts = []
        if said:
            named = ", ".join(f"“{sign[:8]}”" for sign in said[:most]) + (
                " …" if said[most:] else ""
            )
            parts.append(f"Left out {named}: only words, emoji and . , ! ? are used.")
        if self.invisible:
            many = "one sign" if self.invisible == 1 else f"{self.invisible} signs"
            parts.append(f"Left out {many} that cannot be seen.")
        return " ".join(parts)


def tokens(text: str) -> Tokens:
    """Split a text into words, stops, symbols and emoji.

    Marks and joiners belong to the sign before them. An apostrophe between letters belongs to the
    word. Other punctuation and what cannot be seen is left out.

    Examples
    --------
    >>> tokens("I don't 你好 👍🏽").found
    ('I', "don't", '你好', '👍🏽')
    """
    text = unicodedata.normalize("NFC", text)
    found: list[list[str]] = []
    left_out: list[list[str]] = []
    invisible, last = 0, ""  # what the last sign was: the next one may belong to it
    for k, sign in enumerate(text):
        now = kind(sign)
        if now == "space":
            last = ""
        elif now == "mark" and last:
            target = left_out if last == "other" else found
            target[-1].append(sign)
        elif now in ("mark", "hidden"):
            invisible += 1
        elif now == "apostrophe" and last == "letter" and kind(text[k + 1 : k + 2]) == "letter":
            found[-1].append(sign)
        elif joined(found, last, now):
            found[-1].append(sign)
            last = "pair" if now == "flag" else now if now != "other" else "symbol"
        elif now in ("apostrophe", "other"):
            left_out.append([sign])
            last = "other"
        else:
            found.append([sign])
            last = now
    return Tokens(tuple(map("".join, found)), tuple(map("".join, left_out)), invisible)


def joined(found: list[list[str]], last: str, now: str) -> bool:
    """Tell whether a sign of this kind goes on with the last token."""
    if not last or last == "other":
        return False
    if now == last and now in ("letter", "flag"):
        return True
    return now in ("symbol", "other") and last == "symbol" and found[-1][-1] == JOINER


@lru_cache(maxsize=4096)
def kind(sign: str) -> str:
    """Return what part a sign has in a text."""
    if not sign:
        return "space"
    code, category = ord(sign), unicodedata.category(sign)
    if sign == INVISIBLE_SPACE or sign.isspace() or category[0] == "Z":
        return "space"
    if category[0] == "M" or sign in (JOINER, "\u200c") or code in SKIN_TONES:
        return "mark"
    if 0xE0020 <= code <= 0xE007F:  # tags that end a flag of a region
        return "mark"
    if category[0] == "C":
        return "hidden"
    if category[0] in "LN":
        return "letter"
    if code in FLAG_LETTERS:
        return "flag"
    if sign in STOPS:
        return "stop"
    if category[0] == "S" and not sign.isascii():
        return "symbol"
    return "apostrophe" if sign in APOSTROPHES else "other"
