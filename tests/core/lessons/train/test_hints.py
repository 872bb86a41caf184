import math

import pytest

from core.lessons.train.hints import explain_pairing, gradient_when_wrong, perfect_loss
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
