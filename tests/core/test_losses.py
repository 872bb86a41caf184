import pytest
import torch
import torch.nn.functional as F

from core.losses import LOSSES, class_indices, probabilities

OUTPUTS = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, 3.0]])
TARGETS = torch.tensor([0, 1])


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_every_loss_takes_class_indices_and_class_probabilities_alike(loss):
    criterion = loss.module()
    as_indices = criterion(OUTPUTS, loss.targets(TARGETS, 3))
    as_rows = criterion(OUTPUTS, loss.targets(F.one_hot(TARGETS, 3).float(), 3))
    torch.testing.assert_close(as_indices, as_rows)
    assert as_indices.ndim == 0


def test_losses_against_hand_computed_values():
    one_hot = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    errors = OUTPUTS - one_hot
    expected = {
        "cross_entropy": -(OUTPUTS.log_softmax(1) * one_hot).sum(1).mean(),
        "mse": (errors**2).mean(),
        "l1": errors.abs().mean(),
    }
    for name, value in expected.items():
        torch.testing.assert_close(LOSSES[name].module()(OUTPUTS, LOSSES[name].targets(TARGETS, 3)), value)


def test_class_indices_of_both_forms():
    assert class_indices(TARGETS).tolist() == [0, 1]
    assert class_indices(torch.tensor([[0.1, 0.9], [0.8, 0.2]])).tolist() == [1, 0]


def test_probabilities_of_cross_entropy_are_softmax():
    torch.testing.assert_close(probabilities(OUTPUTS, "none", "cross_entropy"), OUTPUTS.softmax(1))


def test_probabilities_of_a_softmax_layer_are_left_alone():
    rows = OUTPUTS.softmax(1)
    assert torch.equal(probabilities(rows, "softmax", "cross_entropy"), rows)


def test_probabilities_of_one_hot_regression_are_the_outputs_themselves():
    outputs = torch.tensor([[1.2, -0.3, 0.0], [0.25, 0.75, 0.0], [0.0, 0.0, 0.0]])
    rows = probabilities(outputs, "none", "mse")
    torch.testing.assert_close(rows, torch.tensor([[1.0, 0, 0], [0.25, 0.75, 0], [1 / 3, 1 / 3, 1 / 3]]))
