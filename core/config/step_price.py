"""What a training step costs, found from the settings before anything is allocated.

A turn of training ends only between two steps, and between two batches of a test. So the dearest step that is allowed
says how long everybody else may have to wait, and how much memory one person can take.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from core.augmentation import AUGMENTATIONS, unchanged
from core.config.fields import Fields
from core.models import MODELS, LSTMNet, Network, outline, smallest_batch

TEST_BATCH = 250  # examples that are tested at once
MAX_GFLOPS = 20.0  # of a step or a test batch; a core does 30 to 200 of them a second
MAX_MEGABYTES = 250.0

PASSES = 3  # forward, then backward to the weights and to the inputs
FLOAT, INDEX = 4, 8  # bytes
FEWEST_CHANNELS = 4  # a convolution with fewer takes as long as with so many
# What the moving of a number takes in a pass, in FLOPs that could have been done meanwhile: measured, and rounded up.
CONVOLVED, MOVED, VARIED = 100, 40, 2000
VARIED_BYTES = 32  # of a pixel that is varied: grids and weights
LSTM_KEPT = 20  # numbers that an LSTM keeps of each unit at each step: gates and states, and copies in other orders
LSTM_READ = 7  # copies that it keeps of what it reads, in other orders
HELD = 3  # numbers that a layer needs at once for one that it gives, where nothing is kept
OPTIMIZER_KEPT = 4  # numbers of a weight: itself, its gradient and two running means


@dataclass(frozen=True)
class Price:
    """What a piece of work costs that cannot be interrupted.

    Attributes:
        gflops: billions of multiplications and additions, and as many for the moving of numbers as it takes time.
        megabytes: of memory, at the highest.
    """

    gflops: float
    megabytes: float

    @property
    def too_high(self) -> bool:
        """Whether it is more than one person may take."""
        return self.gflops > MAX_GFLOPS or self.megabytes > MAX_MEGABYTES


@dataclass(frozen=True)
class Passage:
    """What one layer does with one example.

    Attributes:
        flops: of a forward pass.
        inputs, outputs: how many numbers go in and come out.
        kept: bytes of what is kept until its backward pass.
        moving: what the moving of a number is worth in FLOPs.
    """

    flops: int
    inputs: int
    outputs: int
    kept: int
    moving: int

    @property
    def work(self) -> int:
        """The FLOPs of a forward pass, and what the moving of its numbers is worth."""
        return self.flops + (self.inputs + self.outputs) * self.moving


@dataclass(frozen=True)
class Anatomy:
    """What one example goes through in a network.

    Attributes:
        inputs: how many numbers an example has.
        parameters: how many weights and biases the network has.
        smallest_batch: how many examples a batch to learn from must have.
        layers: in their order.
    """

    inputs: int
    parameters: int
    smallest_batch: int
    layers: tuple[Passage, ...]

    @property
    def work(self) -> int:
        """Of one forward pass of one example."""
        return sum(layer.work for layer in self.layers)


def anatomy(config: Fields, shape: tuple[int, ...], outputs: int) -> Anatomy:
    """Return what an example of a shape goes through in a config's network."""
    of_network = ("model", "output_layer", *MODELS[config.model].settings)
    return _anatomy(Fields(**{name: getattr(config, name) for name in of_network}), shape, outputs)


def price_of_step(config: Fields, network: Anatomy) -> Price:
    """Return what a step of training costs: forward, backward and update of a batch."""
    work = PASSES * (config.batch_size * network.work + network.parameters * MOVED)
    kept = FLOAT * network.inputs + sum(layer.kept for layer in network.layers)
    # On the way back the gradients of one layer are there as well.
    largest = max(FLOAT * (layer.inputs + layer.outputs) for layer in network.layers)
    if AUGMENTATIONS[config.augmentation].apply.func is not unchanged:
        work += config.batch_size * network.inputs * VARIED
        largest = max(largest, network.inputs * VARIED_BYTES)
    size = config.batch_size * (kept + largest) + FLOAT * OPTIMIZER_KEPT * network.parameters
    return Price(work / 1e9, size / 1e6)


def price_of_test(network: Anatomy) -> Price:
    """Return what it costs to test TEST_BATCH examples at once."""
    size = TEST_BATCH * FLOAT * max(layer.inputs + HELD * layer.outputs for layer in network.layers)
    return Price(TEST_BATCH * network.work / 1e9, size / 1e6)


@lru_cache(maxsize=256)
def _anatomy(config: Fields, shape: tuple[int, ...], outputs: int) -> Anatomy:
    network = outline(config, shape, outputs)
    samples = 2  # batch norm could make nothing of one
    with torch.device("meta"):
        layers = tuple(
            Passage(
                _flops(layer, before, after) // samples,
                before.numel() // samples,
                _given(layer, before, after) // samples,
                _kept(layer, before, after) // samples,
                CONVOLVED if isinstance(layer, nn.Conv2d) else MOVED,
            )
            for layer, before, after in _through(network, torch.empty(samples, *shape))
        )
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Anatomy(math.prod(shape), parameters, smallest_batch(network), layers)


def _through(network: Network, numbers: Tensor) -> Iterator[tuple[nn.Module, Tensor, Tensor]]:
    if isinstance(network, LSTMNet):
        numbers = numbers.transpose(1, 2).flatten(2)
        for lstm in network.lstms:
            assert isinstance(lstm, nn.LSTM)
            # Outright: without numbers PyTorch follows an LSTM operation by operation, which takes long.
            outputs = numbers.new_empty(*numbers.shape[:2], lstm.hidden_size)
            yield lstm, numbers, outputs
            yield network.dropout, outputs, outputs
            numbers = outputs
        numbers = numbers[:, -1]
    for layer in network.layers:
        outputs = layer(numbers)
        yield layer, numbers, outputs
        numbers = outputs


def _flops(layer: nn.Module, inputs: Tensor, outputs: Tensor) -> int:
    """Return the multiplications and additions of a forward pass, as torch.utils.flop_counter counts them."""
    match layer:
        case nn.Linear():
            return 2 * outputs.numel() * layer.in_features
        case nn.Conv2d():
            places = outputs.numel() // layer.out_channels
            channels = max(layer.in_channels, FEWEST_CHANNELS) * max(layer.out_channels, FEWEST_CHANNELS)
            return 2 * places * channels * layer.weight[0, 0].numel()
        case nn.LSTM():
            return 2 * 4 * _given(layer, inputs, outputs) * (layer.input_size + layer.hidden_size)
        case _:
            return 0


def _given(layer: nn.Module, inputs: Tensor, outputs: Tensor) -> int:
    """Return how many numbers a layer gives: an LSTM its state after each step, also where only the last is taken."""
    if isinstance(layer, nn.LSTM):
        return inputs.numel() // layer.input_size * layer.hidden_size  # of a picture each row is a step
    return outputs.numel()


def _kept(layer: nn.Module, inputs: Tensor, outputs: Tensor) -> int:
    """Return the bytes that are kept of a layer until its backward pass; what it reads is its predecessor's."""
    match layer:
        case nn.Flatten() | nn.Identity():
            return 0
        case nn.LSTM():
            return FLOAT * (LSTM_KEPT * _given(layer, inputs, outputs) + LSTM_READ * inputs.numel())
        case nn.MaxPool2d():
            return (FLOAT + INDEX) * outputs.numel()
        case nn.Dropout():
            return 2 * FLOAT * outputs.numel()
        case _:
            return FLOAT * outputs.numel()
