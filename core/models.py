"""The networks of the course, each an ordinary nn.Module."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.blocks import parse_blocks
from core.blocks.network import Stack, build
from core.features import Features
from core.seeding import SeededDropout, give_generator
from core.text.i18n import N_

if TYPE_CHECKING:
    from core.config import TrainConfig
    from core.config.fields import Fields


class Net(nn.Module):
    """Linear layers with an activation between each two: the course's network is 784-512-10.

    Args:
        sizes: the numbers of inputs, of neurons in each hidden layer, and of outputs.
        activation: builds the module that stands behind each hidden layer.
        dropout: the share of hidden neurons that are silent in each training step.

    Shape: [N, ...] with `sizes[0]` numbers a sample -> [N, sizes[-1]].
    """

    def __init__(
        self, sizes: Sequence[int], activation: Callable[[], nn.Module] = nn.ReLU, dropout: float = 0.0
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Flatten()]
        for inputs, outputs in pairwise(sizes[:-1]):
            layers += [nn.Linear(inputs, outputs), activation()]
            if dropout:
                layers.append(SeededDropout(dropout))
        layers.append(nn.Linear(sizes[-2], sizes[-1]))
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layers(inputs)


@dataclass(frozen=True, eq=False)
class Layer:
    """One linear layer of a PointsNet and what follows it; `activation` is None behind the last."""

    linear: nn.Linear
    activation: nn.Module | None

    def sums(self, inputs: Tensor) -> Tensor:
        """Return the sums z = W x + b of its neurons: [N, in] -> [N, out]."""
        return self.linear(inputs)

    def outputs(self, sums: Tensor) -> Tensor:
        """Return what its neurons make of their sums: [N, out] -> [N, out]."""
        return self.activation(sums) if self.activation else sums


class PointsNet(nn.Module):
    """A network small enough to be drawn whole: it reads a point of the plane through some features.

    Args:
        features: keys of core.features.FEATURES.
        hidden: the numbers of neurons of the hidden layers.
        activations: builds the module behind each hidden layer.
        dropouts: for each hidden layer the share of its neurons that are silent in each training step.
        outputs: the number of values or classes.

    Shape: [N, 2] -> [N, outputs].
    """

    def __init__(
        self,
        features: Sequence[str],
        hidden: Sequence[int],
        activations: Sequence[Callable[[], nn.Module]],
        dropouts: Sequence[float],
        outputs: int,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [Features(features)]
        sizes = [len(features), *hidden]
        for (before, after), activation, dropout in zip(pairwise(sizes), activations, dropouts, strict=True):
            layers += [nn.Linear(before, after), activation()]
            if dropout:
                layers.append(SeededDropout(dropout))
        layers.append(nn.Linear(sizes[-1], outputs))
        self.layers = nn.Sequential(*layers)

    @property
    def features(self) -> Features:
        """The first stage, which has no weights."""
        return cast("Features", self.layers[0])

    @property
    def stages(self) -> list[Layer]:
        """The linear layers in their order, each with its activation; dropout, which is for training alone, is not."""
        modules = list(self.layers)
        return [
            Layer(module, None if module is modules[-1] else modules[place + 1])
            for place, module in enumerate(modules)
            if isinstance(module, nn.Linear)
        ]

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layers(inputs)


class ConvNet(nn.Module):
    """Convolutions that look for ever larger patterns, then linear layers that choose the class.

    Each convolution after the first is followed by max-pooling, so that the picture shrinks while the channels grow.
    Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167) keeps the numbers of each layer in range, which allows a
    high learning rate.

    Args:
        input_shape: (channels, height, width) of a picture.
        channels: the number of filters of each convolution.
        stride: how many pixels the first convolution moves at a time; with 2 the network is about three times as fast.
        hidden: the number of neurons of each linear layer before the last.
        outputs: the number of classes.

    Shape: [N, *input_shape] -> [N, outputs].
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        channels: Sequence[int],
        stride: int,
        hidden: Sequence[int],
        outputs: int,
        activation: Callable[[], nn.Module] = nn.ReLU,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        depth, *sides = input_shape
        layers: list[nn.Module] = []
        for number, filters in enumerate(channels):
            if number == 0:
                layers.append(nn.Conv2d(depth, filters, kernel_size=5, stride=stride, bias=False))
                sides = [(side - 5) // stride + 1 for side in sides]
            else:
                layers += [nn.Conv2d(depth, filters, kernel_size=3, bias=False), nn.MaxPool2d(2)]
                sides = [(side - 2) // 2 for side in sides]
            layers += [nn.BatchNorm2d(filters), activation()]
            depth = filters
        layers.append(nn.Flatten())
        sizes = [depth * math.prod(sides), *hidden]
        for before, after in pairwise(sizes):
            layers += [nn.Linear(before, after, bias=False), nn.BatchNorm1d(after), activation()]
            if dropout:
                layers.append(SeededDropout(dropout))
        layers.append(nn.Linear(sizes[-1], outputs))
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layers(inputs)


class LSTMNet(nn.Module):
    """An LSTM (Hochreiter and Schmidhuber 1997) that reads a picture row by row, and then says what it was.

    Args:
        input_shape: (channels, height, width) of a picture: `height` steps of `channels * width` numbers each.
        hidden: the hidden size of each LSTM; each reads what the one before gives at every step.
        outputs: the number of classes.
        dropout: the share of numbers between two layers that are silent in each training step.

    Shape: [N, *input_shape] -> [N, outputs].
    """

    def __init__(self, input_shape: tuple[int, ...], hidden: Sequence[int], outputs: int, dropout: float = 0.0) -> None:
        super().__init__()
        channels, _height, width = input_shape
        sizes = [channels * width, *hidden]
        self.lstms = nn.ModuleList(nn.LSTM(before, after, batch_first=True) for before, after in pairwise(sizes))
        self.dropout = SeededDropout(dropout) if dropout else nn.Identity()
        self.layers = nn.Sequential(nn.Linear(sizes[-1], outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layers(self.read(inputs)[:, -1])

    def read(self, inputs: Tensor) -> Tensor:
        """Return what the last LSTM gives after each row: [N, *input_shape] -> [N, height, hidden[-1]]."""
        sequence = inputs.transpose(1, 2).flatten(2)
        for lstm in self.lstms:
            sequence = self.dropout(lstm(sequence)[0])
        return sequence


Network = Net | PointsNet | ConvNet | LSTMNet | Stack
"""What the menu builds; `layers` of each ends in the outputs."""


@dataclass(frozen=True)
class Model:
    """One kind of network of the menu.

    Attributes:
        build: (config, input shape of one sample, number of outputs) -> the network.
        settings: the names of the settings that it takes.
        max_convolutions: how many convolutions a sample is large enough for; 0 where the network has none.
        min_hidden: how many of the layers in `hidden` it cannot do without.
        default_hidden: the widths of the hidden linear layers to begin with.
        for_points: True where it reads points of the plane, False where it reads pictures.
    """

    label: str
    build: Callable[[Fields, tuple[int, ...], int], Network]
    settings: tuple[str, ...]
    default_hidden: tuple[int, ...]
    note: str
    max_convolutions: int = 0
    min_hidden: int = 0
    for_points: bool = False


@dataclass(frozen=True)
class OutputLayer:
    """What stands behind the last linear layer."""

    label: str
    module: Callable[[], nn.Module]
    note: str


def build_network(config: TrainConfig, input_shape: tuple[int, ...], outputs: int) -> Network:
    """Build the network of a TrainConfig with its first weights drawn from the config's seed.

    The same config gives the same weights, whatever else the process does.
    """
    network = _assemble(config, input_shape, outputs)
    give_generator(network, torch.Generator().manual_seed(config.seed))
    # The layout in which convolutions are fastest on a CPU; it changes no number and nothing for linear layers.
    return network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]: no overload names it alone


def outline(config: Fields, input_shape: tuple[int, ...], outputs: int) -> Network:
    """Build the network of a TrainConfig without numbers in it: layers and shapes only, which takes no memory."""
    with torch.device("meta"):
        return _assemble(config, input_shape, outputs)


def count_parameters(config: TrainConfig, input_shape: tuple[int, ...], outputs: int) -> int:
    """Count the weights and biases of the network of a TrainConfig."""
    return sum(parameter.numel() for parameter in outline(config, input_shape, outputs).parameters())


def smallest_batch(network: nn.Module) -> int:
    """Return how many samples a batch to learn from must have: batch norm compares them, so that it needs 2."""
    return 2 if any(isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) for module in network.modules()) else 1


def _assemble(config: Fields, input_shape: tuple[int, ...], outputs: int) -> Network:
    network = MODELS[config.model].build(config, input_shape, outputs)
    if config.output_layer != "none":
        network.layers.append(OUTPUT_LAYERS[config.output_layer].module())
    return network


MODELS = {
    "mlp": Model(
        label=N_("Linear layers (MLP)"),
        build=lambda s, input_shape, outputs: Net(
            [math.prod(input_shape), *s.hidden, outputs], ACTIVATIONS[s.activation].module, s.dropout
        ),
        settings=("hidden", "activation", "dropout"),
        default_hidden=(512,),
        note=N_("Every pixel is joined to every neuron; where a pixel lies means nothing to it."),
    ),
    "cnn": Model(
        label=N_("Convolutions (CNN)"),
        build=lambda s, input_shape, outputs: ConvNet(
            input_shape, s.channels, s.stride, s.hidden, outputs, ACTIVATIONS[s.activation].module, s.dropout
        ),
        settings=("channels", "stride", "hidden", "activation", "dropout"),
        max_convolutions=3,
        default_hidden=(128,),
        note=N_("Small filters slide over the picture and find the same pattern anywhere."),
    ),
    "lstm": Model(
        label=N_("Row by row (LSTM)"),
        build=lambda s, input_shape, outputs: LSTMNet(input_shape, s.hidden, outputs, s.dropout),
        settings=("hidden", "dropout"),
        min_hidden=1,
        default_hidden=(128,),
        note=N_("Reads the picture as a sequence, one row after another, and keeps in mind what it saw."),
    ),
    "blocks": Model(
        label=N_("Your own blocks"),
        build=lambda s, input_shape, outputs: build(parse_blocks(s.blocks), input_shape),
        settings=("blocks",),
        default_hidden=(),
        note=N_("The network that you put together on the page “Build a network”."),
    ),
    "points": Model(
        label=N_("Points of the plane (MLP)"),
        build=lambda s, input_shape, outputs: PointsNet(
            s.features,
            s.hidden,
            [ACTIVATIONS[name].module for name in s.activations or [s.activation] * len(s.hidden)],
            s.dropouts or [s.dropout] * len(s.hidden),
            outputs,
        ),
        settings=("features", "hidden", "activation", "activations", "dropout", "dropouts"),
        default_hidden=(4, 2),
        note=N_("Reads a point by some features of it, and is small enough to be drawn whole."),
        for_points=True,
    ),
}

OUTPUT_LAYERS = {
    "none": OutputLayer(N_("None (logits)"), nn.Identity, N_("The last linear layer as it is.")),
    "softmax": OutputLayer(N_("Softmax"), lambda: nn.Softmax(dim=1), N_("Probabilities that sum to 1.")),
    "sigmoid": OutputLayer(N_("Sigmoid"), nn.Sigmoid, N_("Each output on its own between 0 and 1.")),
}
