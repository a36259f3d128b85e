"""The check of a badge: all weights at once, along one random direction."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.learning.gradient_check import along
from explorer.recipe import Recipe


@pytest.mark.parametrize("cell", CELLS)
def test_a_right_gradient_passes_and_a_wrong_one_does_not(cell, rng):
    recipe = Recipe(cell=cell, H=6, T=20)
    gradients, loss = recipe.gradients(), recipe.objective()
    assert along(gradients, loss, rng) < 1e-7
    wrong = replace(gradients, da_h=1.01 * gradients.da_h)
    assert along(wrong, loss, rng) > 1e-4


def test_a_gradient_that_left_float64_is_not_judged(rng):
    gradients = Recipe(cell="Elman", H=3, T=5).gradients()
    lost = replace(gradients, da_h=np.full_like(gradients.da_h, np.inf))
    assert np.isnan(along(lost, Recipe(cell="Elman").objective(), rng))
