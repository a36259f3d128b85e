"""Wirings: what is built from cells by composition, the cells themselves untouched."""

from explorer.wiring.codec import CodecGradient, CodecTrace, EncoderDecoder
from explorer.wiring.fed import Fed
from explorer.wiring.forcing import ForcedGradient, ForcedRun
from explorer.wiring.sequence_map import MapGradient, MapTrace, SequenceMap
from explorer.wiring.stack import Layer, Stack
from explorer.wiring.stack_films import StackGradient, StackTrace

__all__ = [
    "CodecGradient",
    "CodecTrace",
    "EncoderDecoder",
    "Fed",
    "ForcedGradient",
    "ForcedRun",
    "Layer",
    "MapGradient",
    "MapTrace",
    "SequenceMap",
    "Stack",
    "StackGradient",
    "StackTrace",
]
