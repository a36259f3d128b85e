"""How much work an update is, and what is too much of it to be watched live."""

from __future__ import annotations

from dataclasses import replace

from explorer.recipes.training import TrainingRecipe

FIRST, QUICK = 8, 6e8  # updates before the first picture, and multiply-adds that they may take
HEAVY = 1.5e9  # multiply-adds of one update, from which on it takes half a second or more
LONG = ((86400, "days"), (3600, "hours"), (60, "minutes"))  # units of time, in seconds


def operations(recipe: TrainingRecipe) -> float:
    """Return about how many multiply-adds one update of every seed takes."""
    task = recipe.problem()
    length = max(getattr(task, "T", 0), 20)
    return recipe.seeds * recipe.learning_rule().operations(recipe.model(), length, recipe.B)


def first_updates(recipe: TrainingRecipe) -> int:
    """Return how many updates are made before the first picture, the same on every machine."""
    return int(min(max(QUICK // operations(recipe), 1), FIRST))


def refusal(recipe: TrainingRecipe) -> str:
    """Return a sentence that says why this would not be live, and what is; or nothing."""
    needed = operations(recipe)
    if needed <= HEAVY:
        return ""
    wide, few = recipe.H, recipe.B
    while wide > 1 and operations(replace(recipe, H=wide)) > HEAVY:
        wide //= 2
    while few > 1 and operations(replace(recipe, B=few)) > HEAVY:
        few //= 2
    offers = []
    if operations(replace(recipe, H=wide)) <= HEAVY:
        offers.append(f"H = {wide}")
    if operations(replace(recipe, B=few)) <= HEAVY:
        offers.append(f"a batch of {few}")
    seconds = needed / 2.5e9
    long = next(
        (f"{seconds / size:.0f} {unit}" for size, unit in LONG if seconds > 2 * size),
        f"{seconds:.1f} seconds",
    )
    offer = " or ".join(offers) or "a smaller network on a shorter sequence with another rule"
    return (
        f"One update would take about {long} "
        f"({needed / 1e9:.1f} billion multiplications), too long to watch live. "
        f"What runs: {offer}."
    )
