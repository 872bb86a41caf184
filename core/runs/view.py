"""A run as it is shown: its status, and all its numbers at one moment."""

from dataclasses import dataclass
from enum import Enum

from torch import Tensor

from core.config import TrainConfig
from core.runs.history import Curve
from core.training import Score, Snapshot


class Status(Enum):
    """Where a run is: RUNNING or PAUSED, then TESTING on the whole test set, then over for one of four reasons."""

    RUNNING = "running"
    PAUSED = "paused"
    TESTING = "testing"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"

    @property
    def computing(self) -> bool:
        """True while the run trains or is tested, so that there is something new to see before long."""
        return self in (Status.RUNNING, Status.TESTING)

    @property
    def over(self) -> bool:
        """True when the run will not train any further."""
        return self in (Status.FINISHED, Status.STOPPED, Status.DIVERGED, Status.FAILED)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the network answers on the whole test set: probabilities float32 [N, C] and true classes int64 [N]."""

    score: Score
    probabilities: Tensor
    targets: Tensor


@dataclass(frozen=True, eq=False)
class View:
    """A run at one moment, for showing: nothing in it changes any more.

    `moving` is True while there is something to wait for: training, testing, or a step or edit that was asked for.
    `config` has the settings as they are now, after all adjustments. `train_curve` is of the training batches,
    `sample_curve` of a sample of the training examples as they are, at the same steps as `test_curve`.
    """

    status: Status
    moving: bool
    message: str
    first: Snapshot | None
    last: Snapshot | None
    last_test: Score | None
    last_sample: Score | None
    train_curve: Curve
    test_curve: Curve
    sample_curve: Curve
    config: TrainConfig
    share_done: float
    samples_per_second: float | None
    seconds_left: float | None
    outcome: Outcome | None
