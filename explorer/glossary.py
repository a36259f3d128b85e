"""The glossary: what each symbol on a page means, as plain data, written once for all pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Term:
    """One symbol: its term, its definition, and its shape, range or unit.

    ``•`` in a symbol stands for the name of any slot of the state. Where one symbol has several
    meanings, ``labels`` are words of which the label beside it has one.
    """

    symbol: str
    term: str
    definition: str
    shape: str = ""
    labels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Term, definition and shape as one sentence."""
        end = f" ({self.shape})" if self.shape else ""
        return f"{self.term}: {self.definition}{end}."


TERMS = (
    # ---- a run ----
    Term("t", "time step", "the number of the step, counted from 1", "0 is the start"),
    Term("T", "sequence length", "the number of steps", "whole number"),
    Term("H", "hidden size", "the number of hidden units", "whole number"),
    Term("x_t", "x coordinate", "horizontal place of the pen at step t", "", ("pen",)),
    Term("y_t", "y coordinate", "vertical place of the pen at step t", "", ("pen",)),
    Term("x_t", "input", "what the network reads at step t", "vector of D numbers"),
    Term("x_t", "letter", "the letter at step t", "", ("probability",)),
    Term("y_t", "output", "what the read-out computes from the state at step t", "vector"),
    Term("y*_t", "target", "the output that is wanted at step t", "vector"),
    Term("p_t", "output shares", "probability of each output at step t", "0 to 1"),
    Term("s", "state", "all that is handed to the next step: [h; c] in an LSTM", "vector"),
    Term("s_t", "state", "the whole state s after step t: [h; c] in an LSTM", "vector"),
    Term("h", "hidden state", "the part of the state that the next layer reads", "H numbers"),
    Term("h_t", "hidden state", "one number per unit, handed on to step t + 1", "H numbers"),
    Term("h_{t+1}", "next hidden state", "the hidden state one step later"),
    Term("h′_t", "second hidden state", "the hidden state of the run from the second start"),
    Term("c", "cell state", "the memory of an LSTM beside h", "H numbers"),
    Term("c_t", "cell state", "the memory of an LSTM after step t", "H numbers"),
    Term("h^{→}_{t}", "forward state", "hidden state of the network that reads from first to last"),
    Term("h^{←}_{t}", "backward state", "hidden state of the network that reads from the end"),
    Term("h_{t}", "hidden state", "one number per unit, handed on to step t + 1", "H numbers"),
    Term("h^{•}_{t}", "hidden state", "hidden state of layer • at step t"),
    Term("h^{•}", "hidden state", "hidden state of layer •"),
    Term("W_xh", "input weights", "matrix from the input to the hidden units", "textbook U"),
    Term("W_hh", "recurrent weights", "matrix from the last state to the hidden units",
         "textbook W"),
    Term("p_i", "peephole of the input gate", "weight of the old cell state, one for each unit"),
    Term("p_f", "peephole of the forget gate", "weight of the old cell state, one for each unit"),
    Term("p_o", "peephole of the output gate", "weight of the new cell state, one for each unit"),
    Term("W_yh", "feedback weights", "matrix from the last output to the hidden units"),
    Term("W_hy", "output weights", "matrix from the hidden state to the output", "textbook V"),
    Term("b_xh", "input bias", "one number per unit, added to W_xh x_t"),
    Term("b_hh", "recurrent bias", "one number per unit, added to W_hh h_{t−1}"),
    # ---- what is set ----
    Term("ρ", "spectral radius", "largest modulus of an eigenvalue of the recurrent weights",
         "at least 0"),
    Term("ρ(W)", "spectral radius", "largest modulus of an eigenvalue of a recurrent matrix W"),
    Term("σ", "singular value", "largest factor by which the recurrent weights stretch a vector"),
    Term("σ_{max}(W)", "largest singular value",
         "largest factor by which a recurrent matrix W stretches a vector"),
    Term("σ_max", "largest singular value", "largest factor by which a matrix stretches a vector"),
    Term("g", "gain", "factor on the recurrent weights", "1 leaves them", ("recurrent",)),
    Term("g", "gain", "steepness of the continuous units", "at least 0", ("continuous",)),
    Term("g", "gain", "factor on the recurrent weights", "1 leaves them"),
    Term("b_•", "bias", "number added before the sigmoid of this gate; a large one opens the gate"),
    Term("b", "bias", "number added before the activation", "large: the gate is open", ("gate",)),
    Term("b", "bias", "number added before the activation"),
    Term("w", "recurrent weight", "factor from the state of a unit to its own next state"),
    Term("x", "constant input", "the same input at every step", "", ("input",)),
    Term("x", "horizontal coordinate", "first coordinate of the plane"),
    Term("y", "vertical coordinate", "second coordinate of the plane"),
    Term("α", "leak", "share of its new value that a unit takes at every step", "0 to 1"),
    Term("p", "density", "share of the recurrent weights that are not 0", "0 to 1", ("density",)),
    Term("p", "feedback probability", "share of the steps fed by the teacher", "0 to 1",
         ("fed", "steps")),
    Term("p", "probability", "predicted probability of a letter", "0 to 1"),
    Term("s", "input scale", "factor on the input weights", "at least 0", ("scale",)),
    Term("s", "seconds", "time of computing", "seconds", ("seconds",)),
    Term("U", "radius", "spectral radius of each recurrent block of the LSTM", "", ("radius",)),
    Term("A", "amplitude", "size of the input", "at least 0", ("amplitude",)),
    Term("N", "network size", "the number of units", "whole number"),
    Term("ε", "perturbation", "size of the change of one unit or of the start"),
    Term("η", "learning rate", "factor on the gradient in one update"),
    Term("τ", "temperature", "divisor of the scores before a letter is drawn", "1 leaves them"),
    Term("β", "sharpness", "inverse temperature of the modern Hopfield network"),
    Term("K", "truncation window", "the number of steps that a gradient is carried back"),
    Term("k", "count", "number along this axis"),
    Term("n", "update", "number of the training update"),
    Term("k₁", "update interval", "steps between two updates", "whole number"),
    Term("k₂", "truncation window", "the number of steps that each window looks back"),
    Term("f", "feedback scale", "factor on the feedback weights", "", ("feedback",)),
    Term("θ", "angle", "angle of the rotation", "radians", ("rotation",)),
    Term("θ", "error threshold", "error at which a forecast counts as lost", "", ("threshold",)),
    Term("θ", "clipping threshold", "norm above which a gradient is shortened", "",
         ("clip", "norm", "θ")),
    Term("θ", "parameters", "all weights of the network"),
    # ---- gradients ----
    Term("L", "loss", "one number that measures the error; training reduces it", "scalar"),
    Term("‖∂L/∂s_t‖", "gradient norm", "length of the gradient of the loss L by the state s_t"),
    Term("‖∂L/∂s_{T−k}‖", "gradient norm",
         "length of the gradient of the loss L by the state k steps before the last"),
    Term("∂L/∂•_t", "gradient", "derivative of the loss L by each unit of •_t"),
    Term("|∂L/∂•_t|", "gradient", "size of the derivative of the loss L by each unit of •_t"),
    Term("‖∂L_t/∂•_k‖", "gradient norm",
         "length of the gradient of the loss L_t of step t by •_k, the state after step k"),
    Term("‖∂L‖", "gradient norm", "length of the gradient of the loss L by all weights"),
    Term("‖∂L/∂θ‖", "gradient norm", "length of the gradient of the loss L by all weights θ"),
    Term("‖∂L/∂y_t‖", "gradient norm", "length of the gradient of the loss L by the output y_t"),
    Term("‖∂L/∂e_t‖", "gradient norm",
         "length of the gradient of the loss L by e_t, the feedback input of step t"),
    Term("‖∂s_t/∂w‖", "sensitivity norm",
         "length of the derivative of the state s_t by the weights w"),
    Term("‖∂y_k/∂x_t‖", "sensitivity norm",
         "length of the derivative of output y_k by input x_t; 0 means no dependence"),
    Term("‖∂ log p / ∂x_{t-k}‖", "sensitivity norm",
         "length of the derivative of the log-probability by the letter k steps before"),
    Term("‖g − g_K‖ / ‖g‖", "relative error",
         "difference of the full gradient g and the truncated one g_K, as a share of g"),
    Term("∠", "angle", "angle between two gradients", "degrees"),
    Term("Σ", "sum", "sum over the steps so far"),
    Term("Π", "product", "product over the steps"),
    Term("J", "Jacobian", "derivative of a state by the state before it", "matrix"),
    Term("J_t", "Jacobian", "derivative of s_t by s_{t−1}", "matrix"),
    Term("J⋯J ε", "linear prediction", "product of the Jacobians J, applied to the push ε"),
    Term("Δ•_t", "difference", "change of •_t against the other run"),
    Term("‖Δs_t‖", "difference norm", "length of the change of the state s_t"),
    # ---- dynamics ----
    Term("λ", "exponent", "mean logarithmic growth of a small distance per step", "nats per step",
         ("exponent", "slope", "foresees")),
    Term("λ_i", "Lyapunov exponents", "mean logarithmic growth along direction i", "nats per step"),
    Term("λ_1 + … + λ_i", "sum of exponents", "growth of a volume of i dimensions",
         "nats per step"),
    Term("i", "index", "number of the exponent, the largest first"),
    Term("λ", "eigenvalue", "factor by which a step stretches an eigenvector"),
    Term("Re λ", "real part", "real part of an eigenvalue λ of the Jacobian"),
    Term("Im λ", "imaginary part", "imaginary part of an eigenvalue λ of the Jacobian"),
    Term("|λ(J_t)|", "moduli", "sizes of the eigenvalues of the Jacobian J_t of step t"),
    Term("σ(J_t)", "singular values", "factors by which the Jacobian J_t stretches vectors"),
    Term("h_t − h′_t", "difference", "difference of the hidden states of both runs"),
    Term("‖s_t − s′_t‖", "distance", "length of the difference of the states of both runs"),
    Term("‖h_t − h′_t‖", "distance", "length of the difference of the hidden states of both runs"),
    Term("‖s_t − s_{t−1}‖", "speed", "length of the change of the state in one step"),
    Term("e^{−d}", "nearness", "1 at a fixed point, falls with the distance d from it", "0 to 1"),
    Term("h_1", "unit 1", "hidden state of the first unit"),
    Term("h_2", "unit 2", "hidden state of the second unit"),
    Term("x_1", "input 1", "constant input to the first unit", "", ("input",)),
    Term("x_2", "input 2", "constant input to the second unit", "", ("input",)),
    Term("PC •", "principal component", "direction number • in order of variation"),
    Term("PC", "principal component", "direction of largest variation; the share is its variance"),
    # ---- Hopfield networks ----
    Term("E", "energy", "function of the state that no update raises"),
    Term("m", "overlap", "mean product of state and memory", "−1 to 1"),
    Term("m_μ", "overlap", "mean product of the state and memory number μ", "−1 to 1"),
    Term("x_i", "state", "value of unit i", "−1 or 1"),
    Term("h_i", "local field", "weighted sum of the other units; its sign is the next state"),
    Term("x_1", "state", "state of the first network"),
    Term("x_2", "state", "state of the second network"),
    Term("x_3", "state", "state of the third network"),
    Term("x_4", "state", "state of the fourth network"),
    # ---- single pages ----
    Term("m_t", "sum representation", "state of a bag of words after step t", "", ("bag",)),
    Term("m_t", "feedback mask", "1 where the teacher feeds step t, else 0", "", ("teacher",)),
    Term("m_t", "clock", "1 where a group of units is updated at step t, else 0", "0 or 1"),
    Term("share left", "remaining share", "size of a perturbation as a share of its first size"),
    Term("‖y_t − y*_t‖", "error", "distance of the output y_t from the target y*_t"),
    Term("‖y − y*‖", "mean error", "mean distance of the output from the target"),
    Term("p(x_t)", "probability", "probability that was predicted for the letter x_t", "0 to 1"),
    Term("−log p", "surprise", "minus the logarithm of the predicted probability", "nats"),
    Term("MC_k", "memory capacity", "squared correlation with the input k steps before", "0 to 1"),
    Term("|y − x| / σ", "relative error", "error of the forecast in standard deviations σ"),
    Term("•_t", "series", "one coordinate of the series at step t", "", ("series",)),
    Term("z", "third coordinate", "third coordinate of the space"),
    Term("MC", "memory capacity", "squared correlation with the input k steps before"),
    Term("Σ MC", "memory capacity", "sum of the capacities up to a delay"),
    Term("w_k / max", "read-out weights", "weights of the read-out for delay k, largest = 1"),
    Term("NRMSE₁", "relative error", "root mean squared error of one step over the spread"),
)  # fmt: skip

