from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.config import TrainConfig
from core.config.fields import MAX_SEED
from core.datasets import data_of, load
from core.experiments import seeds as seed_band
from core.experiments.seeds import (
    SEEDS,
    Repetition,
    as_trial,
    difference,
    explain_difference,
    explain_spread,
    key_of,
    repeat,
    summary,
    with_an_end,
    with_seeds,
)
from core.runs import Run, Status
from core.runs.history import Curve
from core.runs.trial_runner import Trial
from core.training import Score

pytestmark = pytest.mark.usefixtures("one_thread")

CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
POINTS = TrainConfig(
    dataset="circle", model="points", hidden=(4, 2), loss="bce", optimizer="sgd", batch_size=10, epochs=100_000
)
PATIENCE = 60
EMPTY = Curve(*np.empty((5, 0)))


def trial(config, accuracy, status=Status.FINISHED):
    score = Score(1 - accuracy, accuracy, 100) if status is Status.FINISHED else None
    return Trial(config, status, EMPTY, EMPTY, score, 1.0, "")


class NothingMore:
    done = ()


def repetition(*accuracies):
    configs = with_seeds(CONFIG)
    known = (
        trial(config, accuracy or 0.0, Status.FINISHED if accuracy is not None else Status.DIVERGED)
        for config, accuracy in zip(configs, accuracies, strict=False)
    )
    return Repetition(configs, tuple(known), NothingMore())


def finished(config=CONFIG):
    run = Run(config, data_of(config))
    assert run.wait(PATIENCE)
    return run


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([0.91, 0.92, 0.95, 0.90, 0.93], [0.90, 0.89, 0.91, 0.92, 0.88]),
        ([0.5, 0.7], [0.1, 0.2, 0.15, 0.12]),
        ([3.0, 1.0, 2.0], [2.0, 2.1, 2.0, 1.9]),
    ],
)
def test_the_difference_is_that_of_scipys_welch_test(first, second):
    expected = stats.ttest_ind(first, second, equal_var=False)
    interval = expected.confidence_interval(0.95)
    found = difference(first, second)
    assert found.mean == pytest.approx(np.mean(first) - np.mean(second))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.chance == pytest.approx(expected.pvalue, rel=1e-9)


