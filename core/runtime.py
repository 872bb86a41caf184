"""How torch is set up for an app in which many small networks train side by side."""

import torch
from torch import nn


def prepare_torch() -> None:
    """Set torch up for this process. To be called once, before the first run."""
    prepare_thread()
    # The first optimizer of a process imports a large part of torch; better now than at somebody's first click.
    torch.optim.SGD(nn.Linear(1, 1).parameters())


def prepare_thread() -> None:
    """Let this thread compute by itself. To be called first in every thread that uses torch, and so in every page run.

    A second thread gains a third on an idle machine and loses nearly everything once another run wants its core. And a
    new thread does not take the setting over from the one that began it: without this call, which takes microseconds,
    its first operations spend up to 10 ms on starting helpers.
    """
    torch.set_num_threads(1)
