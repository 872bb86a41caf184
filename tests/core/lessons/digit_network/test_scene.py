import json

import numpy as np
import pytest
import torch

from core.datasets import load
from core.inference import Classifier
from core.lessons.digit_network.network import HIDDEN, NEURONS, flow, linear_layers, untrained
from core.lessons.digit_network.scene import (
    BRIGHT,
    LEVELS,
    SHADES,
    TOP,
    all_weights,
    batch_scene,
    flow_scene,
    largest_products,
    two_in_a_byte,
    weight_colors,
)
from core.plots.packing import pack
from core.pretrained import pretrained_classifier

DATA = load("digits")
OWN = Classifier(untrained("digits"), DATA.mean, DATA.std, DATA.classes)


def four_bits(packed: np.ndarray) -> np.ndarray:
    return np.stack([packed & 15, packed >> 4], axis=-1).reshape(len(packed), -1)


@pytest.mark.parametrize("classifier", [OWN, pretrained_classifier("mlp")], ids=["untrained", "shipped"])
def test_every_sum_is_made_of_what_is_written_out(classifier):
    image = DATA.test.inputs[3]
    made, scene = flow(classifier, image[None]), flow_scene(classifier, image, 3, 0, "a")
    for name, layer, inputs, sums in zip(
        ("hidden", "output"),
        linear_layers(classifier.network),
        (made.inputs[0], made.hidden[0]),
        (made.sums[0], made.outputs[0]),
        strict=True,
    ):
        places, weights = scene[f"{name}_places"], scene[f"{name}_weights"]
        assert weights.equal(layer.weight.gather(1, places))
        products = (layer.weight * inputs).abs()
        rest = products.scatter(1, places, 0).amax(dim=1)  # no other product is larger
        assert (products.gather(1, places).amin(dim=1) >= rest).all()
        assert scene[f"{name}_bias"].equal(layer.bias)
        torch.testing.assert_close((layer.weight * inputs).sum(dim=1) + layer.bias, sums)
    assert scene["sums"].equal(made.sums[0])
    assert scene["outputs"].equal(made.outputs[0])


def test_two_numbers_lie_in_a_byte():
    levels = torch.arange(16).repeat(2, 1)
    assert four_bits(two_in_a_byte(levels)).tolist() == levels.tolist()


def test_the_color_of_a_weight_is_its_share_of_the_largest_in_its_row():
    weight = torch.randn(4, 10, generator=torch.Generator().manual_seed(0))
    weight[3] = 0
    levels = four_bits(weight_colors(weight)).astype(int) - LEVELS - 1
    assert np.abs(levels).max() == LEVELS
    shares = weight / weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-9)
    assert np.abs(levels / LEVELS - shares.numpy()).max() <= 0.5 / LEVELS + 1e-6
    assert not levels[3].any()


@pytest.mark.parametrize("chosen", [0, HIDDEN - 1, HIDDEN, NEURONS - 1])
def test_the_chosen_neuron_has_its_own_weights(chosen):
    colors = all_weights(OWN.network)
    expected = colors["hidden"][chosen] if chosen < HIDDEN else colors["output"][chosen - HIDDEN]
    assert (flow_scene(OWN, DATA.test.inputs[0], 3, chosen, "a")["chosen_image"] == expected).all()


def bytes_of(scene: dict) -> int:
    arrays = {name: np.asarray(value) for name, value in scene.items() if isinstance(value, np.ndarray | torch.Tensor)}
    arrays = {name: array.astype(np.int32) if array.dtype == np.int64 else array for name, array in arrays.items()}
    return len(pack({name: value for name, value in scene.items() if name not in arrays}, arrays))


def test_a_first_visit_is_sent_little():
    made = flow(OWN, DATA.test.inputs[:200])
    assert bytes_of(flow_scene(OWN, DATA.test.inputs[0], 3, 0, "a")) < 30_000
    assert bytes_of(all_weights(OWN.network)) < 210_000
    assert bytes_of(batch_scene(made, DATA.test.targets[:200])) < 150_000


@pytest.mark.parametrize("count", [1, 2, 200])
def test_a_batch_has_a_row_for_each_image(count):
    made, targets = flow(OWN, DATA.test.inputs[:count]), DATA.test.targets[:count]
    scene = batch_scene(made, targets)
    assert scene["shapes"] == [f"({count}, {size})" for size in (784, 512, 10)]
    assert scene["outputs"].equal(made.outputs)
    assert scene["answers"].equal(made.outputs.argmax(dim=1))
    shown = four_bits(scene["images"]) / SHADES * 255
    assert np.abs(shown - DATA.test.inputs[:count].flatten(1).numpy()).max() <= 0.5 / SHADES * 255 + 1
    bright = made.hidden.quantile(BRIGHT).item()
    hidden = four_bits(scene["hidden"]) / SHADES * bright
    assert np.abs(hidden - made.hidden.clamp(max=bright).numpy()).max() <= 0.51 / SHADES * bright


def test_a_network_that_says_nothing_still_has_a_scale():
    network = untrained("digits")
    silent = type(network)([784, 512, 10])
    for parameter in silent.parameters():
        torch.nn.init.zeros_(parameter)
    classifier = Classifier(silent.eval(), DATA.mean, DATA.std, DATA.classes)
    scene = flow_scene(classifier, DATA.test.inputs[0], 3, 0, "a")
    assert scene["largest"] == 1.0
    assert json.dumps(scene["says"])
    places, weights = largest_products(silent.layers[1], torch.ones(784))
    assert places.shape == weights.shape == (512, TOP)
    batch = batch_scene(flow(classifier, DATA.test.inputs[:2]), DATA.test.targets[:2])
    assert not batch["hidden"].any()
