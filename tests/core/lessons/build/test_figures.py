import xml.etree.ElementTree as ET

import pytest

from core.blocks import BLOCKS, parse_blocks
from core.blocks.network import trace
from core.lessons.build.figures import CELL, size, stack

IMAGE = (1, 28, 28)


def words(text, shape=IMAGE, in_a_line=8):
    blocks = parse_blocks(text)
    svg = ET.fromstring(stack(blocks, trace(blocks, shape), shape, in_a_line))
    return svg, [part.text for part in svg.iter() if part.tag.endswith("}text") and part.text]


def test_shows_every_block_with_its_shape_and_parameters():
    svg, shown = words("flatten,linear:512,relu,linear:10")
    linear = ["Linear 512", "401,920", "512", "ReLU", "512", "Linear 10", "5,130", "10"]
    assert shown == ["Input", "1×28×28", "Flatten", "784", *linear]
    assert svg.get("aria-label") == "The network: 1×28×28 → Flatten 784 → Linear 512 512 → ReLU 512 → Linear 10 10"


def test_crosses_out_the_block_with_the_error():
    _svg, shown = words("linear:512,relu")
    assert shown == ["Input", "1×28×28", "Linear 512", "?", "✕", "ReLU", "?"]


def test_wraps_so_that_it_fits_a_phone():
    text = ",".join(["relu"] * 7)
    assert float(words(text, in_a_line=3)[0].get("viewBox").split()[2]) == 3 * CELL
    assert float(words(text, in_a_line=8)[0].get("viewBox").split()[2]) == 8 * CELL


@pytest.mark.parametrize("shape", [IMAGE, (20, 3), (4,), (1,), (1, 1), (1000,)])
@pytest.mark.parametrize("key", BLOCKS)
def test_every_block_can_be_drawn_behind_every_input(key, shape):
    assert words(key, shape)[1][1] == size(shape)


def test_an_empty_stack_is_its_input():
    assert words("")[1] == ["Input", "1×28×28"]
