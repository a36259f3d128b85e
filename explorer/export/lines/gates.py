"""The page about gates shows one run."""

from explorer.export.lines.base import one_run as lines

__all__ = ["lines"]
