import math

import pytest
import torch

from core.config import TrainConfig
from core.lessons.train.hints import (
    explain_batches,
    explain_pairing,
    explain_smoothing,
    gradient_when_wrong,
    perfect_loss,
    smallest_loss,
)
from core.losses import LOSSES
from core.models import OUTPUT_LAYERS


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output_layer", OUTPUT_LAYERS)
def test_only_the_pair_made_for_classes_needs_no_explanation(output_layer, loss):
    explanation = explain_pairing(output_layer, loss)
    assert (explanation is None) == ((output_layer, loss) == ("none", "cross_entropy"))
    assert explanation is None or "{" not in explanation


def test_softmax_twice_never_comes_near_zero():
    expected = -math.log(math.e / (math.e + 9))
    assert perfect_loss("cross_entropy") == pytest.approx(expected)
    assert f"{expected:.2f}" in explain_pairing("softmax", "cross_entropy")


@pytest.mark.parametrize("output_layer", ["softmax", "sigmoid"])
def test_probabilities_where_logits_are_wanted_never_come_near_zero(output_layer):
    # the right output 1 is read as the logit 1, and the nine others as the logit 0
    expected = (math.log(1 + math.exp(-1)) + 9 * math.log(2)) / 10
    assert perfect_loss("bce") == pytest.approx(expected)
    assert f"{expected:.2f}" in explain_pairing(output_layer, "bce")
    assert gradient_when_wrong(output_layer, "bce") < 1e-3 * gradient_when_wrong("none", "bce")


def test_ten_yes_or_no_questions_pull_a_tenth_as_hard_as_one_choice_of_ten():
    # their mean is over ten answers, and two of these are as wrong as they can be
    assert gradient_when_wrong("none", "bce") == pytest.approx(math.sqrt(2) / 10, rel=1e-3)
    assert "0.14" in explain_pairing("none", "bce")
    assert "1.4" in explain_pairing("none", "bce")


@pytest.mark.parametrize("output_layer", ["softmax", "sigmoid"])
@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
def test_squeezed_outputs_are_flat_where_they_are_surely_wrong(output_layer, loss):
    assert gradient_when_wrong(output_layer, loss) < 1e-3 * gradient_when_wrong("none", "cross_entropy")


def test_mse_punishes_an_answer_that_is_too_clearly_right():
    import torch

    target = LOSSES["mse"].targets(torch.tensor([0]), 10)
    assert LOSSES["mse"].module()(3 * target, target) > LOSSES["mse"].module()(target, target)


@pytest.mark.parametrize("smoothing", [0.0, 0.05, 0.1, 0.5])
def test_smoothed_targets_leave_a_loss_that_nothing_goes_below(smoothing):
    logits = torch.zeros(1, 10, requires_grad=True)
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)
    optimizer = torch.optim.LBFGS([logits], lr=1, max_iter=200, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = criterion(logits, torch.tensor([3]))
        value.backward()
        return value

    optimizer.step(loss)
    assert smallest_loss(smoothing) == pytest.approx(loss().item(), abs=1e-3)


def test_the_loss_of_a_perfect_network_with_smoothing_is_told():
    sentence = explain_smoothing(0.1)
    assert all(number in sentence for number in ["0.1 ", "0.91", "0.01", "0.5"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"augmentation": "handwriting"}, ["70.0%", "96.0%", "varied"]),
        ({"dropout": 0.25}, ["70.0%", "96.0%", "25%", "zeroed"]),
        ({"dropout": 0.25, "augmentation": "elastic"}, ["varied", "25%"]),
        ({"dropout": 0.25, "model": "blocks"}, None),
    ],
)
def test_why_batches_are_harder_is_told_where_they_are(changes, words):
    sentence = explain_batches(TrainConfig(dataset="digits", **changes), 0.7, 0.96)
    assert (sentence is None) == (words is None)
    assert all(word in sentence for word in words or [])
