import math

import pytest
import torch

from core.datasets import Problem, Split
from core.playground.health import DEAD, HEALTHY, SATURATED, Health
from core.playground.notice import notice
from core.playground.snapshot import NetworkState, Numbers

POINTS = Split(torch.zeros(100, 2), torch.zeros(100, 1))


def state(
    epoch,
    train,
    test,
    flags=(HEALTHY, HEALTHY),
    accuracy=0.6,
    activation="tanh",
    classes=("a", "b"),
    gap_error=0.05,
    before=None,
    test_points=POINTS,
) -> NetworkState:
    """Return a state with these numbers; the health of its one hidden layer is given, not computed."""
    made = NetworkState(
        network=None,
        problem=Problem((2,), "binary" if classes else "regression", classes),
        activations=(activation,),
        train=POINTS,
        test=test_points,
        numbers=Numbers(
            epoch=epoch,
            train_loss=train,
            test_loss=test,
            train_accuracy=0.55,
            test_accuracy=accuracy,
            gap_error=gap_error,
        ),
        curve=([1, 2, 3, 4], [0.7, train, train, train], [0.7, before or test, test, test]),
    )
    vars(made)["health"] = [Health(torch.tensor(flags, dtype=torch.uint8), torch.zeros(len(flags)))]
    return made


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (state(0, 0.7, 0.71), ["random", "0.710"]),
        (state(5, 0.3, 0.31, (DEAD, DEAD, HEALTHY)), ["2 of 3", "dead", "0.310"]),
        (state(5, 0.3, 0.31, (SATURATED, SATURATED, HEALTHY)), ["2 of 3", "saturated"]),
        (state(5, 0.3, 0.31, (SATURATED, HEALTHY, HEALTHY)), ["60.0%", "50.0%"]),
        (state(5, 0.1, 0.4), ["0.100", "0.400", "memorizes"]),
        (state(5, 0.1, 0.4, gap_error=0.16), ["60.0%"]),  # of few points, the difference may be chance
        (state(5, 0.1, 0.4, before=0.14), ["60.0%"]),  # not in each of the last three tests
        (state(5, 0.7, 0.7, accuracy=0.44, activation="identity"), ["44.0%", "less", "50.0%", "uneven", "55.0%"]),
        (state(1234, 0.01, 0.09, accuracy=0.99), ["Solved", "1,234", "99.0%"]),
        (state(5, 0.6, 0.6, accuracy=0.55, activation="identity"), ["straight", "55.0%", "50.0%"]),
        (state(5, math.nan, math.nan), ["smaller learning rate"]),
        (state(5, 0.3, math.inf), ["smaller learning rate"]),
    ],
)
def test_it_says_what_is_most_worth_noticing(shown, says):
    sentence = notice(shown)
    assert all(word in sentence for word in says)
    assert "{" not in sentence


def test_a_regression_has_losses_and_no_share():
    sentence = notice(state(7, 0.5, 0.25, accuracy=math.nan, activation="identity", classes=()))
    assert "0.5000" in sentence
    assert "0.2500" in sentence
    assert "%" not in sentence


def test_without_a_test_point_it_says_so():
    sentence = notice(
        state(7, 0.5, math.nan, accuracy=math.nan, test_points=Split(torch.zeros(0, 2), torch.zeros(0, 1)))
    )
    assert all(word in sentence for word in ["All 100 points", "no test set yet", "epoch 7", "0.500"])
