"""From a network of ours to torch: its arrays by torch's names, and the lines that load them."""

from __future__ import annotations

import numpy as np

from explorer.checkpoints.layers import label
from explorer.checkpoints.networks import KINDS, RENAMED
from explorer.checkpoints.stepping import step_lines
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Stack

Body = Stack | EncoderDecoder
LOADS = {
    ".pt": 'torch.load("{}", weights_only=True)',
    ".safetensors": 'load_file("{}")',
    ".npz": '{{name: torch.from_numpy(array) for name, array in np.load("{}").items()}}',
}
IMPORTS = {
    ".pt": "import torch\n",
    ".safetensors": "import torch\nfrom safetensors.torch import load_file\n",
    ".npz": "import numpy as np\nimport torch\n",
}
ANSWERED = """\
states, last = net["encoder"](xs)  # xs: (T, B, {D})
states, last = net["decoder"](told, last)  # told: (T_out, B, {O}), its last answers, zeros first
y = net["head"](states)
"""


def stacks(body: Body) -> dict[str, Stack]:
    """Return the stacks of a network by the names under which they leave."""
    if isinstance(body, EncoderDecoder):
        return {"encoder": body.encoder, "decoder": body.decoder}
    return {"rnn": body}


def state_dict(body: Body, readout: Readout | None = None) -> dict[str, Array]:
    """Return a network by the names that torch's layers give their arrays.

    Arrays that torch has no layer for keep their own names, with the ending of their layer. With a
    read-out, or several stacks, the names are those of a ModuleDict with ``head``.
    """
    head = {} if readout is None else {"head.weight": readout.W_hy, "head.bias": readout.b_y}
    found = stacks(body)
    bare = readout is None and len(found) == 1
    theirs = {ours: name for name, ours in RENAMED.items()}
    return {
        f"{'' if bare else f'{part}.'}{theirs.get(name, name)}{label(k, way)}": array
        for part, stack in found.items()
        for k, layer in enumerate(stack.layers)
        for way, cell in enumerate(layer.cells)
        for name, array in cell.named().items()
    } | head


def layer_of(stack: Stack) -> str | None:
    """Return the call that makes the same layer in torch; None where torch has none."""
    cell = stack.layers[0].forward
    kind = next((name for name, kind in KINDS.items() if type(cell) is kind), None)
    activation = getattr(getattr(cell, "activation", None), "name", "tanh").lower()
    if kind is None or activation not in ("tanh", "relu") or cell.clamps:
        return None
    settings = [f"{cell.D}", f"{cell.H}"]
    settings += [f"num_layers={len(stack.layers)}"] if len(stack.layers) > 1 else []
    settings += ["bidirectional=True"] if len(stack.layers[0].cells) > 1 else []
    settings += [f"nonlinearity={activation!r}"] if activation != "tanh" else []
    settings += ["dtype=torch.float64"] if cell.W_hh.dtype == np.float64 else []
    return f"torch.nn.{kind}({', '.join(settings)})"


def reads(file: str) -> tuple[str, str]:
    """Return the imports, and the expression that reads a file's arrays, by its ending."""
    ending = next((ending for ending in LOADS if file.endswith(ending)), ".pt")
    return IMPORTS[ending], LOADS[ending].format(file)


def loading(body: Body, file: str, readout: Readout | None = None) -> str:
    """Return the lines that load an exported network in torch, by the ending of its file.

    Where torch has no such layer they load its arrays, and if possible take its step.
    """
    imports, load = reads(file)
    found = stacks(body)
    layers = {part: layer for part, stack in found.items() if (layer := layer_of(stack))}
    if len(layers) < len(found):
        steps = step_lines(body, readout) if isinstance(body, Stack) else ""
        said = "" if steps else "  # torch has no such layer: arrays under our names"
        return f"{imports}arrays = {load}{said}\n{steps}"
    if readout is None and len(layers) == 1:
        return f"{imports}layer = {layers['rnn']}\nlayer.load_state_dict({load})\n"
    parts = [f'"{part}": {layer}' for part, layer in layers.items()]
    if readout is not None:
        O, H = readout.W_hy.shape  # noqa: E741
        double = ", dtype=torch.float64" if readout.W_hy.dtype == np.float64 else ""
        parts.append(f'"head": torch.nn.Linear({H}, {O}{double})')
    if len(layers) == 1:
        made, use = ", ".join(parts), ""
    else:
        made = "\n" + "".join(f"    {part},\n" for part in parts)
        use = ANSWERED.format(D=found["encoder"].D, O=found["decoder"].D) if readout else ""
    use = "".join(f"# {line}\n" for line in use.splitlines())
    return f"{imports}net = torch.nn.ModuleDict({{{made}}})\nnet.load_state_dict({load})\n{use}"
