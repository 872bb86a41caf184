import math

import pytest
import torch

from core.activations import ACTIVATIONS
from core.lessons.activations.predictions import NEGATIVE, PASSED, STEEPEST, passed_truth, steepest_truth


def slope(name: str, x: float) -> float:
    inputs = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    ACTIVATIONS[name].module()(inputs).backward()
    assert inputs.grad is not None
    return inputs.grad.item()


@pytest.mark.parametrize(
    ("name", "answer"), [("relu", "none"), ("leaky_relu", "some"), ("sigmoid", "some"), ("identity", "all")]
)
def test_what_passes_back_through_a_negative_input(name, answer):
    truth = passed_truth(ACTIVATIONS[name])
    assert truth.answer == answer in PASSED.answers
    assert f"**{slope(name, NEGATIVE):.4g}**" in truth.sentence
    assert f"it is {slope(name, -NEGATIVE):.4g}." in truth.sentence


@pytest.mark.parametrize(
    ("name", "answer"), [("sigmoid", "quarter"), ("tanh", "one"), ("relu", "one"), ("gelu", "none")]
)
def test_the_steepest_place(name, answer):
    truth = steepest_truth(ACTIVATIONS[name])
    assert truth.answer == answer in STEEPEST.answers


def test_ten_sigmoids_leave_hardly_anything():
    steepest = slope("sigmoid", 0.0)
    assert math.isclose(steepest, 0.25)
    assert f" {1 / steepest**10:,.0f} times smaller" in steepest_truth(ACTIVATIONS["sigmoid"]).sentence
