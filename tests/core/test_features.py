import pytest
import torch

from core.features import FEATURES, Features

POINTS = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


@pytest.mark.parametrize("name", FEATURES)
def test_the_code_that_is_shown_is_the_feature(name):
    x1, x2 = POINTS.unbind(1)
    shown = eval(FEATURES[name].code, {"x1": x1, "x2": x2})  # the app's own words, not a person's
    assert torch.equal(shown, Features([name])(POINTS)[:, 0])


def test_the_values():
    x1, x2 = 1.0, -2.0
    sines = [torch.tensor(x).sin().item() for x in (x1, x2)]
    assert Features(FEATURES)(POINTS)[0].tolist() == [x1, x2, x1**2, x2**2, x1 * x2, *sines]


def test_they_come_in_the_order_asked_for():
    assert Features(["x2", "x1"])(POINTS).tolist() == POINTS.flip(1).tolist()
    assert Features(["x1", "x2"])(POINTS) is POINTS
