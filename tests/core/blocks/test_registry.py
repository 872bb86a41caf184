import math

import pytest
from hypothesis import given

from core.activations import ACTIVATIONS
from core.blocks import BLOCKS, format_blocks, parse_blocks
from core.blocks.registry import FAMILIES, MAX_BLOCKS, MAX_TEXT, BlocksError, Choice, Placed
from core.lessons.build.examples import EXAMPLES
from tests.given import TEXTS, read_or_refused, words_of


def default(key):
    return Placed(key, tuple(param.default for param in BLOCKS[key].hyperparameters))


def test_reads_the_courses_net():
    blocks = parse_blocks("flatten,linear:512,relu,linear:10")
    assert blocks == (Placed("flatten"), Placed("linear", (512,)), Placed("relu"), Placed("linear", (10,)))
    assert [placed.title for placed in blocks] == ["Flatten", "Linear 512", "ReLU", "Linear 10"]


def test_an_empty_text_is_an_empty_stack():
    assert parse_blocks(" , ") == ()
    assert format_blocks(()) == ""


@pytest.mark.parametrize("key", BLOCKS)
def test_every_block_is_read_with_its_usual_values_and_written_again(key):
    (placed,) = parse_blocks(key)
    assert placed == default(key)
    assert parse_blocks(format_blocks([placed])) == (placed,)
    assert placed.block.family in FAMILIES


@pytest.mark.parametrize("key", BLOCKS)
def test_every_knob_takes_its_ends_and_nothing_beyond(key):
    for place, param in enumerate(BLOCKS[key].hyperparameters):
        values = list(default(key).values)
        ends = param.options if isinstance(param, Choice) else (param.minimum, param.maximum)
        for end in ends:
            values[place] = end
            assert parse_blocks(format_blocks([Placed(key, tuple(values))])) == (Placed(key, tuple(values)),)
        beyond = (
            (param.minimum - 1, param.maximum + 1, math.nan, True) if not isinstance(param, Choice) else ("other", 3)
        )
        for value in beyond:
            values[place] = value
            with pytest.raises(BlocksError, match="must be"):
                Placed(key, tuple(values))


def test_every_activation_is_a_block():
    assert set(ACTIVATIONS) < set(BLOCKS)


def test_examples_are_written_as_they_are_read():
    for example in EXAMPLES.values():
        assert parse_blocks(format_blocks(parse_blocks(example.text))) == parse_blocks(example.text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("linear:0", "whole number from 1 to 1,000,000"),
        ("linear:1e30", "whole number"),
        ("linear:nan", "whole number"),
        ("linear:2.5", "whole number"),
        ("linear:", "whole number"),
        ("dropout:1", "number from 0 to 0.9"),
        ("dropout:nan", "number from 0 to 0.9"),
        ("dropout:inf", "number from 0 to 0.9"),
        ("lstm:8:first", "one of last, all"),
        ("relu:3", "1 values are given, and it takes 0"),
        ("liner:10", "no block “liner”"),
        ("relu," * (MAX_BLOCKS + 1), f"at most {MAX_BLOCKS}"),
        ("x" * (MAX_TEXT + 1), f"at most {MAX_BLOCKS}"),
    ],
)
def test_what_cannot_be_had_gets_a_sentence(text, words):
    with pytest.raises(BlocksError, match=words):
        parse_blocks(text)


@given(TEXTS | words_of(*BLOCKS, "3", "0.123456789", "9" * 400, "1e999", "nan", "last", ":", ":", ",", ","))
def test_any_text_gives_blocks_that_are_written_and_read_again_or_a_sentence(text):
    blocks = read_or_refused(parse_blocks, text, BlocksError)
    if blocks is not None:
        assert parse_blocks(format_blocks(blocks)) == blocks
