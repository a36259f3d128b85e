"""What follows from a cell's equations: step, derivative, ranges, LaTeX, torch code."""

from explorer.rules.rule import Line, Rule

__all__ = ["Line", "Rule"]
