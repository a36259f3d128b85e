"""Dynamics of a network: Jacobians, saturation, planes to look at trajectories in."""

from explorer.dynamics.jacobians import direct_path, jacobians, norm_bound
from explorer.dynamics.projection import pca
from explorer.dynamics.saturation import saturation

__all__ = ["direct_path", "jacobians", "norm_bound", "pca", "saturation"]
