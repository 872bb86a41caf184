"""The network that a stack of blocks stands for: its shapes, found without numbers, and the module itself."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.blocks import Block
from core.blocks.registry import BlocksError, Placed, Shape
from core.text.i18n import _

SAMPLES = 2  # of the batch that finds the shapes; PyTorch could take a single one for a batch of its rows
MAX_REPEATED = 10_000_000  # numbers of a layer and its batch up to which an error is asked for in the CPU's own words
SHAPE_ERRORS = (RuntimeError, ValueError, IndexError)  # what PyTorch raises where a layer cannot read its input


@dataclass(frozen=True)
class Row:
    """What a block makes of one sample.

    Attributes:
        before, after: the shape that comes in and goes out; None behind an error, and `after` at the error itself.
        parameters: how many weights and biases the block has.
        kept: how many numbers of its output need memory of their own; a Flatten only looks at them in another way.
        uses: how often its weights and biases take part for one sample: the work that it is.
        error: what PyTorch says, where it says something; then `mend` says what to do.
    """

    before: Shape | None = None
    after: Shape | None = None
    parameters: int = 0
    kept: int = 0
    uses: int = 0
    error: str = ""
    mend: str = ""


class Stack(nn.Module):
    """The network that a stack of blocks stands for. Shape: [N, *input shape] -> [N, *shape after the last block]."""

    def __init__(self, layers: Iterable[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layers(inputs)


def trace(blocks: Sequence[Placed], input_shape: Shape, batch: int = SAMPLES) -> list[Row]:
    """Follow one sample through the blocks, one row each, until the first that cannot read what comes in.

    An error is the one that a batch of so many samples meets: its words tell the shape of the whole batch.

    PyTorch's own layers are asked, on the meta device, where a tensor has a shape and no numbers: it takes no memory.
    """
    rows: list[Row] = []
    shape: Shape | None = input_shape
    for placed in blocks:
        rows.append(_row(placed, shape, batch) if shape is not None else Row())
        shape = rows[-1].after
    return rows


def build(blocks: Sequence[Placed], input_shape: Shape) -> Stack:
    """Build the network of a stack for samples of a shape; its `layers` are the blocks, one by one.

    Raises:
        BlocksError: a block cannot read what comes in.
    """
    rows = trace(blocks, input_shape)
    shapes = require_sound(blocks, rows)
    return Stack(placed.plan(before)() for placed, (before, _after) in zip(blocks, shapes, strict=True))


def require_sound(blocks: Sequence[Placed], rows: Sequence[Row]) -> list[tuple[Shape, Shape]]:
    """Return the shapes that come in and go out of each block.

    Raises:
        BlocksError: one of the rows has an error; the message names the block.
    """
    for place, (placed, row) in enumerate(zip(blocks, rows, strict=True), start=1):
        if row.error:
            raise BlocksError(
                _("Block {place}, {title}, cannot read its input. {mend} (PyTorch says: {error})").format(
                    place=place, title=placed.title, mend=row.mend, error=row.error
                )
            )
    return [(row.before, row.after) for row in rows if row.before is not None and row.after is not None]


def _row(placed: Placed, shape: Shape, batch: int) -> Row:
    with torch.device("meta"):
        layer = placed.plan(shape)()
        inputs = torch.empty(SAMPLES, *shape)
    try:
        outputs = layer(inputs)
    except SHAPE_ERRORS as error:
        return Row(shape, error=_words_of(error, layer, shape, batch), mend=_mend(placed.block, shape))
    parameters = sum(parameter.numel() for parameter in layer.parameters())
    whole = outputs if outputs._base is None else outputs._base  # what a view such as x[:, -1] keeps alive
    after = tuple(outputs.shape[1:])
    return Row(
        shape,
        after,
        parameters,
        kept=0 if whole is inputs else whole.numel() // SAMPLES,
        uses=parameters * _positions(shape, after),
    )


def _positions(before: Shape, after: Shape) -> int:
    """Return how often a layer uses its weights for one sample: at each pixel that it gives, or step that it reads."""
    if len(after) == 3:
        return after[1] * after[2]
    return before[-2] if len(before) > 1 else 1


def _words_of(error: Exception, layer: nn.Module, shape: Shape, batch: int) -> str:
    """Return an error as a batch of so many samples meets it on a CPU; the meta device words some of its own.

    A single sample may meet none, where PyTorch takes it for a batch of its rows: the words are then those for two.
    """
    parameters = dict(layer.named_parameters())
    for samples in (SAMPLES, batch):
        small = samples * math.prod(shape) + sum(each.numel() for each in parameters.values()) <= MAX_REPEATED
        for device in ("meta", "cpu") if small else ("meta",):
            zero = torch.zeros((), device=device)  # seen everywhere in a tensor of any shape: it needs no memory
            numbers = {name: zero.expand(parameter.shape) for name, parameter in parameters.items()}
            try:
                functional_call(layer, numbers, (zero.expand(samples, *shape),))
            except SHAPE_ERRORS as same:
                error = same
    return str(error).splitlines()[0]


def _mend(block: Block, shape: Shape) -> str:
    if len(shape) in block.ranks:
        return _(block.mend_size).format(size="×".join(map(str, shape[-2:])))
    numbers = f"{math.prod(shape):,}"
    words = "×".join(map(str, shape)) if len(shape) > 1 else _("a row of {numbers} numbers").format(numbers=numbers)
    return _(block.mend).format(shape=words, numbers=numbers)
