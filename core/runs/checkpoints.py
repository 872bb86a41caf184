"""The weights of a network at moments of its training, kept in bounded memory however long it goes on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from core.training import Snapshot

MAX_CHECKPOINTS = 40
MAX_BYTES = 3 * 1024**2  # of one run, as forty may train at once; MIN_CHECKPOINTS of the course’s network
MIN_CHECKPOINTS = 4  # of a network too large for that: 40 MB at most, with 5,000,000 parameters
EARLY = 10  # steps; up to about here checkpoints lie evenly, later ever further apart


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network at one moment of its training.

    Attributes:
        step: how many steps it had been trained; 0 for the first weights.
        epoch: how many times it had gone through the data, as a fraction.
        loss: of the batch of this step, before the weights moved; None where there was none yet.
        accuracy: on the test sample, in [0, 1]; None where no test followed, nan where values are learnt.
        weights: its state_dict, which nobody changes.
    """

    step: int
    epoch: float
    loss: float | None
    accuracy: float | None
    weights: Mapping[str, Tensor] = field(repr=False)


def checkpoint(network: nn.Module, last: Snapshot | None, half: bool = False) -> Checkpoint:
    """Return a network's state after its last step, None for before the first; `half` rounds weights to float16."""
    copy = _half if half else Tensor.clone
    weights = {name: copy(tensor) for name, tensor in network.state_dict().items()}
    if last is None:
        return Checkpoint(0, 0.0, None, None, weights)
    return Checkpoint(last.step, last.epoch, last.loss, last.test.accuracy if last.test else None, weights)


class CheckpointBuffer:
    """Keeps the first state of a network, and later ones at distances that grow with the time since.

    There are never more than MAX_CHECKPOINTS, nor more than fit into MAX_BYTES (but at least MIN_CHECKPOINTS).
    Weights are kept as they are where MAX_CHECKPOINTS of them fit, and else in float16, which is right to 0.05 %.
    When there is one too many, that one goes whose neighbours lie closest, so that the whole way stays covered.
    """

    def __init__(self, network: nn.Module) -> None:
        size = _bytes(network.state_dict())
        self._half = MAX_CHECKPOINTS * size > MAX_BYTES
        first = checkpoint(network, None, self._half)
        room = MAX_BYTES // max(_bytes(first.weights), 1)
        self._most = max(MIN_CHECKPOINTS, min(MAX_CHECKPOINTS, room))
        # Replaced as a whole, never changed: other threads read it at any time.
        self.checkpoints: tuple[Checkpoint, ...] = (first,)
        self._due = 0.0

    def maybe_save(self, network: nn.Module, last: Snapshot) -> None:
        """Keep the network as it is after this step if it is time for another checkpoint."""
        if last.step >= self._due:
            self.save(network, last)

    def save(self, network: nn.Module, last: Snapshot | None) -> None:
        """Keep the network as it is after this step, in place of what was kept of the same step."""
        new = checkpoint(network, last, self._half)
        kept = [*(old for old in self.checkpoints if old.step < new.step), new]
        if len(kept) > self._most:
            gaps = [_age(after.step) - _age(before.step) for before, after in zip(kept, kept[2:], strict=False)]
            del kept[1 + gaps.index(min(gaps))]
        self.checkpoints = tuple(kept)
        # The next one is due when the gap to it is an even share of the whole way, measured in ages.
        self._due = EARLY * math.expm1(_age(new.step) * (self._most - 1) / (self._most - 2))


def _age(step: int) -> float:
    return math.log1p(step / EARLY)


def _bytes(weights: Mapping[str, Tensor]) -> int:
    return sum(tensor.nbytes for tensor in weights.values())


def _half(tensor: Tensor) -> Tensor:
    # Counters stay whole; a weight beyond float16's range is cut off, as infinity would spoil all that it touches.
    largest = torch.finfo(torch.float16).max
    return tensor.clamp(-largest, largest).half() if tensor.is_floating_point() else tensor.clone()
