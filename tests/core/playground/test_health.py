import math

import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.models import PointsNet
from core.playground.health import DEAD, HEALTHY, SATURATED, health

CENTERS = (torch.arange(10) + 0.5) * 1.2 - 6
POINTS = torch.cartesian_prod(CENTERS, CENTERS)


def network(hidden=(4, 3), activation="tanh") -> PointsNet:
    torch.manual_seed(3)
    return PointsNet(("x1", "x2"), hidden, [ACTIVATIONS[activation].module] * len(hidden), [0.0] * len(hidden), 1)


def set_line(stage, weights, biases) -> None:
    with torch.no_grad():
        stage.linear.weight.copy_(torch.tensor(weights))
        stage.linear.bias.copy_(torch.tensor(biases))


def test_numbers_that_are_no_numbers_any_more_break_nothing():
    net = network(activation="relu")
    set_line(net.stages[0], [[math.nan, math.inf]] * 4, [0.0] * 4)
    assert [len(layer.flags) for layer in health(net, POINTS)] == [4, 3]


def test_a_relu_that_is_never_above_zero_is_dead():
    net = network(activation="relu")
    with torch.no_grad():
        net.stages[0].linear.weight[1:].zero_()
        net.stages[0].linear.bias.copy_(torch.tensor([-100.0, 1.0, 0.0, -1e-6]))
    first = health(net, POINTS)[0]
    assert first.flags.tolist() == [DEAD, HEALTHY, DEAD, DEAD]
    assert first.flat.tolist() == [1, 0, 1, 1]


def test_a_tanh_far_from_zero_is_saturated_and_not_dead():
    net = network(hidden=(3,))
    points = POINTS
    # tanh' = 1 - tanh² is below 0.01 where |z| > 2.993: at 100 % of the points, nowhere, and where |x1| > 2.993 = half.
    set_line(net.stages[0], [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]], [3.0, 2.9, 0.0])
    found = health(net, points)[0]
    assert found.flags.tolist() == [SATURATED, HEALTHY, HEALTHY]
    assert found.flat.tolist() == pytest.approx([1, 0, 0.6])
    # Here float32 has no slope left at all, and yet an output.
    set_line(net.stages[0], [[0.0, 0.0]] * 3, [20.0] * 3)
    assert health(net, points)[0].flags.tolist() == [SATURATED] * 3


def test_a_slope_downwards_is_a_slope():
    net = network(activation="gelu", hidden=(1,))
    set_line(net.stages[0], [[0.0, 0.0]], [-1.5])
    assert health(net, POINTS)[0].flags.tolist() == [HEALTHY]


def test_a_leaky_relu_can_always_recover():
    net = network(activation="leaky_relu")
    set_line(net.stages[0], [[0.0, 0.0]] * 4, [-100.0] * 4)
    assert health(net, POINTS)[0].flags.tolist() == [HEALTHY] * 4


def test_the_slopes_are_autograds_own():
    net = network(activation="elu", hidden=(1,))
    set_line(net.stages[0], [[1.0, 0.0]], [0.0])
    points = POINTS
    sums = points[:, 0].double().requires_grad_()
    (slopes,) = torch.autograd.grad(nn.functional.elu(sums).sum(), sums)
    assert health(net, points)[0].flat.item() == pytest.approx((slopes < 0.01).double().mean().item())


def test_looking_leaves_no_trace_in_the_network():
    net = network()
    health(net, POINTS)
    assert all(parameter.grad is None for parameter in net.parameters())
