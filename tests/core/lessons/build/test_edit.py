import pytest

from core.blocks import format_blocks, parse_blocks
from core.blocks.registry import MAX_BLOCKS, BlocksError
from core.lessons.build.edit import add, change

STACK = parse_blocks("flatten,linear:512,relu,linear:10")


def test_adds_at_the_end():
    assert format_blocks(add(STACK, "dropout")) == "flatten,linear:512,relu,linear:10,dropout:0.2"
    assert format_blocks(add((), "relu")) == "relu"


def test_a_full_stack_and_an_unknown_block_get_a_sentence():
    with pytest.raises(BlocksError, match="at most"):
        add(parse_blocks(",".join(["relu"] * MAX_BLOCKS)), "relu")
    with pytest.raises(BlocksError, match="no block"):
        add(STACK, "nonsense")


def test_changes_one_hyperparameter_of_one_block():
    assert format_blocks(change(STACK, 3, "neurons", 7)) == "flatten,linear:512,relu,linear:7"
    with pytest.raises(BlocksError, match="neurons"):
        change(STACK, 3, "neurons", 0)


def test_a_block_that_has_just_gone_changes_nothing():
    assert change(STACK, 9, "neurons", 3) == STACK
