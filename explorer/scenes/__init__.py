"""Films of networks: which signals of a run stand in a reel, and how."""

from explorer.scenes.duel import (
    duel_axis,
    duel_gradients,
    duel_states,
    duel_summary,
    left_range,
)
from explorer.scenes.flow import besides, flow, flow_summary, gradient_heat, lag_axis
from explorer.scenes.futures import futures, futures_summary
from explorer.scenes.matrix import links, triangle, triangle_summary, verdict
from explorer.scenes.orders import GIVEN, apart, orders_axis, orders_summary, reading
from explorer.scenes.signals import (
    drawing,
    gates,
    gradient_norms,
    inputs,
    outputs,
    read,
    saturated,
    signal,
    states,
    summary,
    time_axis,
    trajectory,
)
from explorer.scenes.surgery import change, gradient_change

__all__ = [
    "GIVEN",
    "apart",
    "besides",
    "change",
    "drawing",
    "duel_axis",
    "duel_gradients",
    "duel_states",
    "duel_summary",
    "flow",
    "flow_summary",
    "futures",
    "futures_summary",
    "gates",
    "gradient_change",
    "gradient_heat",
    "gradient_norms",
    "inputs",
    "lag_axis",
    "left_range",
    "links",
    "orders_axis",
    "orders_summary",
    "outputs",
    "read",
    "reading",
    "saturated",
    "signal",
    "states",
    "summary",
    "time_axis",
    "trajectory",
    "triangle",
    "triangle_summary",
    "verdict",
]
