import contextlib
import io
import math
from dataclasses import replace
from itertools import product

import pytest
import torch
from torch import nn

from core.datasets import load
from core.lessons.convolution.convolution import (
    KERNELS,
    MAX_PADDING,
    MAX_STRIDE,
    MAX_WEIGHT,
    POOLINGS,
    SIZES,
    KernelError,
    Layer,
    close_up,
    convolve,
    explain_size,
    kernel_from_rows,
    notice,
    output_side,
    pick_example,
    snippet,
    strongest,
)
from core.pretrained import load as load_checkpoint

EDGE = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
LAYERS = [
    Layer(stride, padding, bias, relu, pooling)
    for stride, padding, (bias, relu), pooling in product(
        range(1, MAX_STRIDE + 1), range(MAX_PADDING + 1), ((0.0, False), (-0.5, True)), POOLINGS
    )
]


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def step(height: int = 6, width: int = 6) -> torch.Tensor:
    """A picture whose left half is dark and whose right half is bright."""
    picture = torch.zeros(height, width)
    picture[:, width // 2 :] = 1
    return picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_every_sum_is_its_window_times_the_kernel(layer, size):
    picture, kernel = random(11, 13), random(size, size, seed=1) - 0.5
    maps = convolve(picture, kernel, layer)
    module = nn.Conv2d(1, 1, size, layer.stride, layer.padding)
    with torch.no_grad():
        module.weight[:] = kernel
        module.bias[:] = layer.bias
        assert maps.sums.equal(module(picture[None, None])[0, 0])
    assert maps.sums.shape == tuple(output_side(side, size, layer.stride, layer.padding) for side in picture.shape)
    for row, column in product(*map(range, maps.sums.shape)):
        close = close_up(maps, kernel, layer.stride, row, column)
        assert close.total + layer.bias == pytest.approx(maps.sums[row, column].item(), abs=1e-5)
        assert close.products.equal(close.window * kernel)
    assert maps.output.equal(maps.sums.clamp(min=0) if layer.relu else maps.sums)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_pooling_takes_each_square_of_the_output(layer):
    maps = convolve(random(10, 12), EDGE, layer)
    side = POOLINGS[layer.pooling].side
    if side == 1:
        assert maps.pooled is None
        return
    for row, column in product(*map(range, maps.pooled.shape)):
        square = maps.output[row * side : (row + 1) * side, column * side : (column + 1) * side]
        expected = {"max": square.max(), "average": square.mean()}[layer.pooling]
        assert maps.pooled[row, column].item() == pytest.approx(expected.item(), abs=1e-6)
    assert maps.pooled.shape == tuple(number // side for number in maps.output.shape)


def test_a_step_by_hand():
    maps = convolve(step(), EDGE, Layer())
    assert maps.output.tolist() == [[0, 3, 3, 0]] * 4
    assert strongest(maps.output) == (0, 1)
    close = close_up(maps, EDGE, 1, 0, 1)
    assert close.window.tolist() == [[0, 0, 1]] * 3
    assert close.products.tolist() == [[0, 0, 1]] * 3
    assert close.total == 3
    assert convolve(step(), EDGE, Layer(padding=1)).output.tolist() == [
        [0, 0, 2, 2, 0, -2],
        *[[0, 0, 3, 3, 0, -3]] * 4,
        [0, 0, 2, 2, 0, -2],
    ]


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "padding", "expected"),
    [(28, 3, 1, 0, 26), (28, 3, 2, 1, 14), (28, 5, 1, 2, 28), (28, 5, 3, 0, 8), (3, 3, 1, 0, 1)],
)
def test_output_side_by_hand(side, kernel, stride, padding, expected):
    assert output_side(side, kernel, stride, padding) == expected


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_of_the_menu_can_be_used(name):
    kernel = KERNELS[name]
    assert kernel.label
    assert kernel.note.endswith(".")
    if kernel.filters is not None:
        filters = kernel.filters()
        assert filters.dtype == torch.float32
        assert not filters.requires_grad
        assert filters.shape[1] == filters.shape[2]
        assert filters.shape[1] in SIZES
        for weights in filters:  # so that each can be edited
            assert kernel_from_rows(weights.tolist()).equal(weights)


def test_the_kernels_do_what_their_notes_say():
    picture = random(7, 7)

    def output(name: str, picture: torch.Tensor = picture) -> torch.Tensor:
        return convolve(picture, KERNELS[name].filters()[0], Layer()).output

    same = torch.full((7, 7), 0.4)
    for name in ("vertical", "horizontal", "outline"):
        assert output(name, same).abs().max() < 1e-6
    for name in ("blur", "sharpen", "identity"):
        assert (output(name, same) - 0.4).abs().max() < 1e-6
    inside = picture[1:-1, 1:-1]
    neighbours = picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]
    assert output("identity").equal(inside)
    assert torch.allclose(output("blur"), picture.unfold(0, 3, 1).unfold(1, 3, 1).mean((2, 3)))
    assert torch.allclose(output("sharpen"), inside + (4 * inside - neighbours), atol=1e-5)
    assert torch.allclose(output("horizontal"), output("vertical", picture.T).T, atol=1e-6)
    assert output("vertical", step()).max() == 3
    assert output("vertical", step().flip(1)).min() == -3


