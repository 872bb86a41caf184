"""The course's network, 784-512-10: what each of its layers makes of some digits, and how it is trained."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.config import TrainConfig
from core.datasets import Data, load
from core.inference import Classifier
from core.models import Net, build_network
from core.training import evaluate

PIXELS, HIDDEN, CLASSES = SIZES = (784, 512, 10)
SIDE = 28  # pixels of a digit
NEURONS = HIDDEN + CLASSES  # those of both layers, counted from the first hidden one to the last output
EXAMPLES = 30  # test images of each class; the smallest data set has so many
BATCHES = (1, 2, 200)
MAX_EPOCHS = 50
ALONE_EPOCHS = 5  # of the network that is one layer alone


@dataclass(frozen=True, eq=False)
class Flow:
    """What became of N images.

    Attributes:
        inputs: as the network is fed them, float32 [N, 784].
        sums: of the hidden neurons, before ReLU, [N, 512].
        hidden: after ReLU, [N, 512].
        outputs: the logits, [N, 10].
        probabilities: their softmax, [N, 10].
    """

    inputs: Tensor
    sums: Tensor
    hidden: Tensor
    outputs: Tensor
    probabilities: Tensor

    def loss(self, targets: Tensor) -> float:
        """Return the mean cross-entropy of the outputs for the classes [N]."""
        return F.cross_entropy(self.outputs, targets).item()


def training_config(dataset: str) -> TrainConfig:
    """Return how the network is trained here: batches of 200 as in the course, and Adam as PyTorch has it."""
    return TrainConfig(
        dataset=dataset,
        hidden=(HIDDEN,),
        optimizer="adam",
        learning_rate=0.001,
        batch_size=BATCHES[-1],
        epochs=MAX_EPOCHS,
        tests_per_epoch=1,
    )


def one_layer_config(dataset: str) -> TrainConfig:
    """Return the same for 784-10: no hidden layer, and no activation."""
    return replace(training_config(dataset), hidden=(), epochs=ALONE_EPOCHS)


@lru_cache(maxsize=4)
def untrained(dataset: str) -> Net:
    """Return the network as a run of `training_config` begins with it, in eval mode; it must not be changed."""
    data = load(dataset)
    return cast("Net", build_network(training_config(dataset), data.input_shape, data.problem.outputs).eval())


def linear_layers(network: nn.Module) -> list[nn.Linear]:
    """Return the linear layers of a network, from input to output."""
    return [module for module in network.modules() if isinstance(module, nn.Linear)]


@torch.no_grad()
def flow(classifier: Classifier, images: Tensor) -> Flow:
    """Send images [N, 1, 28, 28], uint8 or in [0, 1], through a network 784-512-10."""
    first, last = linear_layers(classifier.network)
    inputs = classifier.prepare(images).flatten(1)
    sums = first(inputs)
    hidden = F.relu(sums)
    outputs = last(hidden)
    return Flow(inputs, sums, hidden, outputs, outputs.softmax(dim=1))


def pick_test_image(data: Data, label: int, number: int) -> Tensor:
    """Return the `number`-th test image, from 0, of a class: uint8 [1, 28, 28]."""
    return data.test.inputs[data.test.targets == label][number]


def accuracy(network: nn.Module, data: Data) -> float:
    """Return the share of the sample of test images that a network reads correctly."""
    return evaluate(network, data, data.test_sample, F.cross_entropy).accuracy


@lru_cache(maxsize=4)
def untrained_accuracy(dataset: str) -> float:
    """Return `accuracy` before the first step."""
    return accuracy(untrained(dataset), load(dataset))
