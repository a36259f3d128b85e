"""Pictures to remember: letters and digits that we drew, random ones, and painted ones as text."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array

SIDE = 10  # squares on each side of a picture
UNITS = SIDE * SIDE
DIGITS = -(-UNITS // 4)  # hexadecimal digits that a picture takes

# Eight rows of eight squares each, one sign beside the other; the middle is then drawn twice as
# wide and high, so that a sign fills its picture and has about as much ink as paper.
_STRETCHED = [0, 1, 2, 3, 3, 4, 4, 5, 6, 7]
_DRAWN = """
ABCDEFGHI
...##... ######.. ..#####. #####... ######## ######## ..#####. ##....## .######.
..####.. ##...##. .##...## ##..##.. ##...... ##...... .##...## ##....## ...##...
.##..##. ##...##. ##...... ##...##. ##...... ##...... ##...... ##....## ...##...
##....## ######.. ##...... ##....## ######.. ######.. ##...... ######## ...##...
######## ##...##. ##...... ##....## ##...... ##...... ##..#### ##....## ...##...
##....## ##....## ##...... ##...##. ##...... ##...... ##....## ##....## ...##...
##....## ##...##. .##...## ##..##.. ##...... ##...... .##...## ##....## ...##...
##....## ######.. ..#####. #####... ######## ##...... ..#####. ##....## .######.
JKLMNOPQR
....#### ##...##. ##...... ##....## ##....## ..####.. ######.. ..####.. ######..
......## ##..##.. ##...... ###..### ###...## .##..##. ##...##. .##..##. ##...##.
......## ##.##... ##...... ######## ####..## ##....## ##....## ##....## ##....##
......## ####.... ##...... ##.##.## ##.##.## ##....## ##...##. ##....## ##...##.
......## ##.##... ##...... ##....## ##..#### ##....## ######.. ##....## ######..
##....## ##..##.. ##...... ##....## ##...### ##....## ##...... ##..#.## ##..##..
.##..##. ##...##. ##...... ##....## ##....## .##..##. ##...... .##..##. ##...##.
..####.. ##....## ######## ##....## ##....## ..####.. ##...... ..###.## ##....##
STUVWXYZ0
..#####. ######## ##....## ##....## ##....## ##....## ##....## ######## ..####..
.##...## ...##... ##....## ##....## ##....## .##..##. .##..##. ......## .##..##.
.##..... ...##... ##....## ##....## ##....## ..####.. ..####.. .....##. ##...###
..####.. ...##... ##....## .##..##. ##.##.## ...##... ...##... ....##.. ##..#.##
.....##. ...##... ##....## .##..##. ##.##.## ...##... ...##... ...##... ##.#..##
......## ...##... ##....## ..####.. ######## ..####.. ...##... ..##.... ###...##
##...##. ...##... .##..##. ..####.. ###..### .##..##. ...##... .##..... .##..##.
.#####.. ...##... ..####.. ...##... ##....## ##....## ...##... ######## ..####..
123456789
...##... ..####.. ..####.. ....###. ######## ..#####. ######## ..####.. ..####..
..###... .##..##. .##..##. ...####. ##...... .##..... ......## .##..##. .##..##.
.####... ......## ......## ..##.##. ##...... ##...... .....##. .##..##. ##....##
...##... .....##. ...###.. .##..##. ######.. ######.. ....##.. ..####.. .##..###
...##... ....##.. ......## ##...##. ......## ##...##. ...##... .##..##. ..####.#
...##... ...##... ......## ######## ......## ##....## ..##.... ##....## .....##.
...##... ..##.... .##..##. .....##. .##..##. .##..##. ..##.... .##..##. ...###..
.######. ######## ..####.. .....##. ..####.. ..####.. ..##.... ..####.. .###....
"""


def _read(drawn: str) -> dict[str, Array]:
    """Return each drawn sign as a vector of -1 (paper) and +1 (ink)."""
    lines, found = drawn.split("\n")[1:-1], {}
    for start in range(0, len(lines), 9):
        rows = [line.split() for line in lines[start + 1 : start + 9]]
        for k, sign in enumerate(lines[start]):
            ink = np.array([[square == "#" for square in row[k]] for row in rows])
            found[sign] = np.where(ink[np.ix_(_STRETCHED, _STRETCHED)], 1.0, -1.0).ravel()
    return found


SIGNS: dict[str, Array] = _read(_DRAWN)


def spelled(text: str) -> tuple[str, str]:
    """Return the signs of a text that we can draw, each once, and a sentence about the others."""
    letters = [letter for letter in text.upper() if not letter.isspace()]
    known = "".join(dict.fromkeys(letter for letter in letters if letter in SIGNS))
    unknown = "".join(dict.fromkeys(letter for letter in letters if letter not in SIGNS))
    if not unknown:
        return known, ""
    shown = unknown if len(unknown) <= 12 else f"{unknown[:12]}…"
    return known, f"We have drawn the letters A to Z and the digits; left out: {shown}"


def random_patterns(rng: np.random.Generator, P: int, N: int = UNITS) -> Array:
    """Draw P independent patterns of N units, each -1 or +1 with equal chance; shape (P, N)."""
    return rng.integers(0, 2, (P, N)) * 2.0 - 1.0


def to_hex(picture: Array) -> str:
    """Return a picture of -1 and +1 as hexadecimal digits, its first square the highest bit."""
    bits = "".join("1" if value > 0 else "0" for value in picture).ljust(4 * DIGITS, "0")
    return f"{int(bits, 2):0{DIGITS}x}"


def from_hex(text: str) -> Array:
    """Return the picture that ``to_hex`` has written; raises ValueError for anything else."""
    if len(text) != DIGITS:
        raise ValueError(
            f"picture: wanted {DIGITS} hexadecimal digits, got {len(text)}; "
            "take the text that to_hex writes."
        )
    bits = f"{int(text, 16):0{4 * DIGITS}b}"[:UNITS]
    return np.where(np.array(list(bits)) == "1", 1.0, -1.0)
