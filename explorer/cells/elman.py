"""The simple recurrent network (Elman 1990, Cognitive Science 14)."""

from dataclasses import dataclass

from explorer.activations import TANH, Activation, activation
from explorer.cells.pointwise import PointwiseCell


@dataclass(frozen=True, eq=False)
class Elman(PointwiseCell):
    """One matrix, one nonlinearity: the state is squashed once per step."""

    activation: Activation | str = TANH

    name = "Elman"
    drives = ("h",)
    summed = True
    gates = ()
    equations = {"h": r"h_t = \varphi(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})"}
    arithmetic = {"h": "phi(x_h + h_h)"}
    meaning = {"h": "hidden state"}
    variant = "Simple recurrent network; φ is tanh, ReLU or the identity (a linear network)."
    source = "Elman 1990"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "activation", activation(self.activation))

    @property
    def ranges(self):
        return {"h": self.activation.range}

    def update(self, t, a_x, a_h, s_prev):
        return (self.activation.f(a_x[0] + a_h[0]),), ()

    def update_vjp(self, step, ds):
        (dh,), (h,) = ds, step.s
        da = (dh * self.activation.slope(h),)
        return da, da, (0.0,)
