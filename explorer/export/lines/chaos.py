"""Print the answer to the question that is asked of the random network."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines

ANSWERS = {
    "apart": """\
found = recipe.parting()
print("leading exponent =", found.exponent)
print("its standard error =", found.error)
print("distance at t = 0 .. T =", found.distance)
""",
    "gain": """\
*_, found = recipe.gain_sweep()
print("gains =", found.along)
for N, exponents in found.exponents.items():
    print(f"N = {N}: median exponent at each gain =", np.median(exponents, axis=0))
""",
    "spectrum": """\
*_, found = recipe.spectrum()
print("exponents =", found.exponents)
print("standard errors =", found.errors)
print("dimension (Kaplan & Yorke) =", found.dimension)
print("its standard error =", found.dimension_error)
""",
    "gradient": """\
found = recipe.growth()
print("leading exponent =", found.exponent)
print("its standard error =", found.error)
print("norms of the gradients, lag by lag =", found.norms)
""",
}
ANSWERS["input"] = (
    ANSWERS["apart"]
    + """\
*_, found = recipe.input_sweep()
print("amplitudes =", found.along)
for N, exponents in found.exponents.items():
    print(f"N = {N}: median exponent at each amplitude =", np.median(exponents, axis=0))
"""
)


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines((), ANSWERS[recipe.view])
