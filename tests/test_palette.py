"""Each cell keeps a colour and a dash that every kind of colour vision tells apart."""

import itertools

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.palette import _INKS, MARKER, MUTED, NORM, dash, ink, nth, nth_dash

BACKGROUND = ("#ffffff", "#171614")
# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip


def linear(colour):
    """Return a hex colour as linear RGB."""
    value = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Return linear RGB as CIE L*a*b* (D65)."""
    xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]  # fmt: skip
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, vision):
    """Return how far two colours look apart (CIE76)."""
    matrix = np.array(VISION[vision])
    return np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other)))


def contrast(one, other):
    """Return the contrast ratio of two colours as WCAG defines it."""
    weights = (0.2126, 0.7152, 0.0722)
    low, high = sorted(float(weights @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_cells_are_told_apart(vision, dark):
    inks = {str(k): pair for k, pair in enumerate(_INKS)}
    assert len(inks) >= 16
    assert {ink(name) for name in CELLS} <= set(inks.values())
    for one, other in itertools.combinations(inks, 2):
        apart = distance(inks[one][dark], inks[other][dark], vision)
        assert apart > 10, f"{one} and {other}: {apart:.1f}"


def test_every_cell_has_its_own_look():
    looks = [(ink(name), dash(name)) for name in CELLS]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("pair", [NORM, MARKER, MUTED, *_INKS])
def test_lines_stand_out_from_the_page(pair, dark):
    assert contrast(pair[dark], BACKGROUND[dark]) >= 3


def test_further_lines_go_round():
    assert nth(0) == nth(7)
    assert len({nth_dash(k) for k in range(3)}) == 3
    assert {dash(name) for name in CELLS} <= {"solid", "dash", "dot"}


def test_an_unknown_cell_has_no_colour():
    with pytest.raises(ValueError, match="Transformer"):
        ink("Transformer")
