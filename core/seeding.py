"""What is random in a network, drawn from a generator of its own: the first weights, and dropout in training."""

import math

import torch
from torch import Generator, Tensor, nn


class SeededDropout(nn.Dropout):
    """nn.Dropout that draws from its own generator, so that a run can be repeated while others train beside it.

    With a generator seeded s it drops the same numbers as nn.Dropout after torch.manual_seed(s).
    """

    generator: Generator | None = None

    def forward(self, input: Tensor) -> Tensor:
        if not self.training or self.p == 0:  # as nn.Dropout: nothing is drawn then
            return input
        keep = torch.empty_like(input).bernoulli_(1 - self.p, generator=self.generator)
        return input * keep.div_(1 - self.p)


def give_generator(network: nn.Module, generator: Generator) -> None:
    """Draw the first weights from the generator, and let dropout draw from it in training."""
    initialise(network, generator)
    for module in network.modules():
        if isinstance(module, SeededDropout):
            module.generator = generator


def initialise(network: nn.Module, generator: Generator) -> None:
    """Draw the first weights of every linear, convolution and LSTM layer as PyTorch does, but from the generator.

    Uniform in ±1/sqrt(inputs of a neuron), weights and biases alike: what kaiming_uniform_ with a = sqrt(5) comes to in
    torch.nn.Linear.reset_parameters; for an LSTM uniform in ±1/sqrt(hidden size), as in torch.nn.LSTM. With a generator
    seeded s the numbers are those after torch.manual_seed(s).
    """
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=generator)
            if module.bias is not None:
                bound = 1 / math.sqrt(module.weight[0].numel())
                nn.init.uniform_(module.bias, -bound, bound, generator=generator)
        elif isinstance(module, nn.LSTM):
            bound = 1 / math.sqrt(module.hidden_size)
            for parameter in module.parameters():
                nn.init.uniform_(parameter, -bound, bound, generator=generator)
