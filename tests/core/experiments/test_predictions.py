from dataclasses import replace

import pytest

from core.datasets import load
from core.experiments.predictions import AGAIN, CONFIG, COUNT, LINE, SEEDS, again_truth, numbers, seeds_truth
from core.runs import Run


@pytest.fixture(scope="module")
def scores():
    """Of runs with different seeds, and of a second one with the first of them."""
    runs = [Run(replace(CONFIG, seed=seed), load("digits")) for seed in (*range(COUNT), 0)]
    assert all(run.wait(60) for run in runs)
    return [run.view().outcome.score for run in runs]


def test_runs_that_differ_in_their_seed_alone_are_apart(scores):
    accuracies = [score.accuracy for score in scores[:COUNT]]
    assert max(accuracies) - min(accuracies) >= LINE
    assert seeds_truth().answer == "more" in SEEDS.answers
    assert f"**{100 * (max(accuracies) - min(accuracies)):.1f} percentage points**" in seeds_truth().sentence


def test_the_same_seed_gives_the_same_run(scores):
    assert scores[0] == scores[-1] != scores[1]
    assert again_truth().answer == "same" in AGAIN.answers
    assert f"**{scores[0].loss!r}**" in again_truth().sentence


def test_the_numbers_are_those_of_the_words():
    assert numbers() == {"seeds": COUNT, "line": 100 * LINE}
