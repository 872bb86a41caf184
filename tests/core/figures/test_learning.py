import json

import numpy as np
import pytest

from core.figures.learning import learning_curves
from core.history import Curve

TRAIN = Curve(np.array([0.5, 1.0, 1.5]), np.array([2.0, np.nan, 1.0]), np.array([0.1, 0.2, 0.3]))
TEST = Curve(np.array([1.0]), np.array([1.5]), np.array([0.25]))


def rows(spec):
    return [(row["epoch"], row["value"]) for row in spec["data"]["values"]]


def test_all_finite_points_are_drawn():
    assert rows(learning_curves(TRAIN, TEST, "loss", "Loss", 3)) == [(0.5, 2.0), (1.5, 1.0), (1.0, 1.5)]
    assert len(rows(learning_curves(TRAIN, TEST, "accuracy", "Accuracy", 3, percent=True))) == 4


def test_the_axis_has_its_full_length_from_the_start():
    spec = learning_curves(TRAIN, TEST, "accuracy", "Accuracy", 3, percent=True)
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, 3]
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 1]


@pytest.mark.parametrize("percent", [True, False])
def test_an_empty_history_gives_a_chart_that_can_be_sent(percent):
    empty = Curve(*np.empty((3, 0)))
    json.dumps(learning_curves(empty, empty, "loss", "Loss", 1, percent), allow_nan=False)


def test_a_full_history_stays_small():
    from core.history import MOST_POINTS

    many = Curve(*np.random.default_rng(0).random((3, MOST_POINTS)))
    assert len(json.dumps(learning_curves(many, many, "loss", "Loss", 50))) < 100_000
