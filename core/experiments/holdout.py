"""A part of the training data kept apart to choose settings by, so that the test set is not looked at."""

from dataclasses import replace

import torch

from core.datasets import Data, Split

SHARE = 0.2


def hold_out(data: Data, share: float = SHARE) -> Data:
    """Return data that train on a part of the training set and test on the rest of it, always the same.

    Args:
        share: of the training set that is kept apart; at least one sample is, and one is left to train on.
    """
    count = len(data.train)
    kept = min(max(round(share * count), 1), count - 1)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(0))
    return replace(data, train=_part(data.train, order[kept:]), test=_part(data.train, order[:kept]))


def _part(split: Split, places: torch.Tensor) -> Split:
    return Split(split.inputs[places], split.targets[places])
