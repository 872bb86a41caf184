"""The curves of a run, kept in bounded memory however long it trains."""

from dataclasses import dataclass

import numpy as np

from core.training import Score, Snapshot

MAX_POINTS = 400

Point = tuple[float, float, float, float, float]  # in the order of Curve’s arrays


@dataclass(frozen=True)
class Curve:
    """Points of one curve as float64 arrays of equal length.

    accuracy is in [0, 1], step counts from 1, seconds are those spent in training steps.
    """

    epoch: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    step: np.ndarray
    seconds: np.ndarray


class History:
    """Gathers snapshots into curves of the training batches and of both samples, of at most MAX_POINTS points each.

    A point of the training curve is the mean over a stretch of steps. When there are too many points, each two
    neighbours become one, so the curve keeps its shape while its points grow wider: the mean over all steps never
    changes.
    """

    def __init__(self) -> None:
        self.first: Snapshot | None = None
        self.last: Snapshot | None = None
        self.last_test: Score | None = None
        self.last_sample: Score | None = None
        self._stride = 1
        self._train: list[Point] = []
        self._open: list[Point] = []
        self._tests: list[tuple[Point, Point]] = []  # on the test sample, and on the training sample

    def add(self, snapshot: Snapshot) -> None:
        """Take in the snapshot of the next step."""
        self.first = self.first or snapshot
        self.last = snapshot
        self._open.append(_point(snapshot, snapshot))
        if len(self._open) == self._stride:
            self._train.append(_mean(self._open))
            self._open = []
            if len(self._train) == MAX_POINTS:
                self._train = [_mean(self._train[at : at + 2]) for at in range(0, MAX_POINTS, 2)]
                self._stride *= 2
        if snapshot.test is not None and snapshot.sample is not None:
            self.last_test, self.last_sample = snapshot.test, snapshot.sample
            self._tests.append((_point(snapshot, snapshot.test), _point(snapshot, snapshot.sample)))
            if len(self._tests) == MAX_POINTS:
                self._tests = self._tests[1::2]

    def train_curve(self) -> Curve:
        """The loss and accuracy on the training batches."""
        return _curve(self._train + ([_mean(self._open)] if self._open else []))

    def test_curve(self) -> Curve:
        """The loss and accuracy on the test sample."""
        return _curve([test for test, _sample in self._tests])

    def sample_curve(self) -> Curve:
        """The loss and accuracy on the training sample, at the same steps as the tests."""
        return _curve([sample for _test, sample in self._tests])


def _point(snapshot: Snapshot, of: Snapshot | Score) -> Point:
    return snapshot.epoch, of.loss, of.accuracy, snapshot.step, snapshot.seconds


def _mean(points: list[Point]) -> Point:
    count = len(points)
    epoch, loss, accuracy, step, seconds = (sum(column) / count for column in zip(*points, strict=True))
    return epoch, loss, accuracy, step, seconds


def _curve(points: list[Point]) -> Curve:
    columns = np.array(points, dtype=np.float64).reshape(-1, 5).T
    return Curve(*columns)


def smoothed(values: np.ndarray, weight: float) -> np.ndarray:
    """Return a running mean of values [N] in which each earlier one counts `weight` times as much as the next.

    m ← weight · m + (1 − weight) · value, from m = 0, divided by 1 − weight^n, so that the beginning is not drawn to
    0: the smoothing of TensorBoard, and the bias correction of Adam (Kingma and Ba 2015, arXiv:1412.6980).
    """
    means, mean = np.empty(len(values)), 0.0
    for place, value in enumerate(values):
        mean = weight * mean + (1 - weight) * value
        means[place] = mean / (1 - weight ** (place + 1))
    return means
