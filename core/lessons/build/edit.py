"""Changing a stack of blocks: each function returns a new one."""

from collections.abc import Sequence
from dataclasses import replace

from core.blocks import BLOCKS
from core.blocks.registry import MAX_BLOCKS, BlocksError, Placed, Value
from core.text.i18n import _

Blocks = tuple[Placed, ...]


def usual(key: str) -> Placed:
    """Return a block with its usual values; raises BlocksError where there is no such block."""
    return Placed(key, tuple(param.default for param in BLOCKS[key].hyperparameters) if key in BLOCKS else ())


def add(blocks: Sequence[Placed], key: str) -> Blocks:
    """Put a block with its usual values at the end.

    Raises:
        BlocksError: the stack is full, or there is no such block.
    """
    if len(blocks) >= MAX_BLOCKS:
        raise BlocksError(_("A network has at most {most} blocks here: take some away.").format(most=MAX_BLOCKS))
    return (*blocks, usual(key))


def change(blocks: Sequence[Placed], place: int, param: str, value: Value) -> Blocks:
    """Set a hyperparameter of the block in a place; in one where no block is any more, nothing changes.

    Raises:
        BlocksError: the value is out of the hyperparameter's limits.
    """
    return tuple(_turned(placed, param, value) if here == place else placed for here, placed in enumerate(blocks))


def _turned(placed: Placed, param: str, value: Value) -> Placed:
    pairs = zip(placed.block.hyperparameters, placed.values, strict=True)
    return replace(placed, values=tuple(value if known.name == param else old for known, old in pairs))
