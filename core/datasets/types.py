"""A data set in memory: its tensors, and what a network is asked about them."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

TEST_SAMPLE = 1000
LEAST_TRAIN_SAMPLE = 250


class DatasetMissing(ValueError):
    """The files of a data set are not on this computer; the text says what to do."""


class DatasetDamaged(ValueError):
    """The files of a data set cannot be used as they are; the text says what to do."""


@dataclass(frozen=True, eq=False)
class Split:
    """Examples and their answers, kept whole in memory.

    inputs: uint8 [N, 1, 28, 28] in 0..255 for pictures, float32 [N, 2] for points.
    targets: int64 [N] class numbers or float32 [N, C] class probabilities; float32 [N, 1] where the network has one
        output: a value, or 1 for yes and 0 for no.
    """

    inputs: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.inputs)

    def sample(self, count: int) -> "Split":
        """Return `count` of the examples at random, or all; the same each time, so that what is measured compares."""
        chosen = torch.randperm(len(self), generator=torch.Generator().manual_seed(0))[:count]
        return Split(self.inputs[chosen], self.targets[chosen])


@dataclass(frozen=True)
class Problem:
    """What a network is asked: the shape of one example, its task, and the names of the classes.

    `classes` is empty for a regression.
    """

    shape: tuple[int, ...]
    task: str
    classes: tuple[str, ...]

    @property
    def outputs(self) -> int:
        """How many numbers the network gives for one example."""
        return len(self.classes) if self.task == "multi_class" else 1


@dataclass(frozen=True, eq=False)
class Data:
    """A data set in memory. `mean` and `std` are those of the training inputs; of pictures on the scale 0..1."""

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    mean: float
    std: float
    task: str = "multi_class"

    @cached_property
    def test_sample(self) -> Split:
        """The TEST_SAMPLE test examples that a network is tested on while it trains; one copy for all its runs."""
        return self.test.sample(TEST_SAMPLE)

    @cached_property
    def train_sample(self) -> Split:
        """As many training examples, but LEAST_TRAIN_SAMPLE of them at least."""
        return self.train.sample(max(len(self.test_sample), LEAST_TRAIN_SAMPLE))

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example, such as (1, 28, 28)."""
        return self.problem.shape

    @property
    def problem(self) -> Problem:
        """What a network is asked about these data."""
        return Problem(tuple(self.train.inputs.shape[1:]), self.task, self.classes)

    def prepare(self, inputs: Tensor) -> Tensor:
        """Return what a network is fed, float32 in the shape of `inputs`: as `normalize` makes it with mean and std.

        Points of the plane, with mean 0 and std 1, stay as they are.
        """
        if (self.mean, self.std) == (0.0, 1.0) and inputs.dtype == torch.float32:
            return inputs
        return normalize(inputs, self.mean, self.std).float()


def normalize(inputs: Tensor, mean: float, std: float) -> Tensor:
    """Return (inputs - mean) / std, of the same shape.

    uint8 is first brought from 0..255 to float32 in 0..1, as torchvision's ToTensor does; floats are in 0..1 already.
    """
    if inputs.dtype == torch.uint8:
        return inputs.float().div_(255).sub_(mean).div_(std)
    return (inputs - mean) / std
