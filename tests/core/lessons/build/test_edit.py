import pytest

from core.blocks import format_blocks, parse_blocks
from core.blocks.registry import MAX_BLOCKS, BlocksError
from core.lessons.build.edit import add, change, move, remove

STACK = parse_blocks("flatten,linear:512,relu,linear:10")


def numbers(blocks):
    return [placed.number for placed in blocks]


def test_adds_at_the_end_under_a_new_number():
    assert format_blocks(add(STACK, "dropout")) == "flatten,linear:512,relu,linear:10,dropout:0.2"
    assert numbers(add(remove(STACK, 1), "gelu")) == [0, 2, 3, 4]
    assert numbers(add((), "relu")) == [0]


def test_adds_before_the_block_of_a_number():
    moved = move(STACK, 3, -3)
    assert format_blocks(add(moved, "dropout", 1)) == "linear:10,flatten,dropout:0.2,linear:512,relu"
    assert numbers(add(moved, "dropout", 3)) == [4, 3, 0, 1, 2]
    assert numbers(add(STACK, "dropout", 9)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("edited", [remove(STACK, 9), move(STACK, 9, 1), change(STACK, 9, "neurons", 3)])
def test_a_block_that_has_just_gone_changes_nothing(edited):
    assert edited == STACK
    assert numbers(edited) == numbers(STACK)


def test_a_full_stack_and_an_unknown_block_get_a_sentence():
    with pytest.raises(BlocksError, match="at most"):
        add(parse_blocks(",".join(["relu"] * MAX_BLOCKS)), "relu")
    with pytest.raises(BlocksError, match="no block"):
        add(STACK, "nonsense")


def test_removes_and_moves_by_number():
    assert numbers(remove(STACK, 1)) == [0, 2, 3]
    assert numbers(move(STACK, 3, -1)) == [0, 1, 3, 2]
    assert numbers(move(STACK, 0, 1)) == [1, 0, 2, 3]


def test_moves_no_farther_than_the_ends():
    assert numbers(move(STACK, 0, -1)) == [0, 1, 2, 3]
    assert numbers(move(STACK, 3, 5)) == [0, 1, 2, 3]


def test_changes_one_knob_of_one_block():
    changed = change(STACK, 3, "neurons", 7)
    assert format_blocks(changed) == "flatten,linear:512,relu,linear:7"
    assert numbers(changed) == numbers(STACK)
    with pytest.raises(BlocksError, match="neurons"):
        change(STACK, 3, "neurons", 0)
