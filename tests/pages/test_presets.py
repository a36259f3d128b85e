"""Presets say what they set."""

import numpy as np
import pytest

from tests.pages.test_controls import widgets
from tests.pages.visiting import default_of, recipe_of, stands, visit


@pytest.mark.parametrize(
    ("page", "label", "radius"),
    [("vanishing_gradients", "Explode", "1.3"), ("backpropagation", "Explodes, clipped", "1.6")],
)
def test_a_preset_that_changes_the_activation_says_so(page, label, radius):
    app = visit(page)
    button = widgets(app)[f"{page}.preset.{label}"]
    for part in (f"spectral radius ρ = {radius}", "activation φ = identity (linear)"):
        assert part in button.help.replace("\\", "")
    assert not any("activation φ = identity" in part.value for part in app.caption)
    button.click()
    stands(app.run())
    (caption,) = (
        p.value.replace("\\", "") for p in app.caption if p.value.startswith(f"*{label}* sets")
    )
    assert f"spectral radius ρ = {radius}" in caption
    assert "activation φ = identity (linear)" in caption
    assert recipe_of(app, page).activation == "identity"


def test_the_factors_of_tanh_are_computed():
    app = visit("vanishing_gradients")
    said = next(p.value for p in app.markdown if "does not imply an explosion" in p.value)
    for radius in (1.0, 1.3, 1.5):
        recipe = type(default_of("vanishing_gradients"))(
            cell="Elman", H=16, T=60, D=2, recurrent="orthogonal", scale="radius", gain=radius
        )
        norms = recipe.gradients().norm()
        slope = np.polyfit(np.arange(len(norms)), np.log(norms), 1)[0]
        assert f"{np.exp(-slope):.3f} at {radius:g}" in said


@pytest.mark.parametrize("page", ["hopfield", "bifurcations", "phase_portrait", "fixed_points"])
def test_each_preset_has_help_and_the_pressed_one_a_caption(page):
    app = visit(page)
    buttons = [button for button in app.button if ".preset." in (button.key or "")]
    assert buttons
    assert all(button.help.startswith("Sets ") for button in buttons)
    pressed = [button for button in buttons if button.label.startswith("● ")]
    captions = [part.value for part in app.caption if " sets " in part.value]
    assert len([c for c in captions if c.startswith("*")]) == len(pressed)
