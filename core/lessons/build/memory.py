"""What a stack of blocks is made of: its parameters, and the memory that they take in training."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.blocks.network import Row
from core.blocks.registry import Placed, Shape
from core.text.i18n import _

BYTES = 4  # of a float32
UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True)
class Memory:
    """Bytes in training.

    Attributes:
        weights: the weights and biases.
        gradients: one number for each of these.
        adam: two more, the running means of the gradient and of its square (Kingma and Ba 2014, arXiv:1412.6980).
        outputs: what every block gave for a batch, kept until backward() has been through.
    """

    weights: int
    gradients: int
    adam: int
    outputs: int

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.adam + self.outputs


def memory(rows: Sequence[Row], batch: int) -> Memory:
    """Return what the blocks of `trace` need with float32 numbers and a batch of so many samples."""
    weights = BYTES * sum(row.parameters for row in rows)
    return Memory(weights, weights, 2 * weights, BYTES * batch * sum(row.kept for row in rows))


def readable(count: float) -> str:
    """Return a number of bytes in the unit that suits it, 1000 of one being one of the next."""
    place = 0
    while count >= 999.5 and place < len(UNITS) - 1:
        count, place = count / 1000, place + 1
    return f"{count:.3g} {UNITS[place]}"


def size(shape: Shape | None) -> str:
    """Write a shape as 16×26×26; that of what never comes to be is a question mark."""
    return "?" if shape is None else "×".join(map(str, shape))


def notice(blocks: Sequence[Placed], rows: Sequence[Row], input_shape: Shape, batch: int) -> str:
    """Return the sentence on what a stack is made of, or on the block that cannot read its input."""
    for place, (placed, row) in enumerate(zip(blocks, rows, strict=True), start=1):
        if row.error and row.before is not None:
            return _(
                "**Block {place}, {title}**, gets {shape} for each sample of a batch of {batch:,} and cannot read it. "
                "{mend}"
            ).format(place=place, title=placed.title, shape=_numbers(row.before), batch=batch, mend=row.mend)
    total = sum(row.parameters for row in rows)
    shapes = [input_shape, *(row.after for row in rows if row.after is not None)]
    sizes = {"before": _numbers(input_shape), "after": _numbers(shapes[-1]), "batch": batch}
    way = _("Each sample of the batch of {batch:,} goes in as {before} and comes out as {after}.").format(**sizes)
    if not total:
        return _("{way} There is nothing to learn yet: no block has weights.").format(way=way)
    largest = max(range(len(rows)), key=lambda place: rows[place].parameters)
    return _("{way} **{title}** holds {share:.1%} of the {total:,} parameters.").format(
        way=way, title=blocks[largest].title, share=rows[largest].parameters / total, total=total
    )


def _numbers(shape: Shape) -> str:
    if len(shape) == 1:
        return _("1 number") if shape[0] == 1 else _("{count:,} numbers").format(count=shape[0])
    return size(shape)
