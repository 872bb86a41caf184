"""What a network in training can do so far: its answers to a few test images, and the weights of its first layer."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.datasets import Data, Split
from core.losses import class_indices
from core.text.i18n import _

EXAMPLES = 20
TILES = 12
SHARE = 0.1  # of the time, at most, that goes into looking at one network

Probabilities = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Look:
    """What was seen of a network after so many steps.

    Attributes:
        step: how many steps it had been trained; 0 before the first.
        answers: int64 [N], the classes that it gives the examples.
        confidences: float32 [N], the probability of each answer.
        tiles: float32 [K, H, W], weights of the first layer; None where they are no images.
        units: how many such images the first layer has in all.
        parameters: how many weights and biases the network has.
    """

    step: int
    answers: np.ndarray
    confidences: np.ndarray
    tiles: np.ndarray | None
    units: int
    parameters: int


class Progress:
    """Looks at a network again and again while it is trained, at the same examples.

    A network of which nothing new is known is not asked, nor one that was asked too short a time ago: what forty people
    watch must not keep forty trainings waiting.

    Args:
        data: the examples are taken from its test images.
        clock: seconds, monotonic; tests replace it.
    """

    def __init__(self, data: Data, clock: Callable[[], float] = time.perf_counter) -> None:
        self.examples = choose_examples(data)
        self.labels = class_indices(self.examples.targets).numpy()
        self._inputs = data.prepare(self.examples.inputs)
        self._clock = clock
        self._look: Look | None = None
        self._rests_until = 0.0

    def look(
        self, step: int, network: Callable[[], nn.Module], to_probabilities: Probabilities, moving: bool = False
    ) -> Look:
        """Return what the network can do after so many steps.

        Args:
            step: what tells it from how it was before.
            network: gives it, in eval mode; called only where it is asked.
            to_probabilities: reads its outputs [N, C].
            moving: it will be looked at again soon, so that this look may be skipped.
        """
        now = self._clock()
        if self._look is None or (self._look.step != step and not (moving and now < self._rests_until)):
            self._look = look_at(network(), self._inputs, to_probabilities, step)
            took = self._clock() - now
            self._rests_until = now + took / SHARE
        return self._look


def choose_examples(data: Data, count: int = EXAMPLES) -> Split:
    """Return the first test images of each class, as many of one as of another, in the order of what they show."""
    labels = class_indices(data.test.targets).numpy()
    by_class = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[by_class], labels[by_class])
    rank = np.arange(len(labels)) - starts  # of each image in its class
    chosen = np.sort(np.lexsort((labels[by_class], rank))[:count])  # places in by_class, which is in order already
    places = torch.from_numpy(by_class[chosen])
    return Split(data.test.inputs[places], data.test.targets[places])


@torch.inference_mode()
def look_at(network: nn.Module, inputs: Tensor, to_probabilities: Probabilities, step: int = 0) -> Look:
    """Ask a network, in eval mode, about prepared inputs [N, ...] as one batch."""
    confidences, answers = to_probabilities(network(inputs)).nan_to_num(0.0).max(dim=1)
    tiles = first_layer_images(network, tuple(inputs.shape[1:]))
    shown = None if tiles is None else tiles[:TILES].numpy().copy()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Look(step, answers.numpy(), confidences.numpy(), shown, 0 if tiles is None else len(tiles), parameters)


def first_layer_images(network: nn.Module, shape: tuple[int, ...]) -> Tensor | None:
    """Return the weights of the first layer as images [K, H, W], None where they are none.

    Those of a linear layer that reads every pixel are as large as the input, one for each neuron; those of a
    convolution over one channel are its filters.

    Args:
        shape: of one input, such as (1, 28, 28).
    """
    first = next((module for module in network.modules() if list(module.parameters(recurse=False))), None)
    match first:
        case nn.Linear() if len(shape) == 3 and shape[0] == 1 and first.in_features == shape[1] * shape[2]:
            return first.weight.detach().unflatten(1, shape[1:])
        case nn.Conv2d() if first.in_channels == 1:
            return first.weight.detach()[:, 0]
        case _other:
            return None


def describe_answers(labels: np.ndarray, answers: np.ndarray, classes: tuple[str, ...]) -> str:
    """Say in words what the strip of examples shows."""
    wrong = [
        _("{truth} read as {answer}").format(truth=classes[label], answer=classes[answer])
        for label, answer in zip(labels, answers, strict=True)
        if label != answer
    ]
    if not wrong:
        return _("{count} test images, all of them read correctly.").format(count=len(labels))
    return _("{count} test images, of which {right} are read correctly. Wrong: {wrong}.").format(
        count=len(labels), right=len(labels) - len(wrong), wrong=", ".join(wrong)
    )


def describe_tiles(look: Look) -> str:
    """Say in words what the images of the first layer show."""
    if look.tiles is None:
        return ""
    count, height, width = look.tiles.shape
    return _(
        "The weights of the first layer after {step:,} steps: {count} of {units:,} images of {height}×{width} weights, "
        "from {least:.2g} to {most:.2g}; blue is positive, orange is negative."
    ).format(
        step=look.step,
        count=count,
        units=look.units,
        height=height,
        width=width,
        least=look.tiles.min(),
        most=look.tiles.max(),
    )
