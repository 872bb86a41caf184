import math

import pytest

from core.losses import LOSSES
from core.models import OUTPUT_LAYERS
from core.pairings import explain_pairing, gradient_when_wrong, perfect_loss


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
@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_squeezed_outputs_are_flat_where_they_are_surely_wrong(output_layer, loss):
    assert gradient_when_wrong(output_layer, loss) < 1e-3 * gradient_when_wrong("none", "cross_entropy")


def test_mse_punishes_an_answer_that_is_too_clearly_right():
    import torch

    target = LOSSES["mse"].targets(torch.tensor([0]), 10)
    assert LOSSES["mse"].module()(3 * target, target) > LOSSES["mse"].module()(target, target)
