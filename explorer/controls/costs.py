"""What each learning rule costs: memory and multiplications, now and as the network grows."""

from __future__ import annotations

import streamlit as st

from explorer.controls.meters import counted, meter, sized
from explorer.controls.take_home import chart
from explorer.learning.cost import MEMORY, PATIENCE
from explorer.recipes.learning_rules import LearningRules, Lesson

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
LENGTHS = (1, 4, 16, 64, 256, 1024, 4096)


def growth(page: str, recipe: LearningRules, lesson: Lesson, live: bool) -> None:
    """Show what each rule keeps and how much it multiplies, here and at other sizes."""
    st.subheader("What does each rule cost?", anchor=False)
    costs, measured = recipe.costs(), recipe.measured(lesson)
    kept = [
        f"| {cost.rule} | {meter(cost.bytes, 100, MEMORY)} {sized(cost.bytes)} "
        f"| {sized(measured[cost.rule]) if cost.rule in measured else '–'} "
        f"| ${tex(cost.kept)}$ |"
        for cost in costs
    ]
    done = [
        f"| {cost.rule} | {meter(cost.multiplications, 1000, PATIENCE)} "
        f"{counted(cost.multiplications)} | ${tex(cost.done)}$ |"
        for cost in costs
    ]
    st.markdown(f"For {recipe.T} steps of this network with {recipe.H} units:")
    left, right = st.columns(2)
    left.markdown("| rule | keeps | measured | formula |\n|---|---|---|---|\n" + "\n".join(kept))
    right.markdown("| rule | multiplications | formula |\n|---|---|---|\n" + "\n".join(done))
    beyond = [cost.rule for cost in costs if not cost.interactive]
    if beyond:
        st.info(
            f"At this size one would have to wait for {listed(beyond)}. What stays interactive: "
            "truncated backpropagation; for a filter, coupling by unit and following each "
            "influence back through a window."
        )
    st.caption(
        "Counted from the arrays of the network; measured are the arrays themselves. A full bar is "
        f"what one may wait for: {counted(PATIENCE)} multiplications a sequence, "
        f"{sized(MEMORY)}. T steps; K the window; M entries of the matrices; F numbers "
        "that a step leaves in the film; S entries of the state; P weights of the cell; N with "
        "those of the read-out; n weights into one unit; O outputs."
    )
    if live:
        return
    from explorer.figures.rule_costs import rule_costs

    dark = st.context.theme.type == "dark"
    grown = {
        ("bytes", "units H"): (SIZES, [recipe.costs(H=H) for H in SIZES], recipe.H),
        ("bytes", "steps T"): (LENGTHS, [recipe.costs(T=T) for T in LENGTHS], recipe.T),
        ("multiplications", "units H"): (SIZES, [recipe.costs(H=H) for H in SIZES], recipe.H),
    }
    columns = st.columns(3)
    for column, ((quantity, label), (sizes, found, now)) in zip(
        columns, grown.items(), strict=True
    ):
        drawn = rule_costs(sizes, found, quantity, label, now, dark)
        title = f"{quantity.capitalize()} against {label[-1]}"
        chart(page, f"{quantity}.{label[-1]}", title, drawn, column)


def listed(names: list[str]) -> str:
    """Return names as a sentence lists them."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def tex(letters: str) -> str:
    """Return a formula of a cost as LaTeX."""
    swaps = {"·": r"\,", "²": "^2", "Σ": r"\textstyle\sum "}
    for old, new in swaps.items():
        letters = letters.replace(old, new)
    return letters
