"""What is done against overfitting, side by side on the same images, with several seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.lessons.generalize.kept import Kept, Work, portion
from core.lessons.generalize.training import HISTORIES, Setup
from core.text.i18n import N_

SEEDS = 5
STUDENT = 2.776  # of Student's t, which 5 % of the values exceed on either side together, with SEEDS - 1 = 4 degrees
MORE = 3  # times as many images


@dataclass(frozen=True)
class Remedy:
    """`settings` are those of a Setup; `more` is how many times the images."""

    label: str
    settings: Mapping[str, float]
    more: int = 1


@dataclass(frozen=True)
class Case:
    """The images, the fraction of wrong labels, and the first of SEEDS seeds."""

    images: int = 100
    noise: float = 0.2
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Comparison:
    """`accuracy`: of each remedy and seed, on the training and the validation set, [REMEDIES, SEEDS, 2, EPOCHS + 1]."""

    case: Case
    accuracy: Tensor

    @property
    def validation(self) -> Tensor:
        """[REMEDIES, SEEDS, EPOCHS + 1]."""
        return self.accuracy[:, :, 1]

    @property
    def gap(self) -> Tensor:
        """Training accuracy minus validation accuracy, [REMEDIES, SEEDS, EPOCHS + 1]."""
        return self.accuracy[:, :, 0] - self.accuracy[:, :, 1]


@dataclass(frozen=True)
class Difference:
    """The mean of differences, and the half of its 95 % interval."""

    mean: float
    margin: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0, so that chance alone hardly makes the difference."""
        return abs(self.mean) > self.margin


def compare(case: Case) -> Work[Comparison]:
    """Train with each remedy and seed."""
    setups = [
        Setup(case.images * remedy.more, case.noise, seed=case.seed + seed, **remedy.settings)
        for remedy in REMEDIES.values()
        for seed in range(SEEDS)
    ]
    found = []
    for place, setup in enumerate(setups):
        history = yield from portion(HISTORIES.work(setup), place, len(setups))
        found.append(history.accuracy)
    return Comparison(case, torch.stack(found).unflatten(0, (len(REMEDIES), SEEDS)))


def difference(first: Tensor, second: Tensor) -> Difference:
    """Return first - second over the same SEEDS seeds, [SEEDS] each, by the paired t-test.

    The interval is mean ± t s / sqrt(n), with s the standard deviation of the n differences.
    """
    each = (first - second).double()
    return Difference(each.mean().item(), STUDENT * each.std().item() / SEEDS**0.5)


REMEDIES = {
    "none": Remedy(N_("No remedy"), {}),
    "dropout": Remedy(N_("Dropout 0.5"), {"dropout": 0.5}),
    "weight_decay": Remedy(N_("Weight decay 2"), {"weight_decay": 2.0}),
    "more": Remedy(N_("3 times the images"), {}, MORE),
}

COMPARISONS = Kept(compare, 32)
