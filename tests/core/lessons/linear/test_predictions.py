import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.lessons.linear.linear_layer import Case, make
from core.lessons.linear.predictions import MANY, WEIGHT, ZERO, weight_shapes, weight_truth, zero_truth


def layer_of(inputs: int, outputs: int, bias: bool = True) -> nn.Linear:
    (layer,) = make(Case(((inputs, outputs),), 1, bias=bias))[1]
    assert isinstance(layer, nn.Linear)
    return layer


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (4, 2), (784, 512)])
def test_zeros_give_the_bias(inputs, outputs):
    layer = layer_of(inputs, outputs)
    truth = zero_truth(layer)
    assert truth.answer == "bias" in ZERO.answers
    expected = F.linear(torch.zeros(inputs), layer.weight, layer.bias)
    assert f"[{expected[0].item():.3f}".replace("-", "−") in truth.sentence
    assert ("…" in truth.sentence) == (outputs > 3)


def test_zeros_give_zeros_without_a_bias_and_another_layer_would_be_found_out():
    assert zero_truth(layer_of(4, 2, bias=False)).answer == "zero"

    class Odd(nn.Linear):
        def forward(self, input):
            return super().forward(input + 1) - self.bias

    assert zero_truth(Odd(4, 2)).answer == "weights"


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (4, 2), (784, 512)])
def test_a_batch_leaves_the_shape_of_the_weight(inputs, outputs, bias):
    layer, x = layer_of(inputs, outputs, bias), torch.randn(MANY, inputs)
    truth, shapes = weight_truth(layer, x), weight_shapes(layer)
    assert truth.answer == "same" in WEIGHT.answers
    assert shapes["same"] == str(list(layer.weight.shape)) in truth.sentence
    assert shapes.keys() == {"batch", *WEIGHT.answers}
    assert len(set(shapes.values())) == len(shapes)
    assert str(list(F.linear(x, layer.weight).shape)) in truth.sentence


def test_a_weight_of_another_shape_would_be_found_out():
    layer = layer_of(4, 2)

    class Grows(nn.Linear):
        def forward(self, input):
            y = super().forward(input)
            self.weight = nn.Parameter(self.weight.expand(len(input), 2, 4).clone())
            return y

    grows = Grows(4, 2)
    grows.load_state_dict(layer.state_dict())
    assert weight_truth(grows, torch.randn(MANY, 4)).answer == "copies"
