"""Where a network ends depends on where it starts, and saddles draw the borders between ends."""

from dataclasses import replace

import streamlit as st

from explorer import controls
from explorer.film import Play, Reel, Slider
from explorer.recipes.phase_portrait import MOST, PhasePlaneRecipe
from explorer.scenes import eigenvalues
from explorer.scenes import portrait as scenes

PAGE = "phase_portrait"
DEFAULT = PhasePlaneRecipe()
PRESETS = {
    "Two memories": DEFAULT,
    "Four memories": replace(
        DEFAULT, matrix="2 0.2; 0.2 1.8", starts="0.1 0.3, 0.3 -0.1, -0.3 0.1, -0.1 -0.3"
    ),
    "Spirals to rest": replace(
        DEFAULT, enter="rotation", gain=0.96, angle=0.4, starts="0.9 0.2, -0.6 -0.8"
    ),
    "A circle is born": replace(
        DEFAULT, enter="rotation", gain=1.01, angle=1.0, starts="0.02 0, 0.6 0.3", T=200
    ),
    "Flips": replace(DEFAULT, matrix="-1.4 0.2; 0.2 0.5", starts="0.2 0.6, -0.1 -0.8"),
    "GRU": replace(DEFAULT, cell="GRU", matrix="2.5 0.5; -0.5 2.5"),
    "24 units, seen from a plane": replace(DEFAULT, H=24, enter="drawn", gain=1.3),
}

controls.heading("Where does every start end?", __doc__)


def sliders(recipe: PhasePlaneRecipe) -> tuple[Slider, ...]:
    gain = Slider(
        "gain", "gain of the recurrent weights", "g", 0.0, max(4.0, recipe.gain), 0.01, recipe.gain,
        marks=((1.0, "1"),),
    )  # fmt: skip
    turn = Slider(
        "angle", "rotation (rad)", "θ", -3.15, 3.15, 0.01, recipe.angle, marks=((0.0, "0"),)
    )
    inputs = tuple(
        Slider(
            f"x{k}", f"constant input {k}", f"x_{k}", -3.0, 3.0, 0.01, value, marks=((0.0, "0"),)
        )
        for k, value in ((1, recipe.x1), (2, recipe.x2))
    )
    return (gain, *((turn,) if recipe.enter == "rotation" else ()), *inputs)


@st.fragment
def plane() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.handled(PAGE, recipe)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell", "H", "enter"))
        if recipe.enter == "numbers":
            recipe = controls.choose(PAGE, recipe, ("matrix",))
        own = ("activation",) if "activation" in recipe.kind_of_cell.__dataclass_fields__ else ()
        recipe = controls.more(PAGE, recipe, ("starts", *own, "T", "seed"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)
    if recipe.enter != "drawn" and not recipe.settable:
        controls.noted(
            "The matrix is set by hand only where two units feed back to themselves; here it is "
            "drawn by the seed, times the gain."
        )

    whole, remark = recipe.portrait(fine=not live)
    controls.said(remark)
    controls.noted(whole.curves.remark)
    controls.noted(scenes.side_by_side(whole))
    controls.network(PAGE, recipe.kind_of_cell.name, recipe.build())
    W = recipe.acting if recipe.settable else None
    starts, _ = recipe.places(whole.view)
    charts = (
        scenes.drawn(whole, starts, MOST),
        *((eigenvalues.columns(W),) if W is not None else ()),
        eigenvalues.spectrum(whole.found, W),
    )
    controls.show(
        PAGE,
        Reel(
            axis=scenes.runs_axis(whole),
            panels=scenes.runs(whole),
            charts=charts,
            sliders=sliders(recipe),
            play=Play(auto=not live, rate=6.0),
            cursor=min(recipe.cursor, recipe.T),
            title="Phase portrait",
            text=scenes.portrait_summary(whole),
            precise=not live,
        ),
    )
    controls.truth(
        f"✓ real · computed just now · seed {recipe.seed} · float64",
        "Arrows: one step F(s) − s from each place. Lines where a coordinate stands still: "
        "marching squares on that velocity. Fixed points: Newton's method with the cell's own "
        "Jacobian. Manifolds: a short piece of the eigenvector, carried on by the map and, for the "
        "way in, by its inverse. Tint: every start of a grid followed to its end. Cycles of period "
        "n are verified by Newton’s method on Fⁿ(s) = s, their multipliers are eigenvalues of the "
        "Jacobian of n steps; a rotation number is a weighted Birkhoff average along one run (Das, "
        "Saiki, Sander & Yorke 2017), in whole turns per step. While a thumb is held the grids are "
        "coarser and runs shorter."
        + (
            ""
            if whole.view.whole
            else " This network has more than two numbers in its state: the plane is the principal "
            "plane of its runs, starts lie on that plane, and points, runs and manifolds are shown "
            "as they look from there. The lines are zero sets of the *projected* velocity, no true "
            "nullclines: a fixed point that does not lie on the plane need not lie on them."
        ),
    )
    st.markdown(f"**{scenes.portrait_summary(whole)}** {whole.found.verdict}")


plane()

controls.notice(
    "- **The border is a curve.** The stable manifold (green) of a saddle divides the plane: of "
    "two starts a hair apart, one on each side, one comes to the one memory and one to the other. "
    "Drag a start across it.\n"
    "- **A saddle knows both ends.** Its unstable manifold (orange) leads to one memory on one "
    "side and to the other memory on the other side.\n"
    "- **Memories can be born on a circle.** Drag the gain of *Two memories* down: below 0.972 no "
    "memory is left and every run goes round; below 0.619, where the eigenvalues of W enter the "
    "unit circle, every run comes to rest at the origin.\n"
    "- **An input can erase.** Hold the second input at 0.1: one of the two memories is gone, "
    "wherever the network was.\n"
    "- **A rotation by 1 rad with gain 1.01** (*A circle is born*) pushes every run, from inside "
    "and from outside, to a circle of radius 0.198.\n"
    "- **A negative eigenvalue flips.** In *Flips* every run ends at a cycle of period 2: it jumps "
    "between two states, neither of which is a fixed point.\n"
    "- **A plane is not the space.** Of 24 units two directions are seen: fixed points that do not "
    "lie on the plane need not lie where the projected velocity is zero.\n"
)
st.subheader("The mathematics", anchor=False)
st.latex(
    r"s_{t+1} = F(s_t), \qquad F(s^*) = s^*, \qquad J = \left.\frac{\partial F}{\partial s}"
    r"\right|_{s^*}"
)
st.latex(
    r"\begin{aligned} |\lambda_1|, |\lambda_2| &< 1 &&\text{stable} \\ |\lambda_2| < 1 &< "
    r"|\lambda_1| &&\text{saddle} \\ |\lambda_1|, |\lambda_2| &> 1 &&\text{source} \\ "
    r"|\lambda_1| &= 1 &&\text{marginal: the eigenvalues do not decide} \end{aligned}"
)
