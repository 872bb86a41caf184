import re
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from core.datasets import load
from core.lessons.convolution.convolution import (
    KERNELS,
    MAX_PADDING,
    MAX_STRIDE,
    POOLINGS,
    Layer,
    close_up,
    convolve,
    pick_example,
    strongest,
)
from core.lessons.convolution.figures import PHONE, TILES, filters_drawing, maps_drawing, numbers_drawing
from core.plots.palette import COLORS
from core.text.numbers import short

SVG = "{http://www.w3.org/2000/svg}"
SMALL = 60_000  # bytes; a drawing is sent three times a second while it is played
EDGE = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
LAYERS = [
    Layer(stride, padding, bias, relu, pooling)
    for stride, padding, (bias, relu), pooling in product(
        (1, MAX_STRIDE), (0, MAX_PADDING), ((0.0, False), (0.5, True)), POOLINGS
    )
]


def digit() -> torch.Tensor:
    return pick_example(load("digits"), 3, 0)


def numbers(layer: Layer, row: int, column: int, kernel: torch.Tensor = EDGE, narrow: bool = False) -> str:
    maps = convolve(digit(), kernel, layer)
    close = close_up(maps, kernel, layer.stride, row, column)
    return numbers_drawing(close, kernel.numpy(), maps, layer, row, column, narrow)


def words(svg: str) -> list[str]:
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def box(svg: str) -> tuple[float, float]:
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    return float(width), float(height)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_the_drawings_are_sound_and_small_at_every_corner(layer, narrow):
    for name in ("vertical", "trained"):
        kernel = KERNELS[name].filters()[0]
        maps = convolve(digit(), kernel, layer)
        rows, columns = maps.output.shape
        for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1)):
            for svg in (
                maps_drawing(maps, len(kernel), layer, row, column, narrow),
                numbers(layer, row, column, kernel, narrow),
            ):
                ElementTree.fromstring(svg)
                assert len(svg) < SMALL
                assert not re.search(r"\bnan\b", svg)
                assert box(svg)[0] <= (PHONE + 2 if narrow else 800)


def test_every_number_of_the_output_can_be_picked_and_has_its_colour():
    maps = convolve(digit(), EDGE, Layer(stride=2))
    root = ElementTree.fromstring(maps_drawing(maps, 3, Layer(stride=2), 12, 12))
    seen = {}
    for group in root.iter(f"{SVG}g"):
        for path in group.findall(f"{SVG}path"):
            if "data-pick" in path.attrib:
                row, column = map(int, path.get("data-pick").split(":"))
                assert path.get("d") == f"M{column} {row}h1v1h-1z"
                seen[row, column] = group.get("fill"), float(group.get("fill-opacity"))
    output = maps.output
    assert set(seen) == set(product(range(13), range(13)))
    for (row, column), (color, opacity) in seen.items():
        number = output[row, column].item()
        assert color == COLORS["orange" if number < 0 else "blue"]
        assert opacity == pytest.approx(abs(number) / output.abs().max().item(), abs=0.03)


def test_what_is_still_to_come_is_faint():
    maps = convolve(torch.ones(6, 6), torch.ones(3, 3), Layer())
    svg = maps_drawing(maps, 3, Layer(), 1, 2)
    strong, faint = re.findall(r'<g fill="[^"]+" fill-opacity="([\d.]+)">(.*?)</g>', svg)
    assert (float(strong[0]), float(faint[0])) == (1.0, pytest.approx(0.3, abs=0.03))
    assert re.findall(r'data-pick="(.*?)"', strong[1]) == ["0:0", "0:1", "0:2", "0:3", "1:0", "1:1", "1:2"]
    assert faint[1].count("data-pick") == 9


