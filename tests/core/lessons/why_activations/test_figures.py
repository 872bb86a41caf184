import json
import xml.etree.ElementTree as ET

import pytest
import torch

from core.activations import ACTIVATIONS
from core.lessons.why_activations.figures import (
    MAX_WITH_NUMBERS,
    NARROW,
    WIDE,
    gradient_chart,
    named,
    stack_picture,
)
from core.lessons.why_activations.stacking import MAX_LAYERS, collapse, compare, linear_layers, stack
from core.plots.palette import series_line, series_name


def parts(depth, width, activation="identity"):
    network = stack(depth, width, activation, 19)
    single = collapse(linear_layers(network))
    inputs = torch.tensor([1.0, -0.5, 2.0][:width])
    return network, single, inputs, compare(network, single, inputs)


def draw(depth, width, room=WIDE, activation="identity", words=""):
    return ET.fromstring(stack_picture(*parts(depth, width, activation), words, room))


def words(svg):
    return [element.text for element in svg.iter() if element.tag.endswith("text")]


def titles(svg):
    return [element.text for element in svg.iter() if element.tag.endswith("title")]


def right_edge(element, x=0.0):
    """The farthest right that any rectangle or line of words begins or ends."""
    shift = element.get("transform", "")
    x += float(shift[10:].split()[0]) if shift else 0.0
    own = x + float(element.get("x", 0)) + float(element.get("width", 0)) if element.tag.endswith("rect") else x
    return max([own, *(right_edge(child, x) for child in element)])


@pytest.mark.parametrize("room", [WIDE, NARROW])
@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("depth", [1, 3, MAX_WITH_NUMBERS, MAX_WITH_NUMBERS + 1, MAX_LAYERS])
def test_every_weight_is_there_and_inside(depth, width, room):
    svg = draw(depth, width, room)
    network, single, _inputs, _comparison = parts(depth, width)
    for number, layer in enumerate(linear_layers(network), start=1):
        for row in range(width):
            for column in range(width):
                assert f"W{number}[{row}, {column}] = {layer.weight[row, column].item():.6g}" in titles(svg)
            assert f"b{number}[{row}, 0] = {layer.bias[row].item():.6g}" in titles(svg)
    assert f"W[0, 0] = {single.weight[0, 0].item():.6g}" in titles(svg)
    assert right_edge(svg) <= room


def test_both_outputs_stand_there_to_the_last_digit():
    *_rest, comparison = parts(20, 3)
    shown = words(draw(20, 3))
    for values in (comparison.stacked, comparison.single):
        assert {f"{number:.9f}".replace("-", "−") for number in values.tolist()} <= set(shown)
    assert "= One layer: their product" in shown


def test_with_an_activation_it_is_named_between_the_layers_and_not_equal():
    shown = words(draw(4, 2, activation="tanh", words="Tanh"))
    assert shown.count("Tanh") == 3
    assert "≠ One layer: their product" in shown


def test_words_are_escaped():
    assert "<b>" in words(draw(2, 2, activation="relu", words="<b>"))


def test_it_says_its_numbers_to_those_who_cannot_see_it():
    *_rest, comparison = parts(3, 2)
    assert f"{comparison.stacked[0]:.6g}" in draw(3, 2).get("aria-label")


def test_pictures_stay_small():
    assert len(stack_picture(*parts(MAX_LAYERS, 3), "", WIDE)) < 100_000


SIZES = {"relu": (1e-9, 2e-5, 0.3), "tanh": (0.0, 1e-4, 0.2)}


def test_every_size_that_has_a_place_on_the_axis_is_drawn():
    rows = gradient_chart(SIZES)["data"]["values"]
    assert [(row["of"], row["layer"], row["size"]) for row in rows] == [
        ("ReLU", 1, 1e-9),
        ("ReLU", 2, 2e-5),
        ("ReLU", 3, 0.3),
        ("Tanh", 2, 1e-4),
        ("Tanh", 3, 0.2),
    ]


def test_only_the_data_change_of_the_gradients_else_the_chart_blinks():
    charts = [gradient_chart(SIZES), gradient_chart({"elu": (0.5,)})]
    assert charts[0].pop("data") != charts[1].pop("data")
    assert charts[0] == charts[1]
    json.dumps(charts, allow_nan=False)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_a_line_has_the_colour_and_the_dash_of_its_name(key):
    encoding = gradient_chart({key: (0.5,)})["encoding"]
    place = list(ACTIVATIONS).index(key)
    assert encoding["color"]["scale"]["domain"][place] == ACTIVATIONS[key].label
    assert encoding["color"]["scale"]["range"][place] == series_line(place)["color"]
    assert named(key).startswith(f":{series_name(place)}[")
    assert named(key).endswith(ACTIVATIONS[key].label)


def test_no_two_lines_look_alike():
    encoding = gradient_chart(SIZES)["encoding"]
    looks = zip(encoding["color"]["scale"]["range"], map(tuple, encoding["strokeDash"]["scale"]["range"]), strict=True)
    assert len(set(looks)) == len(ACTIVATIONS) == len({named(key) for key in ACTIVATIONS})
