import math

import pytest
import torch
from torch import nn

from core.activations import ACTIVATIONS
from core.datasets.types import Problem
from core.features import FEATURES
from core.models import PointsNet
from core.playground.unit_maps import (
    DEAD,
    GRID,
    HEALTHY,
    LIMIT,
    SATURATED,
    THUMB,
    answers,
    at,
    feature_maps,
    grid,
    health,
    unit_maps,
)

BINARY = Problem((2,), "binary", ("no", "yes"))
REGRESSION = Problem((2,), "regression", ())
THREE = Problem((2,), "multi_class", ("a", "b", "c"))
PROBLEMS = {problem.task: problem for problem in (BINARY, REGRESSION, THREE)}


def network(problem=BINARY, hidden=(4, 3), activation="tanh", features=("x1", "x2"), dropout=0.0) -> PointsNet:
    torch.manual_seed(3)
    module = ACTIVATIONS[activation].module
    return PointsNet(features, hidden, [module] * len(hidden), [dropout] * len(hidden), problem.outputs)


def set_line(stage, weights, biases) -> None:
    with torch.no_grad():
        stage.linear.weight.copy_(torch.tensor(weights))
        stage.linear.bias.copy_(torch.tensor(biases))


def value_of(shade, scale=1.0):
    """The middle of the values that a byte stands for."""
    return (shade.float() - 127.5) / 127.5 * scale


def test_the_grid_has_the_centres_of_its_cells_and_its_top_row_first():
    points = grid(4)
    assert points[0].tolist() == [-4.5, 4.5]
    assert points[3].tolist() == [4.5, 4.5]
    assert points[-1].tolist() == [4.5, -4.5]
    assert points.abs().max() < LIMIT


def test_the_grid_is_an_ordinary_tensor_though_first_made_for_a_map():
    grid.cache_clear()
    unit_maps(network(), BINARY)
    assert not grid(GRID).is_inference()


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_maps_show_what_the_units_give_at_the_centres(activation, problem):
    net = network(problem, activation=activation, features=tuple(FEATURES))
    maps = unit_maps(net, problem)
    values = net.features(grid(GRID))
    thinned = torch.arange(GRID * GRID).view(GRID, GRID)[2::4, 2::4].flatten()
    for layer, stage in enumerate(net.stages[:-1]):
        values = stage.outputs(stage.sums(values)).detach()
        assert maps.scales[layer] == pytest.approx(max(1, values.abs().max().item()))
        shown = value_of(maps.small[layer], maps.scales[layer]).flatten(1).T
        torch.testing.assert_close(shown, values[thinned], atol=maps.scales[layer] / 127, rtol=0)
    assert all(
        small.shape == (stage.linear.out_features, THUMB, THUMB)
        for small, stage in zip(maps.small, net.stages, strict=True)
    )


@torch.no_grad()
def test_the_large_map_is_the_probability_the_clipped_value_or_the_class():
    points = grid(GRID)
    net = network(BINARY)
    expected = (net(points).sigmoid() * 255).view(GRID, GRID)
    torch.testing.assert_close(unit_maps(net, BINARY).large.float(), expected, atol=0.51, rtol=0)
    net = network(REGRESSION, hidden=())
    set_line(net.stages[0], [[0.5, 0.0]], [0.0])
    large = value_of(unit_maps(net, REGRESSION, scale=2.0).large, 2.0)
    torch.testing.assert_close(large.flatten(), (points[:, 0] / 2).clamp(-2, 2), atol=2 / 127, rtol=0)
    net = network(THREE)
    large = unit_maps(net, THREE).large.flatten()
    best, place = net(points).softmax(dim=1).max(dim=1)
    assert torch.equal((large >> 5).long(), place)
    torch.testing.assert_close((large & 31) / 31, best, atol=1 / 31, rtol=0)


def test_zero_is_128_and_one_half_too():
    net = network(hidden=(1,))
    set_line(net.stages[0], [[0.0, 0.0]], [0.0])
    set_line(net.stages[1], [[0.0]], [0.0])
    maps = unit_maps(net, BINARY)
    assert maps.small[0].unique().tolist() == maps.large.unique().tolist() == [128]


def test_the_ends_of_the_scale_are_0_and_255():
    net = network(REGRESSION, hidden=())
    set_line(net.stages[0], [[1.0, 0.0]], [0.0])
    large = unit_maps(net, REGRESSION).large
    assert large[:, 0].unique().tolist() == [0]
    assert large[:, -1].unique().tolist() == [255]


def test_x2_grows_upwards_and_x1_to_the_right():
    net = network(REGRESSION, hidden=())
    set_line(net.stages[0], [[0.0, 0.1]], [0.0])
    large = unit_maps(net, REGRESSION).large.float()
    assert large[0, 0] > large[-1, 0]
    assert large[0, 0] == large[0, -1]


