from dataclasses import replace

import numpy as np
import pytest

from core.config import TrainConfig
from core.datasets import POINTS as POINT_SETS
from core.datasets import load
from core.experiments.compare import (
    UNUSED,
    best_so_far,
    differences,
    explain_differences,
    in_short,
    last_score,
    measure,
    thinned,
    who_leads,
)
from core.runs import Run, Status, View
from core.runs.history import Curve
from core.training import Score, Snapshot

ADAM = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
POINTS = TrainConfig(dataset="circle", model="points", hidden=(4, 2), loss="bce", optimizer="sgd", batch_size=10)
SGD = replace(ADAM, optimizer="sgd", learning_rate=0.1, momentum=0.9)


def curve(loss, accuracy=None):
    count = np.arange(1.0, len(loss) + 1)
    return Curve(count, np.array(loss), np.array(accuracy or [0.5] * len(loss)), 10 * count, count / 10)


def view(config, accuracy=0.5, seconds=1.0, loss=1.0, status=Status.FINISHED, curve=None):
    """A run of which only what is compared is filled in."""
    test = Score(loss, accuracy, 100)
    last = Snapshot(1, 1.0, 1.0, 0.5, None, 0.1, 100, seconds, test)
    return View(status, False, "", last, last, test, test, curve, curve, curve, config, 1.0, None, None, None)


def test_only_what_is_not_the_same_everywhere_is_named_in_the_words_of_the_menus():
    found = differences([ADAM, SGD, replace(SGD, seed=7)])
    assert found == {
        "Optimizer": ["Adam", "SGD", "SGD"],
        "Learning rate": ["0.001", "0.1", "0.1"],
        "Momentum": [UNUSED, "0.9", "0.9"],
        "Nesterov": [UNUSED, "off", "off"],
        "Memory of squared gradients β₂": ["0.999", UNUSED, UNUSED],
        "Seed": ["0", "0", "7"],
    }
    assert in_short(found, 0) == "Optimizer Adam · Learning rate 0.001 · Memory of squared gradients β₂ 0.999 · Seed 0"


def test_a_setting_that_a_run_makes_no_use_of_is_no_difference():
    assert differences([ADAM, replace(ADAM, momentum=0.5, stride=1, channels=(3,))]) == {}


def test_it_is_said_where_nothing_but_luck_differs():
    assert "number for number" in explain_differences(differences([ADAM, ADAM]))
    assert "luck" in explain_differences(differences([ADAM, replace(ADAM, seed=1)]))
    assert explain_differences(differences([ADAM, SGD])) == ""
    assert explain_differences(differences([ADAM, replace(SGD, seed=1)])) == ""


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (SGD, "accuracy"),
        (replace(ADAM, loss="mse"), "accuracy"),
        (replace(ADAM, dataset="mnist"), None),
        (POINTS, None),
    ],
)
def test_runs_are_compared_by_accuracy_where_they_learn_the_same(other, by):
    assert measure([ADAM, other]) == by


def test_where_there_is_no_accuracy_they_are_compared_by_the_loss_if_it_is_the_same():
    values = regression()
    assert measure([values, replace(values, hidden=(3,))]) == "loss"
    assert measure([values, replace(values, loss="l1")]) is None
    assert measure([values, replace(values, noise=0.3)]) is None


def regression():
    name, text = next(
        (name, points.default_text)
        for name, points in POINT_SETS.items()
        if points.problem(points.default_text).task == "regression"
    )
    return replace(POINTS, dataset=name, points=text, loss="mse")


def test_best_and_last_are_those_of_the_run_itself():
    run = Run(replace(ADAM, epochs=2), load("digits"))
    assert run.wait(60)
    seen = run.view()
    assert last_score(seen) == seen.outcome.score
    loss, accuracy = best_so_far(seen)
    assert loss == min([*seen.test_curve.loss, seen.outcome.score.loss])
    assert accuracy == max([*seen.test_curve.accuracy, seen.outcome.score.accuracy])


def test_a_run_before_its_first_test_has_no_best():
    nothing = replace(view(ADAM, curve=curve([])), last_test=None)
    assert best_so_far(nothing) == (None, None)
    assert last_score(nothing) is None
    assert who_leads(["A"], [nothing]) == ""


def test_a_small_curve_keeps_the_latest_point():
    assert thinned(curve([5.0, np.nan, 4.0, 3.0, 2.0, np.inf, 1.0]), 3) == [5.0, 3.0, 1.0]
    assert thinned(curve([5.0, 4.0, 3.0, 2.0]), 3) == [4.0, 2.0]
    assert thinned(curve([]), 3) == []


def test_the_leader_is_named_with_its_lead_and_its_time():
    said = who_leads(["A", "B", "C"], [view(ADAM, 0.91, 2.0), view(SGD, 0.95, 3.0), view(SGD, 0.5, 1.0)])
    assert said == (
        "**B is best:** right in 95.0% of the tests after 3.0 s of training. "
        "A comes next, 4 points behind: right in 91.0% of the tests after 2.0 s of training."
    )


def test_as_long_as_one_is_going_on_the_lead_is_one_so_far():
    said = who_leads(["A", "B"], [view(ADAM, 0.91), view(SGD, 0.95, status=Status.RUNNING)])
    assert said.startswith("**B is best so far:** right in 95.0%")


def test_values_are_led_by_the_lowest_loss():
    values = regression()
    said = who_leads(["A", "B"], [view(values, np.nan, 2.0, loss=0.3), view(values, np.nan, 3.0, loss=0.1)])
    assert said.startswith(
        "**B is best:** a test loss of 0.1 after 3.0 s of training. A comes next, its loss 0.2 higher"
    )


def test_equals_a_single_one_and_what_cannot_be_compared():
    assert "are level" in who_leads(["A", "B"], [view(ADAM, 0.9), view(SGD, 0.9)])
    assert who_leads(["A"], [view(ADAM, 0.9)]).startswith("**A:** right in 90.0%")
    assert "do not tell" in who_leads(["A", "B"], [view(ADAM), view(POINTS)])


def test_a_run_whose_weights_ran_away_does_not_lead():
    said = who_leads(["A", "B"], [view(ADAM, 0.9, status=Status.DIVERGED), view(SGD, 0.2)])
    assert said.startswith("**B:** right in 20.0%")
