"""What others see of a network while it trains: a copy that is brought up to date after each slice."""

from copy import deepcopy
from threading import Lock

import torch
from torch import nn

from core.runs.checkpoints import Checkpoint, checkpoint
from core.training import Snapshot


class PublishedNetwork:
    """A copy of a network in training. Its weights are overwritten, which is far cheaper than a new copy.

    Args:
        network: the one that is trained; only `publish` reads it, from the thread that trains.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._copy = deepcopy(network)
        self._after: Snapshot | None = None
        self._lock = Lock()

    @torch.no_grad()
    def publish(self, last: Snapshot | None) -> None:
        """Bring the copy up to date; `last` is the last step that was done, None before the first."""
        with self._lock:
            published = self._copy.state_dict()
            for name, tensor in self._network.state_dict().items():
                published[name].copy_(tensor)
            self._after = last

    def snapshot(self) -> nn.Module:
        """Return a copy of the copy in eval mode, which nobody else changes."""
        with self._lock:
            return deepcopy(self._copy).eval()

    @property
    def step(self) -> int:
        """How many steps the published network has been trained."""
        after = self._after
        return after.step if after else 0

    def checkpoint(self) -> Checkpoint:
        """Return the weights as they were published last."""
        with self._lock:
            return checkpoint(self._copy, self._after)

    def keep_one(self) -> nn.Module:
        """Let go of the network that was trained, now that nothing trains it; return the copy that is left."""
        self._network = self._copy
        return self._copy

    @property
    def nbytes(self) -> int:
        """The memory of both networks."""
        networks = {id(network): network for network in (self._network, self._copy)}
        return sum(tensor.nbytes for network in networks.values() for tensor in network.state_dict().values())