def test_the_frames_lie_on_the_window_and_on_its_answer():
    layer = Layer(stride=3, padding=2, pooling="max")
    root = ElementTree.fromstring(maps_drawing(convolve(digit(), EDGE, layer), 3, layer, 4, 7))
    moves = [
        tuple(map(float, re.findall(r"[-\d.]+", group.get("transform"))))
        for group in root.iter(f"{SVG}g")
        if "scale" in group.get("transform", "")
    ]
    (x1, y1, pixel), (x2, y2, _scale), (x3, y3, _scale) = moves
    frames = [
        tuple(float(shape.get(name)) for name in ("x", "y", "width"))
        for color in ("green", "violet")
        for shape in root.findall(f"{SVG}rect[@stroke='{COLORS[color]}']")
    ]
    assert frames == [
        pytest.approx((x1 + 21 * pixel, y1 + 12 * pixel, 3 * pixel)),
        pytest.approx((x2 + 7 * pixel, y2 + 4 * pixel, pixel)),
        pytest.approx((x2 + 6 * pixel, y2 + 4 * pixel, 2 * pixel)),
        pytest.approx((x3 + 3 * pixel, y3 + 2 * pixel, pixel)),
    ]


def test_the_titles_give_the_shapes():
    layer = Layer(stride=2, padding=1, pooling="max")
    assert words(maps_drawing(convolve(digit(), EDGE, layer), 3, layer, 0, 0)) == [
        "input 28 × 28",
        "output 14 × 14",
        "pooled 7 × 7",
    ]


def test_nothing_moves_when_stride_and_padding_change():
    boxes = {
        box(maps_drawing(convolve(digit(), EDGE, Layer(stride, padding)), 3, Layer(stride, padding), 0, 0))
        for stride, padding in product((1, 2, 3), (0, 1, 2))
    }
    assert len(boxes) == 1


def test_window_kernel_products_and_sums_are_written_in_this_order():
    maps = convolve(digit(), EDGE, Layer())
    row, column = strongest(maps.output)
    close = close_up(maps, EDGE, 1, row, column)
    found = [text for text in words(numbers(Layer(), row, column)) if re.fullmatch(r"−?[\d.]+", text)]
    expected = [*close.window.flatten(), *EDGE.flatten(), *(close.products.flatten() + 0), *close.products.sum(1)]
    assert found == [short(number.item()) for number in expected]
    assert words(numbers(Layer(), row, column))[-1].endswith(f" = {short(maps.output[row, column].item())}")


def test_bias_relu_and_pooling_are_written_below():
    layer = Layer(bias=-2.0, relu=True, pooling="average")
    maps = convolve(digit(), EDGE, layer)
    texts = words(numbers(layer, 12, 9))
    assert f"with the bias −2.00: {short(maps.sums[12, 9].item())}" in texts
    assert f"after ReLU: {short(maps.output[12, 9].item())}" in texts
    place = texts.index("Average 2×2")
    square = maps.output[12:14, 8:10].flatten()
    assert texts[place + 1 : place + 5] == [short(number.item()) for number in square]
    assert texts[-1] == short(maps.pooled[6, 4].item())


def test_a_place_that_pooling_leaves_over_is_said():
    layer = Layer(stride=2, pooling="max")  # 13 rows
    assert words(numbers(layer, 12, 0))[-1] == "Left over at the edge: pooling takes whole squares."
    assert words(numbers(layer, 11, 0))[-1] != "Left over at the edge: pooling takes whole squares."


def test_a_product_with_zero_has_no_sign():
    kernel = torch.full((3, 3), -1.0)
    svg = numbers(Layer(), 0, 0, kernel)  # a black corner
    assert "−0.00" not in svg
    assert words(svg)[-1] == "0.00 + 0.00 + 0.00 = 0.00"


def test_filters_can_be_picked_and_the_chosen_one_is_framed():
    filters = KERNELS["trained"].filters().numpy()
    svg = filters_drawing(filters, 7)
    assert len(svg) < SMALL
    groups = [group for group in ElementTree.fromstring(svg).iter(f"{SVG}g") if "data-pick" in group.attrib]
    assert [group.get("data-pick") for group in groups] == [str(number) for number in range(len(filters))]
    framed = [group.get("data-pick") for group in groups if group.find(f"{SVG}rect[@stroke]") is not None]
    assert framed == ["7"]
    assert box(filters_drawing(filters[: TILES + 1], 0))[1] == 2 * box(filters_drawing(filters[:TILES], 0))[1]


def test_filters_of_zeros():
    ElementTree.fromstring(filters_drawing(np.zeros((1, 3, 3)), 0))
