"""Dynamics of a network: where it rests, how errors grow, planes to look at trajectories in."""

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import FixedPoints, fixed_points
from explorer.dynamics.jacobians import direct_path, jacobians, norm_bound
from explorer.dynamics.projection import pca
from explorer.dynamics.saturation import saturation

__all__ = [
    "Autonomous",
    "FixedPoints",
    "direct_path",
    "fixed_points",
    "jacobians",
    "norm_bound",
    "pca",
    "saturation",
]
