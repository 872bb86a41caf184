"""How torch is set up for an app in which many small networks train side by side."""

import torch
from torch import nn


def prepare_torch() -> None:
    """Set torch up for this process. To be called once, before the first run."""
    # A second thread gains a third on an idle machine and loses nearly everything once another run wants its core.
    torch.set_num_threads(1)
    # The first optimizer of a process imports a large part of torch; better now than at somebody's first click.
    torch.optim.SGD(nn.Linear(1, 1).parameters())
