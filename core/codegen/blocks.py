"""A stack of blocks as the PyTorch that a person would write by hand."""

from collections.abc import Sequence
from functools import partial
from typing import cast

from core.blocks.network import require_sound, trace
from core.blocks.registry import Placed, Shape


def class_code(blocks: Sequence[Placed], input_shape: Shape, name: str = "Net") -> str:
    """Return an nn.Module class with every number written out, which needs `torch` and `torch.nn as nn` alone.

    Raises:
        BlocksError: a block cannot read what comes in.
    """
    names = [f"self.layer{place}" for place in range(1, len(blocks) + 1)]
    layers, forward = written(blocks, input_shape, names)
    return "\n".join(
        [
            f"class {name}(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {layer} = {call}" for layer, call in zip(names, layers, strict=True)),
            "",
            f"    def forward(self, x):  # {batch_shape(input_shape)}",
            *(f"        {line}" for line in forward),
            "        return x",
            "",
        ]
    )


def written(blocks: Sequence[Placed], input_shape: Shape, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the call that builds each layer, and the lines that send x through the layers by these names.

    Raises:
        BlocksError: a block cannot read what comes in.
    """
    rows = trace(blocks, input_shape)
    shapes = require_sound(blocks, rows)
    layers, forward = [], []
    for placed, (before, after), name in zip(blocks, shapes, names, strict=True):
        layers.append(_call(placed.plan(before)))
        *lines, last = placed.block.forward(name, before, *placed.values)
        forward += [*lines, f"{last}  # {batch_shape(after)}"]
    return layers, forward


def script(blocks: Sequence[Placed], input_shape: Shape, batch: int, name: str = "Net") -> str:
    """Return a whole program: the class, and a batch that is sent through. Raises BlocksError as `class_code` does."""
    sizes = ", ".join(map(str, (batch, *input_shape)))
    return f"""\
import torch
from torch import nn


{class_code(blocks, input_shape, name)}

network = {name}().eval()
print(network)
print(sum(parameter.numel() for parameter in network.parameters()), "parameters")
print(network(torch.rand({sizes})).shape)
"""


def batch_shape(shape: Shape) -> str:
    """Write the shape of a batch of samples of a shape, as "[N, 1, 28, 28]"."""
    return f"[{', '.join(map(str, ('N', *shape)))}]"


def _call(call: partial) -> str:
    # A layer of our own, such as dropout with a generator, is written as the layer of PyTorch's that it extends.
    known = next(base for base in cast("type", call.func).__mro__ if base.__module__.startswith("torch."))
    arguments = [repr(value) for value in call.args]
    arguments += [f"{name}={value!r}" for name, value in call.keywords.items()]
    return f"nn.{known.__name__}({', '.join(arguments)})"
