"""Memories that settle into what they know: Hopfield networks, classic, continuous and dense."""

from explorer.memory.capacity import one_step_error
from explorer.memory.classic import Recall, energy, recall, settled
from explorer.memory.continuous import Slide, slide
from explorer.memory.dense import DenseSweep, Retrieval, dense_energy, modern_energy, retrieve
from explorer.memory.signs import random_patterns
from explorer.memory.storage import hebb, overlaps, projection, storkey

__all__ = [
    "DenseSweep",
    "Recall",
    "Retrieval",
    "Slide",
    "dense_energy",
    "energy",
    "hebb",
    "modern_energy",
    "one_step_error",
    "overlaps",
    "projection",
    "random_patterns",
    "recall",
    "retrieve",
    "settled",
    "slide",
    "storkey",
]
