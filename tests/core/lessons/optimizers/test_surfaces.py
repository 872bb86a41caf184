import math

import pytest
import torch

from core.lessons.optimizers.surfaces import SURFACES

EVERY = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


def value_and_gradient(surface, point):
    point = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    value = surface.function(point)
    (gradient,) = torch.autograd.grad(value, point)
    return value.item(), gradient


@EVERY
def test_minima_are_minima(surface):
    for minimum in surface.minima:
        value, gradient = value_and_gradient(surface, minimum)
        assert gradient.norm() < 1e-3
        around = [(minimum[0] + 0.01 * math.cos(angle), minimum[1] + 0.01 * math.sin(angle)) for angle in range(7)]
        assert all(value_and_gradient(surface, point)[0] > value for point in around)


@EVERY
def test_no_point_in_view_is_lower_than_the_minima(surface):
    _x, _y, heights = surface.grid(60, 50)
    assert heights.min() >= surface.function(torch.tensor(surface.minima)).min() - 1e-5


@EVERY
def test_start_and_minima_are_in_view(surface):
    for point in (surface.start, *surface.minima):
        assert all(minimum < number < maximum for number, (minimum, maximum) in zip(point, surface.view, strict=True))
        assert surface.on_map(point)


@EVERY
def test_view_is_five_to_four(surface):
    (left, right), (bottom, top) = surface.view
    assert (right - left) / (top - bottom) == pytest.approx(5 / 4)


@EVERY
def test_grid_holds_the_function(surface):
    x, y, heights = surface.grid(4, 3)
    assert heights.shape == (3, 4)
    assert (x[0], x[-1]) == pytest.approx(surface.view[0])
    assert (y[0], y[-1]) == pytest.approx(surface.view[1])
    assert heights[2, 1] == surface.function(torch.stack([x[1], y[2]]))


@pytest.mark.parametrize(
    ("name", "point", "height"),
    [
        ("bowl", (2.0, 1.0), 3.5),
        ("ravine", (2.0, 1.0), 4.7),
        ("saddle", (2.0, 2.0), 4.0),
        ("rosenbrock", (-1.2, 1.0), 24.2),
        ("himmelblau", (0.0, 0.0), 170.0),
        ("noisy", (2.0, 1.0), 3.5),
    ],
)
def test_heights_by_hand(name, point, height):
    assert SURFACES[name].function(torch.tensor(point)).item() == pytest.approx(height, rel=1e-6)


def test_the_saddle_is_flat_in_the_middle_and_no_minimum():
    value, gradient = value_and_gradient(SURFACES["saddle"], (0.0, 0.0))
    assert gradient.norm() == 0
    assert (
        value_and_gradient(SURFACES["saddle"], (0.0, 0.1))[0]
        < value
        < value_and_gradient(SURFACES["saddle"], (0.1, 0.0))[0]
    )


def test_distance_is_to_the_nearest_minimum():
    saddle = SURFACES["saddle"]
    torch.testing.assert_close(
        saddle.distance(torch.tensor([[0.0, 1.0], [3.0, 1.0], [0.0, -2.0], [1.0, 0.0]])),
        torch.tensor([0.0, 3.0, 1.0, math.sqrt(2)]),
    )


@pytest.mark.parametrize(
    ("point", "there"),
    [
        ((0.0, 0.0), True),
        ((8.9, -7.1), True),
        ((9.1, 0.0), False),
        ((0.0, -7.3), False),
        ((math.nan, 0.0), False),
        ((0.0, math.inf), False),
    ],
)
def test_the_map_reaches_once_beyond_the_view(point, there):
    assert SURFACES["bowl"].on_map(point) is there
