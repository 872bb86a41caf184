"""Changing a stack of blocks: each function returns a new one, in which every block keeps its own number.

A number that is not in the stack changes nothing: it was a click on a block that another click had just removed.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.blocks import BLOCKS
from core.blocks.registry import MAX_BLOCKS, BlocksError, Placed, Value
from core.text.i18n import _

Blocks = tuple[Placed, ...]


def add(blocks: Sequence[Placed], key: str, before: int | None = None) -> Blocks:
    """Put a block with its usual values before the block of a number; at the end where there is none.

    Raises:
        BlocksError: the stack is full, or there is no such block.
    """
    if len(blocks) >= MAX_BLOCKS:
        raise BlocksError(_("A network has at most {most} blocks here: take some away.").format(most=MAX_BLOCKS))
    default = tuple(param.default for param in BLOCKS[key].hyperparameters) if key in BLOCKS else ()
    added = Placed(key, default, 1 + max((other.number for other in blocks), default=-1))
    here = next((place for place, placed in enumerate(blocks) if placed.number == before), len(blocks))
    return (*blocks[:here], added, *blocks[here:])


def remove(blocks: Sequence[Placed], number: int) -> Blocks:
    """Take out the block of a number."""
    return tuple(placed for placed in blocks if placed.number != number)


def move(blocks: Sequence[Placed], number: int, by: int) -> Blocks:
    """Move the block of a number down by so many places, or up where `by` is negative, as far as it goes."""
    here = next((place for place, placed in enumerate(blocks) if placed.number == number), None)
    if here is None:
        return tuple(blocks)
    others = remove(blocks, number)
    place = min(max(0, here + by), len(others))
    return (*others[:place], blocks[here], *others[place:])


def change(blocks: Sequence[Placed], number: int, param: str, value: Value) -> Blocks:
    """Set a hyperparameter of the block of a number.

    Raises:
        BlocksError: the value is out of the hyperparameter's limits.
    """
    return tuple(_turned(placed, param, value) if placed.number == number else placed for placed in blocks)


def _turned(placed: Placed, param: str, value: Value) -> Placed:
    pairs = zip(placed.block.hyperparameters, placed.values, strict=True)
    return replace(placed, values=tuple(value if known.name == param else old for known, old in pairs))