GATES = {
    "input gate": "share of the candidate that is written to the cell state",
    "forget gate": "share of the memory that is kept from the step before",
    "output gate": "share of the cell state that is shown as hidden state",
    "update gate": "share of the old hidden state that is kept",
    "reset gate": "share of the old hidden state that the candidate reads",
    "candidate": "proposed new value",
}
"""What a gate does, by the term that a cell gives it; a cell may bring any other term."""


@cache
def defined(symbol: str, label: str = "") -> str:
    """Return the definition of a symbol beside a label, or "" if the glossary has none."""
    fitting = [(t, slot) for t in TERMS if (slot := matched(t.symbol, symbol)) is not None]
    fitting = [(t, slot) for t, slot in fitting if any(word in label for word in t.labels)] or [
        (t, slot) for t, slot in fitting if not t.labels
    ]
    return fitting[0][0].text.replace("•", fitting[0][1]) if fitting else ""


def matched(pattern: str, symbol: str) -> str | None:
    """Return the slot for which a symbol fits a pattern ("" without one), or None."""
    if "•" not in pattern:
        return "" if pattern == symbol else None
    found = re.fullmatch(re.escape(pattern).replace("•", r"(\S+?)"), symbol)
    return found[1] if found else None


def of_signal(meaning: str, equation: str) -> str:
    """Return the definition of a gate or slot from what its cell says of it."""
    role = next((f"{said}, " for term, said in GATES.items() if meaning.startswith(term)), "")
    return f"{meaning}: {role}{equation}."


TOKEN = re.compile(r"σ_max|[WUV]_\w+|[a-zA-Zα-ω](?:_\w|′)?(?![\w′])|PC(?= )|[ΣΠ∠]")
WORDS = frozenset("aAI")  # letters that are English words or marks, not symbols


def symbols(text: str) -> tuple[str, ...]:
    """Return the symbols in a label or the name of a curve, in their order."""
    parts = re.findall(r"\w+(?:\(\w+\))?|\S", text.replace("_{max}", "_max"))
    found = [part for word in parts for part in TOKEN.findall(word) if part == word]
    found += ["PC"] * ("PC" in parts)
    return tuple(dict.fromkeys(part for part in found if part not in WORDS))
