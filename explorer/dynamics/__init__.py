"""Dynamics of a network: for now, planes to look at trajectories in."""

from explorer.dynamics.projection import pca

__all__ = ["pca"]
