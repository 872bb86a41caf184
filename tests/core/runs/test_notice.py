from dataclasses import replace

import numpy as np
import pytest

from core.config import TrainConfig
from core.runs import Status, View
from core.runs.diagnosis import Diagnosis, diagnose, gap_error
from core.runs.history import Curve
from core.runs.notice import notice
from core.training import Score, Snapshot

TESTS = 50
EVEN = np.linspace(0, 1, TESTS)


def curve(loss, accuracy, epochs=5.0):
    loss, accuracy = (np.broadcast_to(np.asarray(values, dtype=float), (TESTS,)) for values in (loss, accuracy))
    steps = np.arange(1, TESTS + 1.0)
    return Curve(steps / TESTS * epochs, loss, accuracy, steps, steps)


def view(sample, test, batches=None, first=2.3, samples=(1000, 1000), status=Status.RUNNING, rate=0.1, epochs=5.0):
    """Return a run of TESTS tests; of `sample`, `test` and `batches` the losses and the accuracies are given."""
    sample, test, batches = (curve(*values, epochs=epochs) for values in (sample, test, batches or sample))
    scores = [
        Score(found.loss[-1], found.accuracy[-1], count) for found, count in zip((sample, test), samples, strict=True)
    ]
    begun = Snapshot(1, 0.1, first, 0.1, None, rate, 64, 0.01, scores[1], scores[0])
    ended = Snapshot(TESTS, epochs, batches.loss[-1], 0.1, None, rate, 64, 0.01, scores[1], scores[0])
    config = TrainConfig(dataset="digits", learning_rate=rate)
    return View(
        status=status,
        moving=True,
        message="",
        first=begun,
        last=ended,
        last_test=scores[1],
        last_sample=scores[0],
        train_curve=batches,
        test_curve=test,
        sample_curve=sample,
        config=config,
        share_done=0.5,
        samples_per_second=None,
        seconds_left=None,
        outcome=None,
    )


FALLING = 2.3 - 2 * EVEN  # to 0.3
RISING = 0.1 + 0.8 * EVEN  # to 0.9
LEARNING = view((FALLING, RISING), (FALLING, RISING - 0.01))
BY_HEART = view((FALLING, RISING), (0.5 + EVEN, 0.7))


@pytest.mark.parametrize(
    ("seen", "diagnosis", "words"),
    [
        (LEARNING, Diagnosis.LEARNING, ["fell from 2.3 to 0.3", "1,000 images", "89.0%"]),
        (BY_HEART, Diagnosis.OVERFITTING, ["memorizes", "90.0%", "70.0%", "±1.8%", "1,000 training images"]),
        (
            view((2.3 + 0.01 * np.sin(40 * EVEN), 0.1), (2.3, 0.098)),
            Diagnosis.GUESSING,
            ["9.8% of 1,000", "10.0%", "not learning"],
        ),
        (
            view((400.0, 0.1), (400.0, 0.1), batches=(np.r_[9.6e4, [400.0] * (TESTS - 1)], 0.1)),
            Diagnosis.DIVERGED,
            ["2.3", "9.6e+04", "overshoots"],
        ),
        (
            view((2.303, 0.1), (2.303, 0.1), batches=(np.r_[400.0, [2.3] * (TESTS - 1)], 0.1)),
            Diagnosis.DIVERGED,
            ["400"],
        ),
        (view((2.3 - 0.1 * EVEN, 0.2), (2.3, 0.2), rate=1e-5), Diagnosis.TOO_SLOW, ["5.0 epochs", "2.2", "1e-05"]),
        (
            view((np.r_[FALLING[:10], 0.5 + 0.1 * np.sin(40 * EVEN[10:])], 0.8), (0.5, 0.8)),
            Diagnosis.PLATEAU,
            ["falls no longer", "last 20 tests", "80.0%"],
        ),
    ],
)
def test_what_is_most_worth_noticing(seen, diagnosis, words):
    assert diagnose(seen, classes=10) is diagnosis
    assert all(word in notice(seen, classes=10) for word in words)


@pytest.mark.parametrize(
    "seen",
    [
        # A gap of five points that 1,437 and 360 samples make by chance, and one between curves that still fall.
        view((FALLING, 0.724), (FALLING, 0.672), samples=(1000, 360)),
        view((FALLING, 0.9), (FALLING, 0.8)),
        # Batches are varied or have dropout: their scores conclude nothing.
        view((FALLING, RISING), (FALLING, RISING), batches=(FALLING, 0.5 * RISING)),
        view((FALLING, RISING), (FALLING, RISING), batches=(FALLING, np.minimum(RISING + 0.2, 1))),
        # One test out of three is no gap yet, and a gap too small to matter is none.
        view((FALLING, 0.95), (0.5 + EVEN, np.r_[[0.95] * (TESTS - 3), 0.8, 0.95, 0.8])),
        view((FALLING, 1.0), (0.5 + EVEN, 0.98), samples=(100_000, 100_000)),
        # A peak that the run has left behind, and a first step up that is no explosion.
        view((FALLING, RISING), (FALLING, RISING), batches=(np.r_[400.0, FALLING[1:]], RISING)),
        view((FALLING, RISING), (FALLING, RISING), batches=(np.r_[4.0, FALLING[1:]], RISING)),
    ],
)
def test_nothing_is_the_matter_with_a_run_that_learns(seen):
    assert diagnose(seen, classes=10) is Diagnosis.LEARNING


@pytest.mark.parametrize("seed", range(20))
def test_a_healthy_run_is_never_said_to_memorize(seed):
    """The curves lie on top of each other but for the noise of 360 tests."""
    noise = np.random.default_rng(seed).normal(0, 0.012, (2, TESTS))
    healthy = view((FALLING + noise[0], 0.95 + noise[0]), (FALLING + noise[1], 0.95 + noise[1]), samples=(1000, 360))
    assert diagnose(healthy, classes=10) is not Diagnosis.OVERFITTING


def test_values_have_no_accuracy_to_be_diagnosed_by():
    nothing = np.full(TESTS, np.nan)
    assert diagnose(view((FALLING, nothing), (FALLING, nothing)), classes=0) is Diagnosis.LEARNING


def test_the_error_of_a_gap_is_that_of_two_proportions():
    # p = 0.85 of both together, √(0.85 · 0.15 · (1/100 + 1/300))
    assert gap_error(1.0, 0.8, (100, 300)) == pytest.approx(np.sqrt(0.85 * 0.15 * (1 / 100 + 1 / 300)))


@pytest.mark.parametrize("missing", ["last_test", "last_sample", "first"])
def test_silence_where_there_is_nothing_to_say_yet(missing):
    assert notice(replace(LEARNING, **{missing: None}), classes=10) is None


def test_silence_where_the_status_has_said_it():
    assert notice(replace(LEARNING, status=Status.DIVERGED), classes=10) is None
