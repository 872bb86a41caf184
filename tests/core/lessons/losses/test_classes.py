import io
import math
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.lessons.losses.classes import (
    LEARNING_RATE,
    STEPS,
    choose,
    gradient,
    gradient_on_logits,
    negative_log_likelihood,
    notice_choice,
    notice_gradients,
    recoveries,
    recovery,
    right_share,
    snippet_choice,
    snippet_gradients,
    two_logits,
    why_gradients_vanish,
)
from core.losses import LOSSES

NAMES = ("A", "B", "C")


@pytest.mark.parametrize("temperature", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_softmax_and_cross_entropy_are_written_out_right(temperature, target):
    choice = choose([2.0, -1.0, 0.5], temperature, target)
    powers = np.exp(np.array([2.0, -1.0, 0.5]) / temperature)
    shares = powers / powers.sum()
    assert choice.powers == pytest.approx(powers)
    assert choice.probabilities == pytest.approx(shares)
    assert (
        choice.loss
        == pytest.approx(-math.log(shares[target]))
        == pytest.approx(negative_log_likelihood(shares[target]).item())
    )
    # p - target, and once more divided by the temperature that the logits were divided by
    assert choice.gradients == pytest.approx((shares - np.eye(3)[target]) / temperature)


def test_the_extremes_stay_finite():
    for target in range(3):
        choice = choose([-6.0, 6.0, -6.0], 0.2, target)
        numbers = [*choice.powers, *choice.probabilities, choice.loss, *choice.gradients]
        assert all(map(math.isfinite, numbers))
        assert notice_choice(choice, NAMES)


def test_the_sentence_says_what_being_wrong_costs():
    assert notice_choice(choose([5.0, -3.0, -1.0], 1.0, 1), NAMES) == (
        "The network is 99.72% confident in A, which is wrong. B is left with 0.033%: "
        "the loss is −log 0.0003345 = 8.003. That is 7.3 times the 1.10 of an even guess."
    )
    assert notice_choice(choose([0.0, 0.0, 0.0], 1.0, 1), NAMES).startswith("The right class, B, gets 33%: ")
    warm = notice_choice(choose([5.0, -3.0, -1.0], 5.0, 1), NAMES)
    assert warm.endswith("At temperature 1 the right class would get 0.033%.")


def test_the_code_of_a_choice_prints_the_same_numbers():
    choice = choose([2.0, -1.0, 0.5], 2.5, 1)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(snippet_choice(choice), {})
    numbers = [float(word) for word in printed.getvalue().replace("[", "").replace("]", "").replace(",", "").split()]
    assert numbers == pytest.approx([*choice.probabilities, choice.loss, *choice.gradients], rel=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_on_the_logits_is_the_slope(loss):
    logits = torch.tensor([[0.3, -1.2, 0.8]], dtype=torch.float64)
    layer = torch.nn.Identity() if LOSSES[loss].squashes else torch.nn.Softmax(dim=1)
    target = F.one_hot(torch.tensor([0]), 3).double()
    gradient = gradient_on_logits(loss, logits)
    for k in range(3):
        nudge = 1e-6 * F.one_hot(torch.tensor([k]), 3).double()
        right, left = (LOSSES[loss].module()(layer(logits + side), target) for side in (nudge, -nudge))
        assert gradient[0, k].item() == pytest.approx((right - left).item() / 2e-6, rel=1e-5)


def test_the_pull_of_cross_entropy_and_of_mse_in_closed_form():
    logit_margins = np.array([-8.0, -1.0, 0.0, 2.5, 8.0])
    p = 1 / (1 + np.exp(logit_margins))
    np.testing.assert_allclose(gradient("cross_entropy", logit_margins), math.sqrt(2) * (1 - p))
    np.testing.assert_allclose(gradient("mse", logit_margins), math.sqrt(2) * 2 * (1 - p) * p * (1 - p))


def test_each_row_is_a_sample_of_its_own():
    together = gradient("mse", [-2.0, 8.0])
    assert together.tolist() == pytest.approx([gradient("mse", [logit_margin]).item() for logit_margin in (-2.0, 8.0)])


@pytest.mark.parametrize("loss", LOSSES)
def test_the_path_back_is_plain_gradient_descent(loss):
    logits = torch.nn.Parameter(two_logits([3.0]))
    optimizer = torch.optim.SGD([logits], lr=LEARNING_RATE)
    layer = torch.nn.Identity() if LOSSES[loss].squashes else torch.nn.Softmax(dim=1)
    shares = []
    for _step in range(STEPS + 1):
        shares.append(right_share(logits.detach(), loss).item())
        optimizer.zero_grad()
        LOSSES[loss].module()(layer(logits), torch.tensor([[1.0, 0.0]], dtype=torch.float64)).backward()
        optimizer.step()
    np.testing.assert_allclose(recovery(loss, 3.0), shares, rtol=1e-6)
    np.testing.assert_allclose(recoveries(loss, (-1.0, 3.0))[1], shares, rtol=1e-6)


def test_the_gradient_of_mse_vanishes_where_cross_entropy_learns():
    losses = ("cross_entropy", "mse")
    sentence = notice_gradients(
        8.0, {loss: gradient(loss, [8.0]).item() for loss in losses}, {loss: recovery(loss, 8.0)[-1] for loss in losses}
    )
    assert sentence == (
        "At 0.034% for the right class the gradient is 1.4 with cross-entropy, 0.00095 with MSE. "
        "From MSE to cross-entropy that is a factor of 1,491. "
        "After 50 steps the right class has 98.9% with cross-entropy, 0.036% with MSE."
    )
    assert "factor" not in notice_gradients(8.0, {"mse": 0.5}, {"mse": 0.5})


def test_the_reason_is_the_slope_of_softmax():
    p = 1 / (1 + math.exp(8))
    assert f"which is {p * (1 - p):.2g} here" in why_gradients_vanish(8.0)
    assert "which is 0.25 here" in why_gradients_vanish(0.0)


def test_the_code_of_the_pulls_prints_the_same_numbers():
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(snippet_gradients(list(LOSSES), 5.0), {})
    numbers = [float(line.split()[-1]) for line in printed.getvalue().splitlines()]
    assert numbers == pytest.approx([gradient(loss, [5.0]).item() for loss in LOSSES], rel=1e-4)
