from dataclasses import replace

import pytest

from core.datasets import load
from core.lessons.train.duel import RATE, RIVALS, duel_configs, verdict
from core.runs import Run
from core.training import Score


def test_nothing_differs_but_the_optimizer():
    sgd, adam = duel_configs("digits").values()
    assert (sgd.optimizer, adam.optimizer) == RIVALS
    assert replace(sgd, optimizer="adam") == adam
    assert sgd.learning_rate == RATE


@pytest.mark.parametrize("seed", [0, 1])
def test_sgd_beats_adam_at_this_rate(seed):
    runs = {
        name: Run(replace(config, seed=seed, epochs=3), load("digits"))
        for name, config in duel_configs("digits").items()
    }
    assert all(run.wait(120) for run in runs.values())
    scores = {name: run.view().outcome.score for name, run in runs.items()}
    assert scores["sgd"].accuracy > scores["adam"].accuracy + 0.2
    assert verdict(scores, True).startswith("**SGD beats Adam**")


def test_the_verdict_is_that_of_the_numbers():
    worse, better = Score(1.0, 0.5, 100), Score(0.5, 0.75, 100)
    assert verdict({"sgd": worse, "adam": better}, True).startswith(
        "**Adam beats SGD**: 75% of the test images against 50%"
    )
    assert verdict({"sgd": better, "adam": worse}, False).startswith("SGD leads: 75%")
    assert "level" in verdict({"sgd": better, "adam": better}, True)
