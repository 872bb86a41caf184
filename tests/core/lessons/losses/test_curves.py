import io
from contextlib import redirect_stdout

import numpy as np
import pytest

from core.lessons.losses.curves import construct, loss_and_gradient, notice, snippet
from core.losses import LOSSES, TargetError

ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]


@pytest.mark.parametrize("loss", ONE_BY_ONE)
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_the_gradient_is_the_slope_of_the_curve(loss, target):
    hyperparameters = {param.name: param.maximum for param in LOSSES[loss].hyperparameters}
    places = np.array([-3.9, -1.21, 0.47, 3.33])
    _values, gradients = loss_and_gradient(loss, places, target, **hyperparameters)
    right, left = (loss_and_gradient(loss, places + side, target, **hyperparameters)[0] for side in (1e-6, -1e-6))
    np.testing.assert_allclose(gradients, (right - left) / 2e-6, rtol=1e-6, atol=1e-8)


def test_hand_computed_values():
    assert loss_and_gradient("mse", -2.0, 1.0) == (9.0, -6.0)
    assert loss_and_gradient("l1", -2.0, 1.0) == (3.0, -1.0)
    assert loss_and_gradient("huber", -2.0, 1.0) == (2.5, -1.0)
    assert loss_and_gradient("huber", -2.0, 1.0, delta=0.5) == (1.375, -0.5)
    value, slope = loss_and_gradient("bce", -2.0, 1.0)
    assert value == pytest.approx(np.log(1 + np.exp(2)))
    assert slope == pytest.approx(1 / (1 + np.exp(2)) - 1)


def test_a_target_outside_the_range_is_refused():
    with pytest.raises(TargetError, match=r"1\.5 is none"):
        loss_and_gradient("bce", 0.0, 1.5)


def test_the_sentence_says_who_pulls_which_way_and_how_much_harder():
    gradients = {name: tuple(map(float, loss_and_gradient(name, -2.0, 1.0))) for name in ("mse", "l1")}
    assert notice(-2.0, 1.0, gradients) == (
        "From −2 to the target 1: MSE pulls up (gradient −6), L1 pulls up (gradient −1). "
        "The strongest pull, that of MSE, is 6 times that of L1."
    )
    gradients = {name: tuple(map(float, loss_and_gradient(name, 3.0, 1.0))) for name in ("mse", "bce")}
    assert "MSE pulls down (gradient 4), binary cross-entropy pulls up (gradient −0.04743)" in notice(
        3.0, 1.0, gradients
    )


def test_where_nothing_pulls_the_sentence_says_so():
    gradients = {name: tuple(map(float, loss_and_gradient(name, 1.0, 1.0))) for name in ("mse", "l1")}
    assert (
        notice(1.0, 1.0, gradients)
        == "From 1 to the target 1: MSE is content (gradient 0), L1 is content (gradient 0)."
    )


def test_the_code_prints_the_same_numbers():
    hyperparameters = {"huber": {"delta": 0.5}}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(snippet(ONE_BY_ONE, -2.0, 0.5, hyperparameters), {})
    for loss, line in zip(ONE_BY_ONE, printed.getvalue().splitlines(), strict=True):
        expected = loss_and_gradient(loss, -2.0, 0.5, **hyperparameters.get(loss, {}))
        assert [float(number) for number in line.split()[-2:]] == pytest.approx([float(n) for n in expected], rel=1e-6)


def test_a_module_is_written_as_it_is_built():
    assert construct("huber", {"delta": 0.5}) == "HuberLoss(delta=0.5)"
    assert construct("mse", {}) == "MSELoss()"
