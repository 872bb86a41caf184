"""The latest weights of a small network while it trains, so that a picture can move from one to the next."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.training import Snapshot

SMALL = 10_000  # weights; a larger network has no trail
LENGTH = 20


@dataclass(frozen=True, eq=False)
class WeightVector:
    """All weights and biases at one moment.

    Attributes:
        step, epoch: how far it had been trained; 0 for the initial weights.
        edits: how many weights had been set by hand before.
        values: float32 [parameters] in the order of `network.parameters()`; nobody changes them.
    """

    step: int
    epoch: float
    edits: int
    values: Tensor


class WeightTrail:
    """Keeps the present weights and those of LENGTH - 1 moments before. `record` is for the thread that trains.

    Attributes:
        vectors: oldest first; replaced as a whole, never changed: other threads read it at any time.
    """

    def __init__(self, network: nn.Module) -> None:
        self._small = sum(parameter.numel() for parameter in network.parameters()) <= SMALL
        self.vectors: tuple[WeightVector, ...] = ()
        self.record(network, None, 0)

    def record(self, network: nn.Module, last: Snapshot | None, edits: int) -> None:
        """Take in the present weights, which are those after the step `last`; None before the first."""
        if not self._small:
            return
        step, epoch = (last.step, last.epoch) if last else (0, 0.0)
        # reshape, as the weights of convolutions may lie in memory in another order
        values = torch.cat([parameter.detach().reshape(-1) for parameter in network.parameters()])
        self.vectors = (*self.vectors, WeightVector(step, epoch, edits, values))[-LENGTH:]