def test_the_trained_filters_are_the_networks_own():
    network = load_checkpoint("cnn").network
    first = network.layers[0]
    assert isinstance(first, nn.Conv2d)
    picture = random(28, 28)
    with torch.no_grad():
        maps = first(picture[None, None])[0]
    for number, kernel in enumerate(KERNELS["trained"].filters()):
        layer = Layer(stride=first.stride[0], padding=first.padding[0])
        assert torch.allclose(convolve(picture, kernel, layer).output, maps[number], atol=1e-5)


@pytest.mark.parametrize("number", [None, math.nan, math.inf, -math.inf, 1e30, MAX_WEIGHT + 0.1])
def test_numbers_that_are_no_kernel_are_named(number):
    rows = [[0.0, 1.0, 0.0], [0.0, 1.0, number], [0.0, 1.0, 0.0]]
    with pytest.raises(KernelError, match="Row 1, column 2 of the kernel needs a number from −10 to 10"):
        kernel_from_rows(rows)


def test_rows_of_numbers_are_a_kernel():
    assert kernel_from_rows([[1, 2.5], [-MAX_WEIGHT, 0]]).tolist() == [[1, 2.5], [-10, 0]]


def test_pick_example():
    data = load("digits")
    for label in range(10):
        pictures = [pick_example(data, label, number) for number in (0, 1, 99)]  # the page offers a hundred
        for picture in pictures:
            assert picture.shape == (28, 28)
            assert 0 <= picture.min() < picture.max() <= 1
        assert not pictures[0].equal(pictures[1])
    threes = data.train.inputs[data.train.targets == 3]
    assert pick_example(data, 3, 4).equal(threes[4, 0] / 255)


def test_the_notice_gives_the_strongest():
    maps = convolve(step(), EDGE, Layer(bias=0.25))
    assert notice(maps, EDGE, 1) == (
        "The strongest of all 16 answers is **3.25**, at row 0, column 1: there the pixels under positive weights add "
        "up to 3.00, those under negative ones to 0.00. The bias adds +0.25 everywhere."
    )
    maps = convolve(step().flip(1), EDGE, Layer(stride=2))
    words = notice(maps, EDGE, 2)
    assert words.startswith("The strongest of all 4 answers is **−3.00**, at row 0, column 1:")
    assert words.endswith("positive weights add up to 0.00, those under negative ones to 3.00.")


def test_the_notice_where_nothing_is_found():
    maps = convolve(step(), torch.zeros(3, 3), Layer(bias=-0.001))
    assert notice(maps, torch.zeros(3, 3), 1) == (
        "All 16 answers are **0.00**: to this kernel every place of the image looks the same."
    )


def test_what_relu_has_cut_off_does_not_look_the_same_to_the_kernel():
    words = notice(convolve(step(), EDGE, Layer(bias=-4.0, relu=True)), EDGE, 1)
    assert words.startswith("ReLU makes all 16 answers **0.00**: no sum is above 0, and the one farthest from 0 is **−")
    assert "looks the same" not in words


def test_the_size_is_written_out():
    layer = Layer(stride=2, padding=1)
    words = explain_size(28, 3, layer, convolve(random(28, 28), EDGE, layer))
    assert r"\frac{28 + 2\cdot 1 - 3}{2}" in words
    assert r"+ 1 = 14$: 28 × 28 = 784 pixels become 14 × 14 = 196 numbers." in words
    layer = replace(layer, pooling="max")
    assert explain_size(28, 3, layer, convolve(random(28, 28), EDGE, layer)).endswith("Pooling leaves 7 × 7 = 49.")


@pytest.mark.parametrize(
    ("name", "number", "layer"),
    [
        ("vertical", 0, Layer()),
        ("blur", 0, Layer(stride=2, padding=1, bias=-0.3)),
        ("trained", 5, Layer(relu=True, pooling="max")),
        ("trained", 23, Layer(3, 2, 0.7, True, "average")),
    ],
)
def test_the_snippet_gives_the_maps_of_the_page(name, number, layer):
    kernel = KERNELS[name].filters()[number]
    maps = convolve(pick_example(load("digits"), 7, 2), kernel, layer)
    end = maps.output if maps.pooled is None else maps.pooled
    names: dict = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(pick_example(load("digits"), 7, 2), kernel, layer), names)
    assert names["kernel"].equal(kernel)
    assert names["output"].shape == (1, 1, *end.shape)
    assert names["output"][0, 0].equal(end)
    assert printed.getvalue() == f"{[1, 1, *end.shape]} {end.abs().max().item()}\n"
