"""The encoder-decoder: one stack reads, hands its states over, and another one answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.readout import Readout
from explorer.shapes import Array
from explorer.weights import Weights
from explorer.wiring.sequence_map import read_gradient
from explorer.wiring.stack import Stack
from explorer.wiring.stack_films import StackGradient, StackTrace


@dataclass(frozen=True, eq=False)
class EncoderDecoder(Weights):
    """Sequence to sequence: the decoder starts in the states in which the encoder ends.

    It reads its own last answer, or in training the right one; its steps, and any clocks, count
    anew. Cho et al. 2014; Sutskever et al. 2014.
    """

    encoder: Stack
    decoder: Stack
    readout: Readout

    def __post_init__(self) -> None:
        ends, starts = (
            [[cell.S for cell in layer.cells] for layer in stack.layers]
            for stack in (self.encoder, self.decoder)
        )
        if ends != starts or any(len(layer) > 1 for layer in ends):
            raise ValueError(
                "EncoderDecoder: wanted the same layers on both sides, each in one direction, with "
                f"states of one length, got state lengths {ends} and {starts}."
            )
        if self.decoder.D != self.O or self.readout.W_hy.shape[1] != self.decoder.width:
            raise ValueError(
                f"EncoderDecoder: wanted a decoder that reads its {self.O} outputs and a read-out "
                f"of its {self.decoder.width} hidden units, got D = {self.decoder.D} and "
                f"{self.readout.W_hy.shape[1]}."
            )

    @property
    def O(self) -> int:  # noqa: E743
        """Number of outputs."""
        return self.readout.b_y.shape[0]

    def run(self, xs: Array, told: Array) -> CodecTrace:
        """Answer ``xs`` (T_in, B, D) while reading ``told`` (T_out, B, O) at the decoder's steps.

        Raises
        ------
        ValueError
            When a sequence does not fit the network.
        """
        told = np.asarray(told)
        if told.ndim != 3 or told.shape[1:] != (np.shape(xs)[1], self.O) or not len(told):
            raise ValueError(
                f"EncoderDecoder.run: wanted told of shape (T_out, {np.shape(xs)[1]}, {self.O}) "
                f"with T_out >= 1, got {told.shape}."
            )
        encoded = StackTrace.of(self.encoder, xs)
        decoded = StackTrace.of(self.decoder, told, encoded.last)
        return CodecTrace(self, encoded, decoded, self.readout(decoded.h))

    def answer(self, xs: Array, T: int) -> CodecTrace:
        """Answer ``xs`` in ``T`` steps alone: each step reads the symbol that the last one chose.

        The first reads zeros. The choice, the largest output, passes no gradient.
        """
        if T < 1:
            raise ValueError(f"EncoderDecoder.answer: wanted T >= 1 steps, got {T}.")
        xs = np.asarray(xs)
        told = np.zeros((T, xs.shape[1], self.O), np.result_type(xs, self.readout.W_hy))
        states = StackTrace.of(self.encoder, xs).last
        for t in range(T - 1):
            step = StackTrace.of(self.decoder.from_step(t), told[t : t + 1], states)
            states = step.last
            told[t + 1] = chosen(self.readout(step.h[0]))
        return self.run(xs, told)


@dataclass(frozen=True, eq=False)
class CodecTrace:
    """The forward film of an encoder-decoder; ``y`` (T_out, B, O) is what it says."""

    network: EncoderDecoder
    encoded: StackTrace
    decoded: StackTrace
    y: Array

    @property
    def bodies(self) -> tuple[StackTrace, ...]:
        """The stacks that ran, one after the other."""
        return (self.encoded, self.decoded)

    def pull(self, dy: Array) -> CodecGradient:
        """Carry the loss gradient ``dy`` (T_out, B, O) at the outputs back to everything.

        What the decoder was told is data: no gradient passes through it to the outputs before.
        """
        decoded = StackGradient.of(self.decoded, dy @ self.network.readout.W_hy)
        silence = np.zeros_like(self.encoded.h)
        encoded = StackGradient.of(self.encoded, silence, decoded.ds0)
        return CodecGradient(self, encoded, decoded, read_gradient(self.decoded.h, dy))


@dataclass(frozen=True, eq=False)
class CodecGradient:
    """The backward film of an encoder-decoder."""

    trace: CodecTrace
    encoded: StackGradient
    decoded: StackGradient
    dreadout: Readout

    @property
    def bodies(self) -> tuple[StackGradient, ...]:
        """The backward films of the stacks, in the order of the trace's."""
        return (self.encoded, self.decoded)

    @property
    def dx(self) -> Array:
        """The gradient at the inputs of the encoder, (T_in, B, D)."""
        return self.encoded.dx

    @property
    def dnetwork(self) -> EncoderDecoder:
        """The gradient of every weight, shaped like the network."""
        return replace(
            self.trace.network,
            encoder=self.encoded.dstack,
            decoder=self.decoded.dstack,
            readout=self.dreadout,
        )


def chosen(y: Array) -> Array:
    """Return the largest output of each row as a one-hot vector; the first where there is none."""
    picked = np.zeros_like(y)
    np.put_along_axis(picked, np.argmax(y.real, axis=-1)[..., None], 1.0, axis=-1)
    return picked
