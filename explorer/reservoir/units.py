"""Leaky units, of which reservoirs are made (Jaeger, Lukoševičius, Popovici & Siewert 2007)."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.activations import TANH, Activation, activation
from explorer.cells import Elman
from explorer.cells.pointwise import PointwiseCell


@dataclass(frozen=True, eq=False)
class LeakyUnits(PointwiseCell):
    """A simple network whose units keep a share of what they were: the leak is a setting.

    It stands here and not among the cells because its weights are drawn once and never trained.
    """

    activation: Activation | str = TANH
    leak: float = 1.0  # 1 is the simple recurrent network, 0 never moves

    name = "Reservoir"
    drives = ("n",)
    summed = True
    gates = ("n",)
    equations = {
        "n": r"n_t = \varphi(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",
        "h": r"h_t = (1 - \alpha)\, h_{t-1} + \alpha\, n_t",
    }
    arithmetic = {"n": "phi(x_n + h_n)", "h": "(1 - leak) * h_prev + leak * n"}
    meaning = {"n": "new content", "h": "state"}
    variant = "Leaky integrator in discrete time; the leak α is fixed and the same for all units."
    source = "Jaeger et al. 2007"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "activation", activation(self.activation))
        if not 0 <= self.leak <= 1:
            raise ValueError(
                f"LeakyUnits: wanted a leak from 0 to 1, got {self.leak}; 1 is no leak at all."
            )

    @property
    def known(self) -> Elman | LeakyUnits:
        """The same network by the name that others know: without a leak it is a simple one."""
        if self.leak != 1 or self.surgery:
            return self
        return Elman(self.W_xh, self.W_hh, self.b_xh, self.b_hh, activation=self.activation)

    @property
    def ranges(self):
        return dict.fromkeys(("n", "h"), self.activation.range)

    def update(self, t, a_x, a_h, s_prev):
        (h_prev,), n = s_prev, self.activation.f(a_x[0] + a_h[0])
        (n,) = self.held(t, n=n)
        return ((1 - self.leak) * h_prev + self.leak * n,), (n,)

    def update_vjp(self, step, ds):
        (dh,), (n,), (free,) = ds, step.gates, step.free
        da = (dh * (self.leak * self.activation.slope(n)) * free,)
        return da, da, (dh * (1 - self.leak),)
