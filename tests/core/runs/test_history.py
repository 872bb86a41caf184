import numpy as np
import pytest

from core.runs.history import MAX_POINTS, History, smoothed
from core.training import Score, Snapshot

SAMPLE = Score(0.25, 0.75, 200)


def snapshot(step, test=None):
    return Snapshot(step, step / 10, 1 / step, step / 10_000, None, 0.1, step, float(step), test, test and SAMPLE)


def filled(steps):
    history = History()
    for step in range(1, steps + 1):
        history.add(snapshot(step, Score(1.0 / step, 0.5, 100) if step % 10 == 0 else None))
    return history


def test_short_runs_are_kept_whole():
    curve = filled(37).train_curve()
    assert curve.epoch == pytest.approx([step / 10 for step in range(1, 38)])
    assert curve.loss == pytest.approx([1 / step for step in range(1, 38)])
    assert curve.step.tolist() == curve.seconds.tolist() == list(range(1, 38))
    assert filled(37).test_curve().step.tolist() == filled(37).test_curve().seconds.tolist() == [10, 20, 30]


def test_both_samples_are_scored_at_the_same_steps():
    history = filled(37)
    assert history.sample_curve().step.tolist() == history.test_curve().step.tolist()
    assert history.sample_curve().loss.tolist() == [0.25] * 3
    assert history.sample_curve().accuracy.tolist() == [0.75] * 3
    assert history.last_sample == SAMPLE


@pytest.mark.parametrize("steps", [MAX_POINTS - 1, MAX_POINTS, MAX_POINTS + 1, 5 * MAX_POINTS + 3, 7001])
def test_long_runs_stay_bounded_and_keep_their_span(steps):
    history = filled(steps)
    curve = history.train_curve()
    assert len(curve.loss) <= MAX_POINTS
    assert len(history.test_curve().loss) <= MAX_POINTS
    assert history.sample_curve().step.tolist() == history.test_curve().step.tolist()
    assert np.all(np.diff(curve.epoch) > 0)
    assert curve.epoch[-1] == pytest.approx(steps / 10, rel=0.02)
    assert history.last.step == steps


def test_points_are_means_of_equal_stretches():
    steps = 4 * MAX_POINTS  # a whole number of stretches
    curve = filled(steps).train_curve()
    stretch = steps // len(curve.loss)
    expected = (1 / np.arange(1, steps + 1)).reshape(-1, stretch).mean(axis=1)
    assert curve.loss == pytest.approx(expected)


def test_an_empty_history_has_empty_curves():
    assert len(History().train_curve().loss) == len(History().test_curve().accuracy) == 0


def test_smoothing_is_a_running_mean_freed_of_its_beginning():
    values = np.array([4.0, 0.0, 2.0])
    # m: 2, 1, 1.5; divided by 0.5, 0.75, 0.875
    assert smoothed(values, 0.5).tolist() == pytest.approx([4.0, 1 / 0.75, 1.5 / 0.875])
    assert smoothed(values, 0.0).tolist() == values.tolist()
    assert smoothed(np.full(50, 3.0), 0.99) == pytest.approx(np.full(50, 3.0))
    assert smoothed(np.array([2.0, 4.0]), 0.9).tolist() == pytest.approx([2.0, (0.9 * 0.2 + 0.4) / 0.19])
