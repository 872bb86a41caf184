import math

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve
from core.lessons.activations.scene import GRID, limits, scene

INF = math.inf


@pytest.mark.parametrize(
    ("name", "hyperparameters", "ends"),
    [
        ("sigmoid", {}, (0, 1)),
        ("tanh", {}, (-1, 1)),
        ("relu", {}, (0, INF)),
        ("leaky_relu", {"negative_slope": 0.01}, (-INF, INF)),
        ("softplus", {"beta": 2.0}, (0, INF)),
        ("elu", {"alpha": 2.5}, (-2.5, INF)),
        ("gelu", {}, (0, INF)),
        ("silu", {}, (0, INF)),
        ("identity", {}, (-INF, INF)),
    ],
)
def test_limits(name, hyperparameters, ends):
    assert limits(ACTIVATIONS[name], **hyperparameters) == ends


def test_each_limit_is_named_once_for_either_side():
    named = scene({"sigmoid": {}, "relu": {}, "tanh": {}})["limits"]
    assert [(end["side"], end["value"]) for end in named] == [
        *[("left-", 0.0), ("left-", -1.0)],
        *[("right+", 1.0), ("right+", None)],
    ]


def test_tables_hold_what_torch_gives_on_the_grid():
    made = scene({"elu": {"alpha": 2.0}})
    values, slopes = curve(ACTIVATIONS["elu"], GRID, alpha=2.0)
    np.testing.assert_array_equal(made["curves"], [values])
    np.testing.assert_array_equal(made["slopes"], [slopes])


def test_a_jump_of_the_slope_is_told_and_a_bend_is_not():
    assert scene({"relu": {}})["functions"][0]["jumps"] == [pytest.approx(0, abs=1e-6)]
    assert scene({"softplus": {"beta": 1.0}})["functions"][0]["jumps"] == []
