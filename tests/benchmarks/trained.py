"""This project's side of a comparison: core.training.train under a stop-watch."""

import time
from dataclasses import dataclass, replace

from torch import nn

from core.config import TrainConfig
from core.datasets import Data, Split
from core.models import build_network
from core.training import evaluate, make_loss, train


@dataclass(frozen=True, eq=False)
class Trained:
    """A network after its training: how long that took on the wall clock, tests excluded, and on how many samples."""

    network: nn.Module
    seconds: float
    samples: int

    @property
    def samples_per_second(self) -> float:
        """The speed of the training."""
        return self.samples / self.seconds


def train_timed(config: TrainConfig, data: Data) -> Trained:
    """Train a config's network from the start as `for snapshot in train(config, data)` does.

    All of the loop counts, snapshots included. Only of a step that a test follows the loop's own clock is taken.
    """
    network = build_network(config, data.input_shape, len(data.classes))
    seconds = own_seconds = 0.0
    before = time.perf_counter()
    for snapshot in train(config, data, network):
        now = time.perf_counter()
        seconds += now - before if snapshot.test is None else snapshot.seconds - own_seconds
        before, own_seconds = now, snapshot.seconds
    return Trained(network, seconds, snapshot.samples)


def accuracy(network: nn.Module, data: Data, split: Split) -> float:
    """Return the share of right answers on a split, scaled like the data, those that the network has learnt from."""
    return evaluate(network, data, split, make_loss(TrainConfig())).accuracy


def shortened(data: Data, samples: int | None) -> Data:
    """Return the data with so many training samples only; all where None."""
    return replace(data, train=Split(data.train.inputs[:samples], data.train.targets[:samples]))
