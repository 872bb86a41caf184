"""A tiny network on its way round the loop: batch in, prediction out, loss, weights change; every number is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from core.losses import gradient_of
from core.seeding import initialise

POINTS = 40
BATCH = 4
ROUNDS = 60
LEARNING_RATE = 0.5


@dataclass(frozen=True, eq=False)
class Round:
    """What one round came to.

    Attributes:
        number: of the round, from 1.
        chosen: the places of the batch among the points, int64 [BATCH].
        inputs, targets: the batch, float32 [BATCH, 2] and [BATCH, 1] of 0 and 1.
        hidden, outputs: what the neurons gave, float32 [BATCH, 3] and [BATCH, 1] in (0, 1).
        losses: how wrong each output was, float32 [BATCH, 1]; `loss` is their mean.
        weights, gradients, moved: by the parameter's name, as they were, their gradients, and as they are now.
        right: the share of all points on the right side once the weights have moved.
    """

    number: int
    chosen: Tensor
    inputs: Tensor
    targets: Tensor
    hidden: Tensor
    outputs: Tensor
    losses: Tensor
    loss: float
    weights: dict[str, Tensor]
    gradients: dict[str, Tensor]
    moved: dict[str, Tensor]
    right: float

    @property
    def steepest(self) -> tuple[str, int, int]:
        """The weight with the largest gradient, which moves most: its parameter's name, its row and its column."""
        sizes = {name: gradient.abs() for name, gradient in self.gradients.items() if gradient.dim() == 2}
        name = max(sizes, key=lambda name: sizes[name].max())
        row, column = divmod(int(sizes[name].argmax()), sizes[name].shape[1])
        return name, row, column


@dataclass(frozen=True, eq=False)
class Journey:
    """All rounds of one network, and the points that it learns from: float32 [POINTS, 2] and [POINTS, 1]."""

    points: Tensor
    classes: Tensor
    rounds: tuple[Round, ...]


@lru_cache(maxsize=16)
def journey(seed: int) -> Journey:
    """Train a new tiny network on two clouds of points, for ROUNDS rounds."""
    generator = torch.Generator().manual_seed(seed)
    points, classes = two_clouds(generator)
    network = tiny_network()
    initialise(network, generator)
    return Journey(points, classes, tuple(go_round(network, points, classes, generator)))


def tiny_network() -> nn.Sequential:
    """Return a network of 2 inputs, 3 hidden neurons and 1 output between 0 and 1."""
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid())


def two_clouds(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points around (-1, -1), of class 0, and around (1, 1), of class 1, so wide that a few overlap."""
    classes = torch.arange(POINTS).remainder(2).unsqueeze(1).float()
    return 0.7 * torch.randn(POINTS, 2, generator=generator) + 2 * classes - 1, classes


def go_round(network: nn.Sequential, points: Tensor, classes: Tensor, generator: torch.Generator) -> Iterator[Round]:
    """Go round the loop and yield each Round; the network's first two modules give the hidden neurons."""
    loss_of = nn.BCELoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    for number in range(1, ROUNDS + 1):
        # data: a batch of points, and the class of each
        chosen = torch.randperm(len(points), generator=generator)[:BATCH]
        inputs, targets = points[chosen], classes[chosen]
        # network: forward, from the points over the hidden neurons to the outputs
        hidden = network[:2](inputs)
        outputs = network[2:](hidden)
        # loss: how wrong are the outputs?
        loss = loss_of(outputs, targets)
        # optimizer: every weight moves against its gradient
        optimizer.zero_grad()
        loss.backward()
        weights = _copies(network)
        optimizer.step()
        yield Round(
            number,
            chosen,
            inputs,
            targets,
            hidden.detach(),
            outputs.detach(),
            nn.BCELoss(reduction="none")(outputs.detach(), targets),
            loss.item(),
            weights,
            {name: gradient_of(parameter).clone() for name, parameter in network.named_parameters()},
            _copies(network),
            ((network(points) > 0.5) == (classes > 0.5)).float().mean().item(),
        )


def _copies(network: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
