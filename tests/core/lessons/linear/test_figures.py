import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from core.lessons.linear.figures import MAX_PIXELS, SHADES, batch_matrices, joined_layers, layer_matrices

SVG = "{http://www.w3.org/2000/svg}"
X = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -0.5]])
WEIGHT = np.array([[0.25, -0.75, 1.5], [-1.25, 2.0, 0.5]])
BIAS = np.array([0.1, -0.2])
Y = X @ WEIGHT.T + BIAS


def cell_groups(drawing: str) -> list[ElementTree.Element]:
    return [part for part in ElementTree.fromstring(drawing).iter(f"{SVG}g") if part.get("data-pick")]


def picks(drawing: str) -> dict[str, str]:
    """Return the number written in each cell, by what a click on it picks."""
    return {part.get("data-pick"): part.findtext(f"{SVG}text") for part in cell_groups(drawing)}


def framed(drawing: str) -> set[str]:
    return {part.get("data-pick") for part in cell_groups(drawing) if len(part.findall(f"{SVG}rect")) > 1}


def words(drawing: str) -> list[str]:
    return [part.text for part in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def heat_maps(drawing: str) -> list[np.ndarray]:
    """Return each heat map's colours, shape (height, width, 4)."""
    return [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(part.get("href").split(",")[1]))).convert("RGBA"))
        for part in ElementTree.fromstring(drawing).iter(f"{SVG}image")
    ]


def test_weight_and_bias_with_their_shapes_and_numbers():
    drawing = layer_matrices(WEIGHT, BIAS, 1)
    assert {"weight [2, 3]", "bias [2]"} <= set(words(drawing))
    cells = picks(drawing)
    assert len(cells) == 8
    assert cells["weight:1:0"] == "−1.25"
    assert cells["bias:1:0"] == "−0.20"
    assert framed(drawing) == {"weight:1:0", "weight:1:1", "weight:1:2", "bias:1:0"}


def test_a_bias_has_no_columns_to_count_and_stands_level_with_the_weights():
    drawing = layer_matrices(WEIGHT, BIAS, 1)
    numbers = [word for word in words(drawing) if word and word.isdecimal()]
    assert sorted(numbers) == ["0", "0", "0", "1", "1", "1", "2"]  # rows of both, columns of the weights
    heights = {part.get("data-pick"): part.find(f"{SVG}rect").get("y") for part in cell_groups(drawing)}
    assert heights["weight:1:0"] == heights["bias:1:0"]


def test_without_a_bias():
    assert not any(word.startswith("bias") for word in words(layer_matrices(WEIGHT, None, 0)))


def test_a_batch_marks_what_makes_one_number():
    drawing = batch_matrices(X, WEIGHT, BIAS, Y, 1, 0)
    assert {"x [2, 3]", "y [2, 2]", "weight [2, 3]", "bias [2]"} <= set(words(drawing))
    x = {f"x:1:{place}" for place in range(3)}
    weights = {f"weight:0:{place}" for place in range(3)}
    assert framed(drawing) == x | weights | {"y:1:0", "bias:0:0"}
    assert not heat_maps(drawing)


def test_a_large_matrix_is_a_heat_map_of_limited_size():
    weight = np.linspace(-1, 1, 512 * 784).reshape(512, 784)
    drawing = layer_matrices(weight, np.ones(512), 511)
    assert {"weight [512, 784]", "all of [512, 784]", "…"} <= set(words(drawing))
    weights, biases = heat_maps(drawing)
    assert max(weights.shape) <= MAX_PIXELS
    assert biases.shape[1] == 1
    red, _green, blue, opacity = weights[0, 0]
    assert red > blue  # orange: the least of all
    assert opacity == 255
    assert weights[-1, -1, 2] > weights[-1, -1, 0]
    assert np.unique(weights[..., 3]).size == SHADES + 1


@pytest.mark.parametrize("inputs", [1, 784])
@pytest.mark.parametrize("outputs", [1, 512])
@pytest.mark.parametrize("batch", [1, 200])
def test_no_drawing_is_large(inputs, outputs, batch):
    numbers = np.random.default_rng(0)
    x, weight, bias, y = (
        numbers.normal(size=size) for size in ((batch, inputs), (outputs, inputs), outputs, (batch, outputs))
    )
    drawing = batch_matrices(x, weight, bias, y, batch - 1, outputs - 1)
    assert {f"x [{batch}, {inputs}]", f"y [{batch}, {outputs}]"} <= set(words(drawing))
    assert len(drawing) < 150_000


def test_zeros_only():
    drawing = layer_matrices(np.zeros((20, 20)), np.zeros(20), 0)
    assert (heat_maps(drawing)[0][..., 3] == 0).all()


def test_shapes_that_join():
    drawing = joined_layers([(10, 5), (5, 2)], 3)
    written = words(drawing)
    assert [word for word in written if word in ("[3, 10]", "[3, 5]", "[3, 2]")] == ["[3, 10]", "[3, 5]", "[3, 2]"]
    assert {"nn.Linear(10, 5)", "weight [5, 10]", "nn.Linear(5, 2)", "weight [2, 5]"} <= set(written)
    assert ElementTree.fromstring(drawing).get("aria-label") == "The shapes of the layers join."
    assert "<line" not in drawing


def test_shapes_that_do_not_join_are_crossed_out_and_nothing_follows():
    drawing = joined_layers([(10, 5), (4, 2)], 3)
    assert "takes [3, 4]" in words(drawing)
    assert "[3, 2]" not in words(drawing)
    assert drawing.count("<line") == 2
    assert ElementTree.fromstring(drawing).get("aria-label") == "The shapes of the layers do not join."
