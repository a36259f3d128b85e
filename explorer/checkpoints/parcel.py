"""What a network of any kind takes along: its arrays, the lines that load them, a remark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from explorer.activations import Activation
from explorer.cells import Cell
from explorer.checkpoints import state_dicts
from explorer.checkpoints.recalling import recalling
from explorer.checkpoints.stepping import step_lines
from explorer.memory.begun import Begun
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Layer, Stack

Body = Cell | Stack | EncoderDecoder | Begun


@dataclass(frozen=True, eq=False)
class Parcel:
    """Arrays by the names they have in the file, the lines for a file's name, and a remark."""

    arrays: dict[str, Array]
    loading: Callable[[str], str]
    about: str


def parcel(body: Body, readout: Readout | None = None, precision: str = "float64") -> Parcel:
    """Pack a network, and its read-out if it has one, in numbers of this precision."""
    if isinstance(body, EncoderDecoder):
        readout = body.readout
    body = Stack((Layer(body),)) if isinstance(body, Cell) else body
    body = body.map(lambda array: array.astype(precision))
    readout = readout and readout.map(lambda array: array.astype(precision))
    if isinstance(body, Begun):
        return Parcel(body.named(), lambda file: recalling(body, file), REMEMBERED)
    return Parcel(
        state_dicts.state_dict(body, readout),
        lambda file: state_dicts.loading(body, file, readout),
        about(next(iter(state_dicts.stacks(body).values()))),
    )


REMEMBERED = (
    "PyTorch has no layer that is this network, so the lines write out its recall. The file also "
    "holds the state that recall begins with and, where units are visited one by one, the order of "
    "the visits, so that it takes the very course of the page."
)


def about(stack: Stack) -> str:
    """Return what else has to be known about the file of a recurrent network."""
    cell, said = stack.layers[0].forward, []
    if state_dicts.layer_of(stack) is None:
        more = " and write out its step" if step_lines(stack) else ""
        said.append(
            f"PyTorch has no layer that is this network, so the lines load its arrays{more}."
        )
        settings = {field.name: getattr(cell, field.name) for field in fields(cell)}
        rest = [f"{k} {v.name}" for k, v in settings.items() if isinstance(v, Activation)]
        rest += [f"{k} {v:g}" for k, v in settings.items() if isinstance(v, int | float)]
        if rest:
            said.append(f"The file does not hold these settings: {', '.join(rest)}.")
    if cell.clamps:
        said.append("Held gates are no weights: the file holds the network without them.")
    if "periods" in type(cell).__dataclass_fields__:
        periods = getattr(cell, "periods", ())
        said.append(
            f"The periods of its groups are {', '.join(map(str, periods))}; each group reads only "
            "itself and the slower ones, whatever else stands in weight_hh_l0."
        )
    return " ".join(said)
