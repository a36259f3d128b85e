"""What an output hears, said in a sentence: which inputs, how loudly, and through which weights."""

from __future__ import annotations

import numpy as np

from explorer.controls.text import plain
from explorer.numerals import numeral
from explorer.scenes.wiring import Scene, heard_by, strongest, weights_reached


def hearing(scene: Scene, k: int) -> str:
    """Say which inputs the k-th output hears, and which of them most."""
    name = "The sum of all outputs" if k == scene.T_out else f"Output {k + 1} of {scene.T_out}"
    if not np.isfinite(scene.found.inputs[k]).all():
        return f"**{name}**: its gradient has left the range of float64."
    heard, T_in = heard_by(scene, k), scene.found.inputs.shape[1]
    if not heard:
        return f"**{name}** hears none of the {T_in} inputs."
    most, size = strongest(scene, k)
    deaf = [t for t in range(1, T_in + 1) if t not in heard]
    rest = f" and is deaf to {steps(deaf)}" if deaf else ""
    word = plain(scene.words[most - 1])
    return (
        f"**{name}** hears {steps(heard)} of {T_in}{rest}; most of all “{word}” (input {most}): a "
        f"small push there moves it at most {numeral(size, 2)} times as far."
    )


def steps(found: list[int]) -> str:
    """Say from which to which input these reach."""
    if len(found) == 1:
        return f"input {found[0]}"
    return f"inputs {found[0]} to {found[-1]}"


def reaching(scene: Scene, k: int) -> str:
    """Say how large the gradient of the k-th output is at the weights."""
    parts = ", ".join(f"{name} {numeral(size, 2)}" for name, size in weights_reached(scene, k))
    return f"At the weights the gradient of ½‖y‖² has the norm: {parts}."
