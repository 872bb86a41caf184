import pytest
import torch
from torch import nn

from core.blocks import BLOCKS, parse_blocks
from core.blocks.network import build, trace
from core.blocks.registry import BlocksError
from core.lessons.build.examples import EXAMPLES
from core.models import Net
from core.seeding import SeededDropout

IMAGE, SEQUENCE, VECTOR = (1, 28, 28), (20, 3), (4,)
LONG = (
    "conv:4:5:2:1,batchnorm,leaky_relu:0.2,maxpool:2,lstm:8:all,batchnorm,dropout,linear:6,lstm:5,elu,linear:10,softmax"
)


def test_the_courses_net_has_the_courses_sizes():
    rows = trace(parse_blocks(EXAMPLES["course"].text), IMAGE)
    assert [row.after for row in rows] == [(784,), (512,), (512,), (10,)]
    assert [row.parameters for row in rows] == [0, 784 * 512 + 512, 0, 512 * 10 + 10]
    network = build(parse_blocks(EXAMPLES["course"].text), IMAGE)
    shapes = [list(parameter.shape) for parameter in network.parameters()]
    assert shapes == [list(parameter.shape) for parameter in Net([784, 512, 10], nn.ReLU, 0.0).parameters()]


@pytest.mark.parametrize(
    ("text", "shape"), [(LONG, IMAGE), ("lstm:8:all,linear:3,flatten", SEQUENCE), ("linear", VECTOR)]
)
def test_the_trace_says_what_the_network_does(text, shape):
    blocks = parse_blocks(text)
    rows = trace(blocks, shape)
    network = build(blocks, shape)
    assert isinstance(network.layers, nn.Sequential)
    assert len(network.layers) == len(blocks)
    x = torch.rand(3, *shape)
    for layer, row in zip(network.layers, rows, strict=True):
        assert tuple(x.shape[1:]) == row.before
        x = layer(x)
        assert tuple(x.shape[1:]) == row.after
        assert sum(parameter.numel() for parameter in layer.parameters()) == row.parameters


@pytest.mark.parametrize("key", BLOCKS)
@pytest.mark.parametrize("shape", [IMAGE, SEQUENCE, VECTOR])
def test_every_block_reads_each_input_or_says_why_not(key, shape):
    (row,) = trace(parse_blocks(key), shape)
    if row.error:
        assert row.after is None
        assert row.mend.endswith((".", ":"))
        assert "{" not in row.mend
        with pytest.raises(BlocksError, match=r"^Block 1, "):
            build(parse_blocks(key), shape)
    else:
        assert tuple(build(parse_blocks(key), shape)(torch.rand(5, *shape)).shape[1:]) == row.after


@pytest.mark.parametrize("batch", [1, 2, 64, 1000])
def test_a_forgotten_flatten_is_said_in_pytorchs_words_at_its_block(batch):
    blocks = parse_blocks("relu,linear:512,linear:10")
    rows = trace(blocks, IMAGE, batch)
    with pytest.raises(RuntimeError) as error:
        nn.Linear(784, 512)(torch.rand(batch, 1, 28, 28))
    assert f"{28 * batch}x28" in str(error.value)
    assert rows[1].error == str(error.value)
    assert "put Flatten before it, which makes 784" in rows[1].mend
    assert (rows[0].error, rows[2].before, rows[2].error) == ("", None, "")
    with pytest.raises(BlocksError, match=r"^Block 2, Linear 512"):
        build(blocks, IMAGE)


@pytest.mark.parametrize("text", ["maxpool:7,conv:8:11", "maxpool:7,maxpool:7"])
def test_a_picture_that_is_too_small_is_named(text):
    row = trace(parse_blocks(text), IMAGE)[1]
    assert "4×4" in row.mend
    assert row.error


def test_the_error_of_a_batch_too_large_to_repeat_tells_its_shape():
    (row,) = trace(parse_blocks("linear:1000000"), IMAGE, 1000)
    assert "28000, 28" in row.error


def test_huge_layers_take_no_memory_to_trace():
    rows = trace(parse_blocks("flatten,linear:1000000,linear:1000000"), IMAGE)
    assert rows[2].parameters == 10**12 + 10**6


def test_what_is_kept_and_used():
    rows = trace(parse_blocks("conv:4:3,flatten,dropout,linear:10"), IMAGE)
    assert [row.kept for row in rows] == [4 * 26 * 26, 0, 4 * 26 * 26, 10]
    assert [row.uses for row in rows] == [(4 * 9 + 4) * 26 * 26, 0, 0, 4 * 26 * 26 * 10 + 10]


def test_dropout_is_the_seeded_one():
    assert [type(layer) for layer in build(parse_blocks("dropout:0.5"), VECTOR).layers] == [SeededDropout]
