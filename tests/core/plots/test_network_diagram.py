from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from core.plots.network_diagram import MAX_NEURONS, MAX_NUMBERED, RADIUS, Column, Joint, network
from core.plots.palette import COLORS
from core.text.numbers import short

SVG = "{http://www.w3.org/2000/svg}"


def drawn(inputs: int, outputs: int, bias: bool = True, picked=None) -> tuple[nn.Linear, ElementTree.Element]:
    torch.manual_seed(0)  # two weights of nearly the same size would have lines of the same width
    layer = nn.Linear(inputs, outputs, bias)
    x = torch.linspace(-1, 1, inputs)
    y = layer(x).detach().numpy()
    joint = Joint(layer.weight.detach().numpy(), layer.bias.detach().numpy() if bias else None, "fc1")
    columns = [Column("input x", x.numpy(), "[1, 3]"), Column("output y", y, "[1, 2]")]
    return layer, ElementTree.fromstring(network(columns, [joint], "a layer", picked))


def titles(root: ElementTree.Element) -> list[str]:
    return [title.text for title in root.iter(f"{SVG}title")]


def lines_of(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [group.findall(f"{SVG}line")[1] for group in root.findall(f"{SVG}g") if group.find(f"{SVG}line") is not None]


def test_every_weight_is_a_line_that_tells_its_number():
    layer, root = drawn(3, 2)
    for row, column in np.ndindex(2, 3):
        assert f"weight[{row}, {column}] = {layer.weight[row, column].item():.6g}" in titles(root)
    lines = lines_of(root)
    weights = layer.weight.detach().flatten().tolist()
    assert [line.get("stroke") for line in lines] == [COLORS["orange" if w < 0 else "blue"] for w in weights]
    widths = [float(line.get("stroke-width")) for line in lines]
    assert np.argsort(widths).tolist() == np.argsort(np.abs(weights)).tolist()


def test_neurons_tell_their_values_and_biases():
    layer, root = drawn(3, 2)
    value = layer(torch.linspace(-1, 1, 3))[1].item()
    assert f"output y[1] = {value:.6g}, bias[1] = {layer.bias[1].item():.6g}" in titles(root)
    _layer, plain = drawn(3, 2, bias=False)
    assert not any("bias" in title for title in titles(plain))


def test_shapes_and_titles_are_written():
    _layer, root = drawn(3, 2)
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"input x", "output y", "fc1", "[1, 3]", "[1, 2]"} <= set(words)


def test_a_picked_neuron_keeps_its_lines_while_the_others_fade():
    _layer, root = drawn(3, 2, picked=(1, 1))
    opacity = [float(line.get("opacity")) for line in lines_of(root)]
    assert max(opacity[:3]) < min(opacity[3:])


def test_only_neurons_that_compute_can_be_picked():
    _layer, root = drawn(3, 2)
    picks = [group.get("data-pick") for group in root.iter(f"{SVG}g") if group.get("data-pick")]
    assert picks == ["1:0", "1:1"]


@pytest.mark.parametrize("count", [MAX_NEURONS, MAX_NEURONS + 1, 784])
def test_of_many_neurons_the_first_and_the_last_are_drawn(count):
    _layer, root = drawn(count, 1)
    shown = [title.split(" = ")[0] for title in titles(root) if title.startswith("input x")]
    assert len(shown) == MAX_NEURONS - (count > MAX_NEURONS)
    assert shown[-1] == f"input x[{count - 1}]"
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert (f"⋮ {count}" in words) == (count > MAX_NEURONS)
    heights = [float(circle.get("cy")) for circle in root.iter(f"{SVG}circle")]
    assert min(heights) > 40
    assert max(heights) + RADIUS < float(root.get("viewBox").split()[3]) - 28  # where the shapes are written


def numbers_on_lines(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [text for text in root.findall(f"{SVG}text") if text.get("paint-order")]


@pytest.mark.parametrize(
    ("inputs", "outputs"), [(1, 1), (4, 2), (2, 4), (3, 4), (4, 3), (1, 10), (10, 1), (6, 2), (1, 784)]
)
def test_few_lines_have_their_numbers_on_them_and_apart(inputs, outputs):
    layer, root = drawn(inputs, outputs)
    lines, numbers = lines_of(root), numbers_on_lines(root)
    assert len(numbers) == len(lines) <= MAX_NUMBERED
    if outputs <= MAX_NEURONS:
        assert [number.text for number in numbers] == [short(weight) for weight in layer.weight.flatten().tolist()]
    spots = []
    for line, number in zip(lines, numbers, strict=True):
        x1, y1, x2, y2 = (float(line.get(name)) for name in ("x1", "y1", "x2", "y2"))
        x, y = (float(number.get(name)) for name in "xy")
        assert x1 < x < x2
        assert y == pytest.approx(y1 + (x - x1) / (x2 - x1) * (y2 - y1), abs=0.1)
        spots.append((x, y))
    for (x1, y1), (x2, y2) in combinations(spots, 2):
        assert abs(x1 - x2) > 35 or abs(y1 - y2) > 14


def test_many_lines_have_no_numbers():
    _layer, root = drawn(7, 2)
    assert not numbers_on_lines(root)


@pytest.mark.parametrize("place", [0, MAX_NEURONS - 4, MAX_NEURONS - 2, MAX_NEURONS - 1, 300, 782, 783])
def test_the_picked_neuron_is_drawn_even_among_many(place):
    _layer, root = drawn(3, 784, picked=(1, place))
    picks = [group.get("data-pick") for group in root.iter(f"{SVG}g") if group.get("data-pick")]
    assert f"1:{place}" in picks
    assert picks[-1] == "1:783"
    strong = [line for line in lines_of(root) if float(line.get("opacity")) > 0.5]
    assert len(strong) == 3
    heights = [float(circle.get("cy")) for circle in root.iter(f"{SVG}circle")]
    assert max(heights) + RADIUS < float(root.get("viewBox").split()[3]) - 28
    assert len(set(heights)) >= len(picks)
    gaps = [text.text for text in root.iter(f"{SVG}text") if text.text.startswith("⋮")]
    assert len(gaps) == (1 if place < MAX_NEURONS - 2 or place > 781 else 2)


def test_weights_of_zero_can_be_drawn():
    column = Column("x", np.zeros(2))
    ElementTree.fromstring(network([column, column], [Joint(np.zeros((2, 2)))], "nothing"))
