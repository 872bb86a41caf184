import inspect
from itertools import pairwise

import pytest
import torch
from torch import nn

from core.lessons.home.steps import STEPS
from core.lessons.home.training_loop import BATCH, LEARNING_RATE, POINTS, ROUNDS, go_round, journey, tiny_network
from core.training import train


def network_of(weights):
    network = tiny_network()
    network.load_state_dict(weights)
    return network


@pytest.mark.parametrize("number", [0, 1, ROUNDS - 1])
def test_every_number_of_a_round_is_what_pytorch_says(number):
    trip = journey(0)
    shown = trip.rounds[number]
    network = network_of(shown.weights)
    inputs, targets = trip.points[shown.chosen], trip.classes[shown.chosen]
    assert shown.number == number + 1
    assert inputs.shape == (BATCH, 2)
    torch.testing.assert_close(shown.hidden, network[:2](inputs))
    torch.testing.assert_close(shown.outputs, network(inputs))
    loss = nn.BCELoss()(network(inputs), targets)
    assert shown.loss == pytest.approx(loss.item())
    assert shown.loss == pytest.approx(shown.losses.mean().item())
    loss.backward()
    for name, parameter in network.named_parameters():
        torch.testing.assert_close(shown.gradients[name], parameter.grad)
        torch.testing.assert_close(shown.moved[name], parameter - LEARNING_RATE * parameter.grad)
    right = (network_of(shown.moved)(trip.points) > 0.5) == (trip.classes > 0.5)
    assert shown.right == pytest.approx(right.float().mean().item())


def test_each_round_begins_where_the_last_one_ended():
    rounds = journey(1).rounds
    assert len(rounds) == ROUNDS
    for before, after in pairwise(rounds):
        assert all(torch.equal(before.moved[name], after.weights[name]) for name in after.weights)


@pytest.mark.parametrize("seed", range(6))
def test_every_network_learns(seed):
    trip = journey(seed)
    assert len(trip.points) == POINTS
    assert trip.rounds[-1].right >= 0.9
    assert trip.rounds[-1].loss < trip.rounds[0].loss


def test_the_steepest_weight_has_the_largest_gradient():
    shown = journey(0).rounds[0]
    name, row, column = shown.steepest
    largest = max(gradient.abs().max() for key, gradient in shown.gradients.items() if key.endswith("weight"))
    assert shown.gradients[name][row, column].abs() == largest


def test_the_same_seed_makes_the_same_journey():
    first, second = journey(3), journey.__wrapped__(3)
    assert [each.loss for each in first.rounds] == [each.loss for each in second.rounds]
    assert journey(4).rounds[0].loss != first.rounds[0].loss


@pytest.mark.parametrize("name", ["network", "loss", "optimizer"])
def test_the_lines_shown_are_those_of_the_training_loop(name):
    for statement in STEPS[name].code.split("; "):
        assert statement in inspect.getsource(train)
        if name != "network":  # which gives the hidden neurons on the way here
            assert statement in inspect.getsource(go_round)
