"""Many trainings in the background, one after another: the tries of a search, or the same settings with other seeds."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from threading import Event, Lock

from core.config import TrainConfig
from core.datasets import Data, DatasetDamaged, DatasetMissing
from core.runs import Run, Status
from core.runs.history import Curve
from core.scheduler import Job, JobFailed
from core.text.i18n import N_
from core.training import Score


@dataclass(frozen=True, eq=False)
class Trial:
    """What one training came to; nothing of its network is kept.

    Attributes:
        status: FINISHED, DIVERGED or FAILED.
        score: on all test data; None where it ended without a test.
        seconds: from its beginning to its end, waiting for its turn included.
        message: why it ended, where it did not finish.
    """

    config: TrainConfig
    status: Status
    train_curve: Curve
    test_curve: Curve
    score: Score | None
    seconds: float
    message: str


Proposals = Generator[TrainConfig, Trial, None]
"""Yields the settings to train with next, and is sent what came of them."""


class TrialRunner(Job[None]):
    """Trains what is proposed, one after another, each as an ordinary Run, which computes in turn with all others.

    All methods may be called from any thread and return at once.

    Args:
        proposals: the settings, one by one; it is asked in the thread of these trainings.
        data_of: the data for settings; may raise DatasetMissing or DatasetDamaged.
        total: how many there will be at most, for showing.
    """

    unexpected = N_("The training ended with an error, which is in the server’s log.")

    def __init__(self, proposals: Proposals, data_of: Callable[[TrainConfig], Data], total: int) -> None:
        self.total = total
        self.done: tuple[Trial, ...] = ()  # replaced as a whole, never changed
        self.running: Run | None = None
        self._proposals = proposals
        self._data_of = data_of
        self._stopped = Event()
        self._lock = Lock()  # guards the change from one run to the next, so that no stop or leave falls in between
        self._left = False
        super().__init__("trials")
        self.when_over(self.stop)  # also the training under way, where it is canceled

    def stop(self) -> None:
        """End after the present step; what is done stays."""
        with self._lock:
            self._stopped.set()
            if self.running:
                self.running.stop()

    def heartbeat(self) -> None:
        """Say that someone sees this."""
        with self._lock:
            if self.running:
                self.running.heartbeat()
                self.running.play()  # it may have paused itself while nobody looked

    def disconnected(self) -> None:
        """Say that the person's tab is gone; the training under way ends after a while, and no other begins."""
        with self._lock:
            self._left = True
            if self.running:
                self.running.disconnected()

    def reconnected(self) -> None:
        """Say that the person's tab is there, after all."""
        with self._lock:
            self._left = False
            if self.running:
                self.running.reconnected()

    def _work(self) -> None:
        trial = None
        while True:
            try:
                config = self._proposals.send(trial) if trial else next(self._proposals)
            except StopIteration:
                return
            began = time.perf_counter()
            run = self._begin(config)
            run.wait()
            with self._lock:
                self.running = None
            view = run.view()
            if view.status is Status.STOPPED:  # it cannot be compared with those that had all their time
                raise JobFailed(view.message or N_("Stopped."))
            trial = Trial(
                config,
                view.status,
                view.train_curve,
                view.test_curve,
                view.outcome.score if view.outcome else None,
                time.perf_counter() - began,
                view.message,
            )
            self.done = (*self.done, trial)

    def _begin(self, config: TrainConfig) -> Run:
        try:
            data = self._data_of(config)
        except (DatasetMissing, DatasetDamaged) as problem:
            raise JobFailed(str(problem)) from problem
        with self._lock:
            if self._stopped.is_set():
                raise JobFailed(N_("Stopped."))
            self.running = Run(config, data)
            if self._left:
                self.running.disconnected()
            return self.running
