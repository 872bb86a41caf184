from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.config import TrainConfig
from core.datasets import Split, load
from core.inference import softmax
from core.lessons.train.progress import (
    EXAMPLES,
    SHARE,
    TILES,
    Progress,
    choose_examples,
    describe_answers,
    describe_tiles,
    first_layer_images,
    look_at,
)
from core.models import build_network

SHAPE = (1, 28, 28)
NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def data():
    return load("digits")


class Network(nn.Module):
    """Gives every image the class of the first pixel that is set."""

    def forward(self, inputs):
        return inputs.flatten(1)[:, :10]


def of(labels):
    """Test images of these classes; the first pixel of each is its place."""
    inputs = torch.zeros(len(labels), *SHAPE, dtype=torch.uint8)
    inputs[:, 0, 0, 0] = torch.arange(len(labels))
    return Split(inputs, torch.tensor(labels))


def test_the_examples_are_the_first_of_each_class_in_its_order(data):
    chosen = choose_examples(replace(data, test=of([2, 0, 0, 1, 2, 2, 0])), count=5)
    assert chosen.targets.tolist() == [0, 0, 1, 2, 2]
    assert chosen.inputs[:, 0, 0, 0].tolist() == [1, 2, 3, 0, 4]


def test_there_are_as_many_of_one_class_as_of_another(data):
    chosen = choose_examples(data)
    assert chosen.targets.tolist() == sorted([*range(10)] * (EXAMPLES // 10))
    assert torch.equal(chosen.inputs, choose_examples(data).inputs)


def test_there_may_be_fewer_than_asked_for(data):
    assert choose_examples(replace(data, test=of([1, 0]))).targets.tolist() == [0, 1]


def test_what_a_network_answers_is_what_it_gives_the_highest_probability(data):
    network = build_network(TrainConfig(dataset="digits", hidden=(5,)), SHAPE, 10).eval()
    progress = Progress(data)
    look = progress.look(3, lambda: network, softmax)
    probabilities = network(data.prepare(progress.examples.inputs)).softmax(dim=1)
    assert look.answers.tolist() == probabilities.argmax(dim=1).tolist()
    assert look.confidences == pytest.approx(probabilities.amax(dim=1).detach().numpy(), abs=1e-6)
    assert (look.step, look.units, look.parameters) == (3, 5, 784 * 5 + 5 + 5 * 10 + 10)
    np.testing.assert_array_equal(look.tiles, network.layers[1].weight.detach().view(5, 28, 28))


def test_a_network_is_asked_once_for_each_step_and_for_a_tenth_of_the_time(data):
    now, asked = [0.0], []
    progress = Progress(data, clock=lambda: now[0])

    def network():
        asked.append(now[0])
        now[0] += 1.0  # a slow one
        return Network()

    for step, moving in ((1, True), (1, True), (2, True)):
        assert progress.look(step, network, softmax, moving).step == 1
    now[0] = 1.0 / SHARE - 0.1
    assert progress.look(3, network, softmax, moving=True).step == 1
    assert progress.look(3, network, softmax, moving=False).step == 3  # nobody will ask again
    now[0] += 1.0 / SHARE
    assert progress.look(4, network, softmax, moving=True).step == 4
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({"hidden": (30,)}, (30, 28, 28)),
        ({"hidden": ()}, (10, 28, 28)),
        ({"model": "cnn", "channels": (6, 8), "hidden": (16,)}, (6, 5, 5)),
        ({"model": "lstm", "hidden": (8,)}, None),
        ({"model": "blocks", "blocks": "flatten,linear:10"}, (10, 28, 28)),
    ],
)
def test_the_first_layer_as_images(settings, shape):
    images = first_layer_images(build_network(TrainConfig(dataset="digits", **settings), SHAPE, 10), SHAPE)
    assert (None if images is None else tuple(images.shape)) == shape


@pytest.mark.parametrize(
    "network",
    [
        nn.Flatten(),
        nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(784, 10)),
        nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 10)),
        nn.Conv2d(3, 4, 5),
    ],
)
def test_weights_that_are_no_images(network):
    assert first_layer_images(network, SHAPE) is None


def test_at_most_a_few_of_the_first_layer_are_shown(data):
    network = build_network(TrainConfig(dataset="digits", hidden=(30,)), SHAPE, 10).eval()
    look = look_at(network, data.prepare(data.test.inputs[:2]), softmax)
    assert (len(look.tiles), look.units) == (TILES, 30)
    assert f"{TILES} of 30 images of 28×28 weights" in describe_tiles(look)


def test_the_words_say_what_is_read_as_what():
    labels = np.array([0, 1, 2])
    assert describe_answers(labels, labels, NAMES) == "3 test images, all of them read correctly."
    assert describe_answers(labels, np.array([0, 2, 1]), NAMES) == (
        "3 test images, of which 1 are read correctly. Wrong: b read as c, c read as b."
    )
