"""How the learning rate changes over a run: a factor for each moment between start (0) and end (1)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.text.i18n import N_

RISE = 0.3
START_FACTOR = 1 / 25
END_FACTOR = START_FACTOR / 1e4


@dataclass(frozen=True)
class Schedule:
    """One schedule of the menu; `factor` maps progress in [0, 1] to what the learning rate is multiplied with."""

    label: str
    factor: Callable[[float], float]
    note: str


def one_cycle(progress: float) -> float:
    """Rise along a cosine for the first 30 % of a run, then fall along one to almost nothing.

    The same curve as torch.optim.lr_scheduler.OneCycleLR with its defaults, after Smith and Topin 2018,
    "Super-Convergence" (arXiv:1708.07120).
    """
    if progress < RISE:
        return _cosine(START_FACTOR, 1.0, progress / RISE)
    return _cosine(1.0, END_FACTOR, (progress - RISE) / (1 - RISE))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES = {
    "constant": Schedule(N_("Constant"), lambda progress: 1.0, N_("The learning rate stays as it is set.")),
    "one_cycle": Schedule(N_("One cycle"), one_cycle, N_("Up for a third of the run, then down to almost nothing.")),
}
