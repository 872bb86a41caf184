import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.activations import ACTIVATIONS
from core.datasets import load
from core.lessons.why_activations import predictions
from core.lessons.why_activations.predictions import DEPTH, FIRST, LINE, first_truth, line_truth
from core.lessons.why_activations.stacking import stack
from core.models import Net
from core.seeding import initialise

X = torch.linspace(-3, 3, 61)


@pytest.mark.parametrize("seed", [0, 19])
@pytest.mark.parametrize("inputs", [torch.tensor([1.0, -0.5]), torch.tensor([1.0, -0.5, 2.0])])
def test_linear_layers_give_a_straight_line(inputs, seed):
    assert line_truth("identity", seed, inputs, X).answer == "straight" in LINE.answers
    rows = inputs.repeat(3, 1)
    rows[:, 0] = torch.tensor([-1.0, 0.0, 1.0])
    low, middle, high = stack(DEPTH, len(inputs), "identity", seed)(rows)
    torch.testing.assert_close(middle, (low + high) / 2)


@pytest.mark.parametrize(("activation", "answer"), [("relu", "corners"), ("tanh", "curve")])
def test_what_stands_between_the_layers_would_be_found_out(monkeypatch, activation, answer):
    monkeypatch.setattr(predictions, "DEPTH", 3)
    assert line_truth(activation, 19, torch.tensor([1.0, -0.5]), X).answer == answer in LINE.answers


@pytest.mark.parametrize(("activation", "answer"), [("sigmoid", "tiny"), ("tanh", "smaller"), ("relu", "tiny")])
def test_the_gradient_of_the_first_layer(activation, answer):
    truth = first_truth(activation, 19)
    assert truth.answer == answer in FIRST.answers

    data = load("digits")
    network = Net([784, *[32] * (DEPTH - 1), 10], ACTIVATIONS[activation].module)
    initialise(network, torch.Generator().manual_seed(19))
    F.cross_entropy(network(data.prepare(data.train.inputs[:64])), data.train.targets[:64]).backward()
    first, *_others, last = [layer.weight for layer in network.modules() if isinstance(layer, nn.Linear)]
    sizes = [weight.grad.double().square().mean().sqrt().item() for weight in (first, last)]
    assert f"**{sizes[0]:.1g}**" in truth.sentence
    assert f"is {sizes[1]:.1g}," in truth.sentence


@pytest.mark.parametrize(("start", "answer"), [("he", "equal")])
def test_other_weights_would_be_found_out(monkeypatch, start, answer):
    monkeypatch.setattr(predictions, "START", start)
    assert first_truth("relu", 19).answer == answer
