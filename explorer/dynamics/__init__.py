"""Dynamics of a network: where it rests, how errors grow, planes to look at trajectories in."""

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.basins import Basins, basins
from explorer.dynamics.circles import Circle, circle, rotation_number
from explorer.dynamics.continuation import Branch, continue_branch
from explorer.dynamics.cycles import Cycle, cycle
from explorer.dynamics.diagram import diagram
from explorer.dynamics.fixed_points import FixedPoints, fixed_points
from explorer.dynamics.jacobians import direct_path, jacobians, norm_bound
from explorer.dynamics.leading import Leading, leading_exponents
from explorer.dynamics.limits import Limit
from explorer.dynamics.loci import Locus, locus
from explorer.dynamics.lyapunov import Lyapunov, lyapunov_spectrum
from explorer.dynamics.manifolds import Manifolds, manifolds
from explorer.dynamics.mean_field import mean_field
from explorer.dynamics.phase_plane import PhasePlane
from explorer.dynamics.portrait import Portrait
from explorer.dynamics.products import jacobian_products
from explorer.dynamics.projection import pca
from explorer.dynamics.saturation import saturation

__all__ = [
    "Autonomous",
    "Basins",
    "Branch",
    "Circle",
    "Cycle",
    "FixedPoints",
    "Leading",
    "Limit",
    "Locus",
    "Lyapunov",
    "Manifolds",
    "PhasePlane",
    "Portrait",
    "basins",
    "circle",
    "continue_branch",
    "cycle",
    "diagram",
    "direct_path",
    "fixed_points",
    "jacobian_products",
    "jacobians",
    "leading_exponents",
    "locus",
    "lyapunov_spectrum",
    "manifolds",
    "mean_field",
    "norm_bound",
    "pca",
    "rotation_number",
    "saturation",
]
