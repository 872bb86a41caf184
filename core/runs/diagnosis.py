"""What is the matter with a run, from its curves: nothing is concluded from one batch, or from a chance difference.

Accuracies and losses are those of two fixed samples, of training examples as they are and of test examples, measured at
the same steps; a gap between them counts where it is many standard errors wide in several tests in a row.
"""

import math
from enum import Enum

import numpy as np

from core.runs.view import View

EXPLODED = 4.0  # times the first loss
GAP = 0.03  # of accuracy, below which a gap is of no use to know
SIGMAS = 3.0
IN_A_ROW = 3  # tests
STEADY = 5  # tests, from each of which to the next the loss falls
WINDOW = 20  # tests, whose mean is compared with that of as many before: two epochs, as a rule
SLOW = 0.8  # times the first loss is what a run with too small a learning rate still has after an epoch


class Diagnosis(Enum):
    """What is most worth knowing of a run; LEARNING where nothing is the matter."""

    LEARNING = "learning"
    DIVERGED = "diverged"
    GUESSING = "guessing"
    TOO_SLOW = "too slow"
    OVERFITTING = "overfitting"
    PLATEAU = "plateau"


def diagnose(view: View, classes: int) -> Diagnosis:
    """Return what is the matter with a run that learns so many classes; 0 for values."""
    if has_diverged(view, classes):
        return Diagnosis.DIVERGED
    if _falls_slowly(view):
        return Diagnosis.TOO_SLOW
    if is_guessing(view, classes):
        return Diagnosis.GUESSING
    if _overfits(view):
        return Diagnosis.OVERFITTING
    if _stands_still(view):
        return Diagnosis.PLATEAU
    return Diagnosis.LEARNING


def has_diverged(view: View, classes: int) -> bool:
    """Whether the loss shot up and the network is no better for its training now."""
    losses = view.sample_curve.loss
    if view.first is None or not len(losses):
        return False
    first = view.first.loss
    peak = max(view.train_curve.loss.max(), losses.max())
    return bool(peak > EXPLODED * first and (losses[-1] >= first or is_guessing(view, classes)))


def is_guessing(view: View, classes: int) -> bool:
    """Whether the last tests' accuracies are no more above that of guessing than chance would have them."""
    last = view.test_curve.accuracy[-IN_A_ROW:]
    if not classes or view.last_test is None or len(last) < IN_A_ROW:
        return False
    chance = 1 / classes
    error = math.sqrt(chance * (1 - chance) / view.last_test.samples)
    return bool((last < chance + SIGMAS * error).all())


def gap_error(seen: float, unseen: float, samples: tuple[int, int]) -> float:
    """Return the standard error of a difference of two proportions, pooled, of so many samples each.

    √(p (1 − p) (1/n₁ + 1/n₂)) with p of both together: https://en.wikipedia.org/wiki/Two-proportion_Z-test
    """
    together = (seen * samples[0] + unseen * samples[1]) / sum(samples)
    return math.sqrt(together * (1 - together) * sum(1 / count for count in samples))


def _overfits(view: View) -> bool:
    """A gap in each of the last tests that is not of chance, while the test loss falls no longer."""
    seen, unseen, losses = view.sample_curve.accuracy, view.test_curve.accuracy, view.test_curve.loss
    if view.last_test is None or view.last_sample is None or len(losses) < 2 * IN_A_ROW:
        return False
    samples = view.last_sample.samples, view.last_test.samples
    gaps = zip(seen[-IN_A_ROW:], unseen[-IN_A_ROW:], strict=True)
    wide = all(high - low > max(GAP, SIGMAS * gap_error(high, low, samples)) for high, low in gaps)
    means = np.convolve(losses, np.full(IN_A_ROW, 1 / IN_A_ROW), mode="valid")
    return wide and bool(means[-1] > means[:-IN_A_ROW].min())


def _falls_slowly(view: View) -> bool:
    """The loss falls from test to test, for an epoch and more, and has hardly come down; nor is half of it right."""
    curve = view.sample_curve
    if view.first is None or view.last is None or len(curve.loss) < STEADY or curve.epoch[-1] < 1:
        return False
    at_full_rate = view.last.learning_rate >= view.config.learning_rate / 2  # a schedule may still be warming up
    steady = (np.diff(curve.loss[-STEADY:]) < 0).all()
    return bool(at_full_rate and steady and curve.loss[-1] > SLOW * view.first.loss and curve.accuracy[-1] < 0.5)


def _stands_still(view: View) -> bool:
    """The mean loss of the last tests on the training sample is no lower than that of those before but for chance."""
    (now, before), error = plateau(view), plateau_error(view)
    return now > before - error


def plateau(view: View) -> tuple[float, float]:
    """Return the mean loss on the training sample over the last WINDOW tests and over those before; NaN of fewer."""
    losses = view.sample_curve.loss[-2 * WINDOW :]
    if len(losses) < 2 * WINDOW:
        return math.nan, math.nan
    return losses[WINDOW:].mean().item(), losses[:WINDOW].mean().item()


def plateau_error(view: View) -> float:
    """Return the standard error of the difference of the means of `plateau`."""
    losses = view.sample_curve.loss[-2 * WINDOW :]
    if len(losses) < 2 * WINDOW:
        return math.nan
    return math.sqrt((losses[WINDOW:].var(ddof=1) + losses[:WINDOW].var(ddof=1)) / WINDOW)
