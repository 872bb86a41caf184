import json

import numpy as np
import pytest

from core.lessons.losses.curve_figures import Line, axes, key, points
from core.losses import LOSSES
from core.plots.palette import series_line

X = np.linspace(-4, 4, 81)


def test_only_the_data_know_the_numbers_else_the_chart_would_blink():
    assert axes("x", "y", (-4, 4)) == axes("x", "y", (-4, 4))
    json.dumps(axes("x", "y", (-4, 4)), allow_nan=False)


def test_every_loss_has_a_color_and_a_dash_that_no_other_shares():
    spec = axes("x", "y", (0, 1))
    colors = spec["encoding"]["color"]["scale"]
    dashes = spec["layer"][0]["encoding"]["strokeDash"]["scale"]
    assert colors["domain"] == dashes["domain"] == [loss.label for loss in LOSSES.values()]
    looks = list(zip(colors["range"], map(tuple, dashes["range"]), strict=True))
    assert len(set(looks)) == len(LOSSES)
    assert colors["range"] == [series_line(place)["color"] for place in range(len(LOSSES))]


def test_the_tangent_touches_the_curve_at_the_dot_with_its_slope():
    data = points([Line("mse", X, (X - 1) ** 2, (-1.0, 4.0), slope=-4.0)])
    dot, tangent = data[data.part == "dot"], data[data.part == "tangent"]
    assert dot[["x", "y"]].to_numpy().tolist() == [[-1.0, 4.0]]
    assert np.diff(tangent.y) / np.diff(tangent.x) == pytest.approx(-4, abs=1e-2)
    assert np.interp(-1, tangent.x, tangent.y) == pytest.approx(4, abs=1e-3)


def test_a_steep_tangent_is_as_long_as_a_level_one():
    lengths = []
    for slope in (0.0, -4.0):
        data = points([Line("mse", X, (X - 1) ** 2, (-1.0, 4.0), slope)])
        ends = data[data.part == "tangent"][["x", "y"]].to_numpy()[[0, -1]]
        lengths.append(np.hypot(*(ends[1] - ends[0])))
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-3)


def test_what_lies_above_the_ceiling_is_left_out_but_never_the_dot():
    data = points([Line("mse", X, X**2, (4.0, 16.0), slope=8.0)], ceiling=6.0)
    assert data[data.part == "line"].y.max() <= 6
    assert data[data.part == "dot"].y.tolist() == [16.0]
    assert data[data.part == "tangent"].empty or data[data.part == "tangent"].y.max() <= 6


def test_a_mark_is_one_row():
    data = points([Line("l1", X, abs(X))], mark=1.5)
    assert data[data.part == "mark"].x.tolist() == [1.5]
    assert (data[data.part == "line"].of == LOSSES["l1"].label).all()


def test_the_key_names_every_line_in_its_color():
    assert key(["cross_entropy", "bce"]) == ":blue[━━] Cross-entropy · :blue[╍╍] Binary cross-entropy"
