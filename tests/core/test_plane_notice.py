import math

import pytest
import torch

from core.plane import DEAD, HEALTHY, SATURATED, Health
from core.plane_notice import notice
from core.training import Score


def health(*flags: int) -> list[Health]:
    return [Health(torch.tensor(flags, dtype=torch.uint8), torch.zeros(len(flags)))]


def score(loss: float, accuracy: float = 0.6) -> Score:
    return Score(loss, accuracy, 100)


FINE = health(HEALTHY, HEALTHY)


@pytest.mark.parametrize(
    ("epoch", "train", "test", "units", "straight", "says"),
    [
        (0, score(0.7), score(0.71), FINE, False, ["random", "0.710"]),
        (5, score(0.3), score(0.31), health(DEAD, DEAD, HEALTHY), False, ["2 of 3", "dead", "0.310"]),
        (5, score(0.3), score(0.31), health(SATURATED, SATURATED, HEALTHY), False, ["2 of 3", "saturated"]),
        (5, score(0.3), score(0.31), health(SATURATED, HEALTHY, HEALTHY), False, ["60.0%"]),
        (5, score(0.1), score(0.4), FINE, False, ["0.100", "0.400", "by heart"]),
        (1234, score(0.01), score(0.02, 0.99), FINE, False, ["Solved", "1,234", "99.0%"]),
        (5, score(0.6), score(0.6, 0.55), FINE, True, ["straight", "55.0%", "50.0%"]),
        (5, score(math.nan), score(math.nan), FINE, False, ["smaller learning rate"]),
    ],
)
def test_it_says_what_is_most_worth_noticing(epoch, train, test, units, straight, says):
    sentence = notice(epoch, train, test, units, 2, straight)
    assert all(word in sentence for word in says)
    assert sentence.count("{") == 0


def test_a_regression_has_losses_and_no_share():
    sentence = notice(7, score(0.5, math.nan), score(0.25, math.nan), FINE, 0, True)
    assert "0.5000" in sentence
    assert "0.2500" in sentence
    assert "%" not in sentence