@pytest.mark.parametrize("asked", [(0, 1), (1, 2), (2, 0)])
def test_the_large_map_of_a_unit_is_finer_than_its_small_one_and_alike(asked):
    net = network()
    maps = unit_maps(net, BINARY, asked)
    layer, place = asked
    small = maps.small[layer - 1][place] if layer else feature_maps()[0][place]
    assert torch.equal(maps.large[2::4, 2::4], small)


def test_an_output_can_be_asked_for_by_itself():
    net = network(THREE)
    expected = net(grid(GRID)).softmax(dim=1)[:, 1].detach() * 255
    large = unit_maps(net, THREE, (3, 1)).large.flatten().float()
    torch.testing.assert_close(large, expected, atol=0.51, rtol=0)


@pytest.mark.parametrize("asked", [(0, 2), (1, 4), (1, -1), (9, 0), (-1, 0), (10**20, 0)])
def test_a_unit_that_is_not_there_gives_the_answer(asked):
    net = network()
    assert torch.equal(unit_maps(net, BINARY, asked).large, unit_maps(net, BINARY).large)


def test_dropout_takes_no_part_in_maps_even_while_the_network_is_training():
    net = network(dropout=0.9).train()
    assert torch.equal(unit_maps(net, BINARY).large, unit_maps(net, BINARY).large)


def test_features_have_maps_and_scales_of_their_own():
    maps, scales = feature_maps()
    largest = LIMIT - LIMIT / GRID
    assert maps.shape == (len(FEATURES), THUMB, THUMB)
    assert dict(zip(FEATURES, scales, strict=True)) == pytest.approx(
        {
            "x1": largest,
            "x2": largest,
            "x1_squared": largest**2,
            "x2_squared": largest**2,
            "product": largest**2,
            "sin_x1": 1,
            "sin_x2": 1,
        },
        rel=1e-3,
    )


def test_numbers_that_are_no_numbers_any_more_break_nothing():
    net = network(activation="relu")
    set_line(net.stages[0], [[math.nan, math.inf]] * 4, [0.0] * 4)
    assert unit_maps(net, BINARY).large.shape == (GRID, GRID)
    assert [len(layer.flags) for layer in health(net, grid(10))] == [4, 3]


def test_a_point_in_numbers():
    net = network(hidden=(2,), activation="relu")
    set_line(net.stages[0], [[1.0, 2.0], [-1.0, 0.0]], [0.5, -1.0])
    set_line(net.stages[1], [[2.0, 5.0]], [-1.0])
    answer = at(net, (3.0, -1.0))
    assert answer.features.tolist() == [3.0, -1.0]
    assert [sums.tolist() for sums in answer.sums] == [[1.5, -4.0], [2.0]]
    assert [outputs.tolist() for outputs in answer.outputs] == [[1.5, 0.0], [2.0]]


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_a_point_in_numbers_agrees_with_the_network(problem):
    net = network(problem, features=tuple(FEATURES))
    outputs = net(torch.tensor([[1.5, -2.5]]))[0]
    torch.testing.assert_close(at(net, (1.5, -2.5)).outputs[-1], outputs)
    answer = {"regression": outputs, "binary": outputs.sigmoid(), "multi_class": outputs.softmax(dim=0)}
    torch.testing.assert_close(answers(problem.task, outputs), answer[problem.task])


def test_a_relu_that_is_never_above_zero_is_dead():
    net = network(activation="relu")
    with torch.no_grad():
        net.stages[0].linear.weight[1:].zero_()
        net.stages[0].linear.bias.copy_(torch.tensor([-100.0, 1.0, 0.0, -1e-6]))
    first = health(net, grid(10))[0]
    assert first.flags.tolist() == [DEAD, HEALTHY, DEAD, DEAD]
    assert first.flat.tolist() == [1, 0, 1, 1]


def test_a_tanh_far_from_zero_is_saturated_and_not_dead():
    net = network(hidden=(3,))
    points = grid(10)
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
    assert health(net, grid(10))[0].flags.tolist() == [HEALTHY]


def test_a_leaky_relu_can_always_recover():
    net = network(activation="leaky_relu")
    set_line(net.stages[0], [[0.0, 0.0]] * 4, [-100.0] * 4)
    assert health(net, grid(10))[0].flags.tolist() == [HEALTHY] * 4


def test_the_slopes_are_autograds_own():
    net = network(activation="elu", hidden=(1,))
    set_line(net.stages[0], [[1.0, 0.0]], [0.0])
    points = grid(40)
    sums = points[:, 0].double().requires_grad_()
    (slopes,) = torch.autograd.grad(nn.functional.elu(sums).sum(), sums)
    assert health(net, points)[0].flat.item() == pytest.approx((slopes < 0.01).double().mean().item())


def test_looking_leaves_no_trace_in_the_network():
    net = network()
    health(net, grid(10))
    unit_maps(net, BINARY)
    at(net, (0.0, 0.0))
    assert all(parameter.grad is None for parameter in net.parameters())
