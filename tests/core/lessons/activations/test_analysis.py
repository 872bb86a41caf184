import math

import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import Flatness, FlatRegion, curve, flat_regions, notice, snippet
from tests.core.test_activations import EVERY, GRID, settings


def test_curve_keeps_the_shape_and_float64():
    values, slopes = curve(ACTIVATIONS["tanh"], np.zeros((2, 3), dtype=np.float32))
    assert values.shape == slopes.shape == (2, 3)
    assert values.dtype == slopes.dtype == np.float64


@pytest.mark.parametrize("value", [0.0, 7.0, math.nan, math.inf])
def test_knob_outside_its_limits(value):
    with pytest.raises(ValueError, match=r"negative_slope of LeakyReLU must lie between 0.01 and 0.5"):
        curve(ACTIVATIONS["leaky_relu"], GRID, negative_slope=value)


def test_unknown_knob():
    with pytest.raises(ValueError, match="ReLU has no parameter “alpha”"):
        curve(ACTIVATIONS["relu"], GRID, alpha=1.0)


def regions_of(name, **hyperparameters):
    return flat_regions(GRID, curve(ACTIVATIONS[name], GRID, **hyperparameters)[1])


def test_sigmoid_saturates_where_its_slope_falls_below_the_threshold():
    # s (1 - s) = 0.05 has the solution x = ln(s / (1 - s)) = 2.8872...
    left, right = regions_of("sigmoid")
    assert left.flatness is right.flatness is Flatness.SATURATED
    assert (left.start, right.stop) == (-6, 6)
    assert left.stop == pytest.approx(-2.8872, abs=0.01)
    assert right.start == pytest.approx(2.8872, abs=0.01)
    assert left.slope == pytest.approx(0.05, abs=1e-3)


def test_relu_dies_and_leaky_relu_leaks():
    assert regions_of("relu") == [FlatRegion(-6, 0, Flatness.DEAD, 0)]
    assert regions_of("leaky_relu") == [FlatRegion(-6, 0, Flatness.LEAKY, 0.01)]
    assert regions_of("leaky_relu", negative_slope=0.1) == []


def test_a_turning_point_is_not_saturation():
    _, slopes = curve(ACTIVATIONS["silu"], GRID)
    assert abs(slopes[np.abs(GRID + 1.28).argmin()]) < 0.05
    assert all(region.stop < -3 for region in flat_regions(GRID, slopes))


def test_flat_everywhere():
    assert flat_regions(GRID, np.zeros_like(GRID)) == [FlatRegion(-6, 6, Flatness.DEAD, 0)]


def notice_of(name, **hyperparameters):
    return notice(ACTIVATIONS[name], GRID, *curve(ACTIVATIONS[name], GRID, **hyperparameters))


def test_notice_speaks_from_the_numbers():
    assert notice_of("sigmoid").startswith("Sigmoid saturates left of -2.9 and right of 2.9: the slope is below 0.05")
    assert notice_of("relu").startswith("ReLU is dead left of 0:")
    assert "a slope of 0.01" in notice_of("leaky_relu")
    assert notice_of("identity") == "Identity is equally steep everywhere: 1."
    assert notice_of("leaky_relu", negative_slope=0.25).endswith("its slope stays between 0.25 and 1.")
    assert "turns at x = -1.28, where it is lowest: -0.28" in notice_of("silu")  # x = -1.2785, f = -0.2785


@EVERY
def test_snippet_runs_and_prints_the_numbers_of_the_page(activation, capsys):
    for hyperparameters in settings(activation):
        value, slope = curve(activation, np.array(-1.5), **hyperparameters)
        exec(snippet(activation, -1.5, **hyperparameters), {})
        assert [float(number) for number in capsys.readouterr().out.split()] == [value, value, slope]


def test_snippet_names_both_forms():
    code = snippet(ACTIVATIONS["leaky_relu"], 1.0, negative_slope=0.2)
    assert "nn.LeakyReLU(negative_slope=0.2)" in code
    assert "F.leaky_relu(x, negative_slope=0.2)" in code
