"""Losses, tasks, optimisers, learning rules, and training as a generator of updates."""

from explorer.learning.clipping import clipped
from explorer.learning.gradient_check import gradient_check
from explorer.learning.history import History
from explorer.learning.losses import EveryState, LastState, OneUnit
from explorer.learning.model import Model
from explorer.learning.objectives import BinaryCrossEntropy, CrossEntropy, SquaredError
from explorer.learning.optimisers import SGD, Adam, Momentum, RMSProp
from explorer.learning.rules import RULES
from explorer.learning.schedules import Constant, Cosine, Steps, WarmUp
from explorer.learning.tasks import TASKS
from explorer.learning.training import Training, train

globals().update(TASKS, **RULES)

__all__ = [
    "RULES",
    "SGD",
    "TASKS",
    "Adam",
    "BinaryCrossEntropy",
    "Constant",
    "Cosine",
    "CrossEntropy",
    "EveryState",
    "History",
    "LastState",
    "Model",
    "Momentum",
    "OneUnit",
    "RMSProp",
    "SquaredError",
    "Steps",
    "Training",
    "WarmUp",
    "clipped",
    "gradient_check",
    "train",
    *TASKS,
    *RULES,
]