def test_the_difference_against_numbers_worked_out_by_hand():
    # Means 2 and 5, variances 1 and 1, three each: error sqrt(2/3), 4 degrees of freedom, whose t is 2.776445.
    found = difference([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    assert found.mean == pytest.approx(-3)
    assert (found.low, found.high) == pytest.approx((-3 - 2.776445 * 0.8164966, -3 + 2.776445 * 0.8164966), rel=1e-6)
    assert not found.not_significant
    assert difference([1.0, 5.0, 3.0], [4.0, 2.0, 6.0]).not_significant


def test_where_nothing_strays_there_is_no_luck():
    found = difference([0.9, 0.9], [0.8, 0.8])
    assert (found.low, found.high, found.chance) == (found.mean, found.mean, 0.0)
    assert not found.not_significant
    assert difference([0.9, 0.9], [0.9, 0.9]).not_significant


def test_one_value_is_not_enough():
    with pytest.raises(ValueError, match="at least two"):
        difference([0.9], [0.8, 0.7])


def test_the_band_holds_all_curves_and_their_mean():
    def curve(*losses):
        return Curve(np.array([1.0, 2.0]), np.array(losses), np.array([0.1, 0.2]), np.array([10.0, 20.0]), np.ones(2))

    found = summary([curve(3.0, 2.0), curve(1.0, 2.0), curve(2.0, 5.0)], "loss")
    assert found.mean.tolist() == [2.0, 3.0]
    assert found.low.tolist() == [1.0, 2.0]
    assert found.high.tolist() == [3.0, 5.0]
    assert found.epoch.tolist() == [1.0, 2.0]
    assert found.step.tolist() == [10.0, 20.0]


def test_the_seeds_follow_the_runs_own_and_stay_within_limits():
    assert [config.seed for config in with_seeds(replace(CONFIG, seed=3))] == [3, 4, 5, 6, 7]
    last = MAX_SEED
    assert [config.seed for config in with_seeds(replace(CONFIG, seed=last), 2)] == [last, 0]
    assert {replace(config, seed=0) for config in with_seeds(CONFIG)} == {CONFIG}


def test_a_finished_run_counts_as_the_seed_that_it_is():
    run, again = finished(), finished()
    mine, other = as_trial(run), as_trial(again)
    assert mine.config == CONFIG
    assert mine.score == other.score  # which is why it need not be trained again
    assert mine.test_curve.loss.tolist() == other.test_curve.loss.tolist()


def test_a_run_that_its_settings_alone_do_not_give_again_does_not_count():
    changed = Run(CONFIG, load("digits"), paused=True)
    changed.step()
    while changed.view().moving:
        changed.wait(0.01)
    assert as_trial(changed) is None  # it has not come to its end
    changed.adjust(learning_rate=0.01)
    changed.play()
    assert changed.wait(PATIENCE)
    assert changed.modified
    assert as_trial(changed) is None
    assert with_an_end(changed.view()).learning_rate == 0.01
    stopped = Run(CONFIG, load("digits"), paused=True)
    stopped.stop()
    assert stopped.wait(PATIENCE)
    assert as_trial(stopped) is None


def test_a_run_of_the_playground_is_repeated_for_as_long_as_it_went():
    run = Run(replace(POINTS, samples=20, stop_loss=0.01), data_of(replace(POINTS, samples=20)), paused=True)
    assert with_an_end(run.view()).epochs == 1
    run.step(3 * run.steps_per_epoch)
    while run.view().moving:
        run.wait(0.01)
    assert with_an_end(run.view()) == replace(POINTS, samples=20, epochs=3, stop_loss=0.0)
    assert key_of(run) == replace(POINTS, samples=20, stop_loss=0.0)
    assert as_trial(run) is None
    run.stop()
    assert run.wait(PATIENCE)
    assert with_an_end(run.view()).epochs == 3


def test_each_seed_is_trained_once_and_what_is_known_not_again(monkeypatch):
    monkeypatch.setattr(seed_band, "with_seeds", lambda config: with_seeds(config, 3))
    run = finished(replace(CONFIG, seed=1))
    other = replace(CONFIG, optimizer="sgd")
    found = repeat([run.config, other], [as_trial(run)], data_of)
    assert found[run.config].trials.wait(PATIENCE)
    assert [trial.config.seed for trial in found[run.config].trials.done] == [2, 3, 0, 1, 2]
    assert [trial.config.seed for trial in found[run.config].done] == [1, 2, 3]
    assert {trial.config.optimizer for trial in found[other].done} == {"sgd"}
    assert found[other].complete
    alone = finished(replace(CONFIG, seed=3))
    assert found[run.config].scores("accuracy")[2] == alone.view().outcome.score.accuracy


def test_repeating_what_is_all_known_ends_at_once():
    known = [trial(config, 0.9) for config in with_seeds(CONFIG)]
    found = repeat([CONFIG], known, data_of)[CONFIG]
    assert found.trials.wait(PATIENCE)
    assert found.complete
    assert found.trials.done == ()


def test_mean_and_standard_deviation_are_said_and_what_ran_away_is_not_in_them():
    said = explain_spread(repetition(0.90, 0.92, 0.94), "accuracy")
    assert said == f"92.00% ± 2.00% right, 3 of {SEEDS} seeds"
    assert "a test loss of 0.08 ± 0.02" in explain_spread(repetition(0.90, 0.92, 0.94), "loss")
    lost = explain_spread(repetition(0.90, None, 0.94), "accuracy")
    assert lost == f"92.00% ± 2.83% right, 3 of {SEEDS} seeds, 1 of them without a result, as the weights ran away"
    assert explain_spread(repetition(0.9), "accuracy") == f"1 of {SEEDS} seeds"


def test_the_sentence_speaks_of_the_better_one_whatever_the_order():
    good, bad = repetition(0.96, 0.97, 0.95, 0.96, 0.96), repetition(0.91, 0.90, 0.92, 0.91, 0.91)
    for pair in ({"A": good, "B": bad}, {"B": bad, "A": good}):
        said = explain_difference(pair, "accuracy")
        assert said == (
            "On average **A** is right in 5 more of 100 tests than **B**, "
            "95 % interval 4 to 6: 0 is not within it, so this is more than luck."
        )
        said = explain_difference(pair, "loss")
        assert said.startswith(
            "On average the test loss of **A** is 0.05 below that of **B**, 95 % interval 0.04 to 0.06"
        )


def test_a_difference_that_could_be_luck_is_called_so():
    said = explain_difference({"A": repetition(0.90, 0.95, 0.92), "B": repetition(0.91, 0.94, 0.91)}, "accuracy")
    assert said.endswith("0 is within it, so this could be luck.")
    assert "interval −" in said


def test_without_two_results_each_it_says_what_is_missing():
    assert "at least two" in explain_difference({"A": repetition(0.9), "B": repetition(0.9, 0.8)}, "accuracy")
