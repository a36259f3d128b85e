"""Echo state networks: a fixed reservoir, and a read-out that is trained by one solve."""

from explorer.reservoir.capacity import Capacity, capacity, linear_capacity
from explorer.reservoir.echo import Meeting, exponent, meeting
from explorer.reservoir.network import WIRINGS, Reservoir, wired
from explorer.reservoir.ridge import Fit, ridge
from explorer.reservoir.units import LeakyUnits

__all__ = [
    "WIRINGS",
    "Capacity",
    "Fit",
    "LeakyUnits",
    "Meeting",
    "Reservoir",
    "capacity",
    "exponent",
    "linear_capacity",
    "meeting",
    "ridge",
    "wired",
]
