import pytest
import torch
import torch.nn.functional as F

from core.datasets import load
from core.inference import Classifier
from core.lessons.digit_network.network import (
    CLASSES,
    EXAMPLES,
    HIDDEN,
    PIXELS,
    accuracy,
    flow,
    linear_layers,
    one_layer_config,
    pick_test_image,
    training_config,
    untrained,
    untrained_accuracy,
)
from core.models import build_network
from core.training import train

DATA = load("digits")


def classifier(network) -> Classifier:
    return Classifier(network, DATA.mean, DATA.std, DATA.classes)


def test_what_flows_is_what_the_network_itself_gives():
    network = untrained("digits")
    images = DATA.test.inputs[:5]
    made = flow(classifier(network), images)
    assert torch.equal(made.outputs, network(DATA.prepare(images)))
    assert torch.equal(made.hidden, network.layers[:3](DATA.prepare(images)))
    assert made.hidden.equal(made.sums.clamp(min=0))
    torch.testing.assert_close(made.probabilities.sum(dim=1), torch.ones(5))
    assert made.loss(DATA.test.targets[:5]) == F.cross_entropy(made.outputs, DATA.test.targets[:5]).item()


@pytest.mark.parametrize("count", [1, 2, 200])
def test_the_sizes_of_a_batch(count):
    made = flow(classifier(untrained("digits")), DATA.test.inputs[:count])
    assert [tuple(each.shape) for each in (made.inputs, made.sums, made.hidden, made.outputs, made.probabilities)] == [
        (count, size) for size in (PIXELS, HIDDEN, HIDDEN, CLASSES, CLASSES)
    ]


def test_the_untrained_network_is_that_of_a_run_before_its_first_step():
    built = build_network(training_config("digits"), (1, 28, 28), CLASSES)
    for own, fresh in zip(untrained("digits").parameters(), built.parameters(), strict=True):
        assert own.equal(fresh)
    assert untrained_accuracy("digits") == accuracy(built, DATA) < 0.3


def test_every_class_has_enough_test_images():
    for label in range(CLASSES):
        image = pick_test_image(DATA, label, EXAMPLES - 1)
        assert image.shape == (1, 28, 28)
        assert any(image.equal(each) for each in DATA.test.inputs[DATA.test.targets == label])


def test_an_epoch_teaches_it_most_and_one_layer_alone_reaches_more_than_80_percent():
    scores = []
    for config in (training_config("digits"), one_layer_config("digits")):
        network = build_network(config, (1, 28, 28), CLASSES)
        for snapshot in train(config, DATA, network):
            if snapshot.epoch == 5:
                break
        scores.append(accuracy(network, DATA))
    two_layers, alone = scores
    assert [layer.weight.shape for layer in linear_layers(network)] == [(CLASSES, PIXELS)]
    assert 0.8 < alone < two_layers
