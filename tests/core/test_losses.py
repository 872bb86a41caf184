import math
import re

import pytest
import torch
import torch.nn.functional as F

from core.losses import LOSSES, TargetError, class_indices, probabilities

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
        "huber": torch.where(errors.abs() <= 1, errors**2 / 2, errors.abs() - 0.5).mean(),
        "bce": -torch.where(one_hot == 1, OUTPUTS.sigmoid(), 1 - OUTPUTS.sigmoid()).log().mean(),
    }
    assert expected.keys() == LOSSES.keys()
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


def test_probabilities_of_yes_or_no_questions_are_their_sigmoids_scaled():
    sigmoids = OUTPUTS.sigmoid()
    expected = sigmoids / sigmoids.sum(1, keepdim=True)
    torch.testing.assert_close(probabilities(OUTPUTS, "none", "bce"), expected)
    torch.testing.assert_close(probabilities(sigmoids, "sigmoid", "bce"), expected)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output_layer", ["none", "softmax", "sigmoid"])
def test_probabilities_sum_to_1_for_every_pairing_and_keep_the_answer(output_layer, loss):
    outputs = {"none": OUTPUTS, "softmax": OUTPUTS.softmax(1), "sigmoid": OUTPUTS.sigmoid()}[output_layer]
    rows = probabilities(outputs, output_layer, loss)
    torch.testing.assert_close(rows.sum(1), torch.ones(2))
    # MSE and its kin read 3.0 and 2.0 as 1: the largest is still the largest
    assert rows.argmax(1).tolist() == outputs.argmax(1).tolist()


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.squashes])
def test_what_squashes_is_what_the_loss_does_itself(loss):
    squashed = LOSSES[loss].squashes(OUTPUTS)
    target = F.one_hot(TARGETS, 3).float()
    by_hand = (
        -(target * squashed.log()).sum(1).mean()
        if LOSSES[loss].compares_classes
        else F.binary_cross_entropy(squashed, target)
    )
    torch.testing.assert_close(LOSSES[loss].module()(OUTPUTS, target), by_hand)


def test_a_target_that_is_neither_yes_nor_no_is_refused_in_a_sentence():
    LOSSES["bce"].require(torch.tensor([0.0, 0.3, 1.0]))
    LOSSES["mse"].require(torch.tensor([-1e9]))
    for target in (-0.1, 1.5):
        with pytest.raises(TargetError, match=f"from 0 \\(no\\) to 1 \\(yes\\), and {target:g} is none"):
            LOSSES["bce"].require(torch.tensor([[0.5, target]]))


def read(written):
    """Work out a written term as a person would."""
    words = re.sub(r"\|(.*)\|", r"abs(\1)", written)
    words = re.sub(r"log σ(\(.*?\))", r"log(σ\1)", words)
    for sign, python in {"−": "-", "²": "**2", "·": "*", "σ": "sigmoid"}.items():
        words = words.replace(sign, python)
    return eval(words, {"log": math.log, "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "abs": abs})


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.term])
@pytest.mark.parametrize(("output", "target"), [(2.5, 1.0), (-1.5, 0.0), (0.25, 1.0), (-2.0, 0.3), (3.0, -4.0)])
@pytest.mark.parametrize("end", ["minimum", "default", "maximum"])
def test_a_written_term_comes_to_what_torch_computes(loss, output, target, end):
    hyperparameters = {param.name: getattr(param, end) for param in LOSSES[loss].hyperparameters}
    minimum, maximum = LOSSES[loss].target_range
    target = min(max(target, minimum), maximum)
    exact = LOSSES[loss].module(**hyperparameters)(torch.tensor(output), torch.tensor(target)).item()
    assert read(LOSSES[loss].term(output, target, **hyperparameters)) == pytest.approx(exact, rel=1e-5)


def test_hubers_term_is_a_parabola_or_a_line():
    assert LOSSES["huber"].term(2.5, 2.0) == "0.5² / 2"
    assert LOSSES["huber"].term(5.0, 11.5) == "1 · (6.5 − 1 / 2)"
    assert LOSSES["huber"].term(5.0, 11.5, delta=0.3) == "0.3 · (6.5 − 0.3 / 2)"


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.hyperparameters])
def test_the_usual_value_of_a_knob_is_pytorchs(loss):
    default = LOSSES[loss].module(**{param.name: param.default for param in LOSSES[loss].hyperparameters})
    assert torch.equal(default(OUTPUTS, 2 * OUTPUTS), LOSSES[loss].module()(OUTPUTS, 2 * OUTPUTS))
