import json

import numpy as np
import pytest

from core.experiments.compare_figure import AXES, MAX_LINES, MAX_ROWS, Line, comparison
from core.experiments.seeds import MultiSeedSummary
from core.runs.history import MAX_POINTS, Curve, smoothed

RISING = Curve(
    epoch=np.array([1.0, 2.0, 3.0]),
    loss=np.array([2.0, np.nan, 1.0]),
    accuracy=np.array([0.1, 0.2, 0.3]),
    step=np.array([10.0, 20.0, 30.0]),
    seconds=np.array([0.1, 0.2, 0.3]),
)
BAND = MultiSeedSummary(
    np.array([1.0, 2.0]), np.array([10.0, 20.0]), np.array([2.0, 1.5]), np.array([1.0, 1.2]), np.array([3.0, 2.0])
)


def rows(spec):
    return spec["data"]["values"]


def points(spec, field="y"):
    return [(row["x"], row[field]) for row in rows(spec)]


@pytest.mark.parametrize(("axis", "x"), [("epoch", [1.0, 3.0]), ("step", [10.0, 30.0]), ("seconds", [0.1, 0.3])])
def test_curves_are_drawn_over_any_axis_without_what_is_not_finite(axis, x):
    assert points(comparison([Line("A", RISING)], "loss", axis, 0)) == list(zip(x, [2.0, 1.0], strict=True))


def test_a_smoothed_curve_has_the_raw_one_behind_it():
    spec = comparison([Line("A", RISING)], "accuracy", "epoch", 0.5)
    assert [raw for _x, raw in points(spec, "raw")] == [0.1, 0.2, 0.3]
    assert [y for _x, y in points(spec)] == pytest.approx(smoothed(RISING.accuracy, 0.5), rel=1e-4)
    assert "raw" not in rows(comparison([Line("A", RISING)], "accuracy", "epoch", 0))[0]


def test_the_band_is_drawn_with_its_mean_in_place_of_the_runs_own_curve():
    spec = comparison([Line("A", RISING, BAND)], "loss", "step", 0)
    assert points(spec) == [(10.0, 2.0), (20.0, 1.5)]
    assert points(spec, "low") == [(10.0, 1.0), (20.0, 1.2)]
    assert points(spec, "high") == [(10.0, 3.0), (20.0, 2.0)]


def test_over_seconds_there_is_no_band():
    spec = comparison([Line("A", RISING, BAND)], "loss", "seconds", 0)
    assert points(spec) == [(0.1, 2.0), (0.3, 1.0)]
    assert all("low" not in row for row in rows(spec))


def test_every_run_has_a_colour_and_dash_of_its_own_in_one_legend():
    spec = comparison([Line(f"Run {number}", RISING) for number in range(MAX_LINES)], "loss", "epoch", 0)
    color = spec["encoding"]["color"]
    dash = next(layer["encoding"]["strokeDash"] for layer in spec["layer"] if "strokeDash" in layer["encoding"])
    assert color["scale"]["domain"] == dash["scale"]["domain"] == [f"Run {number}" for number in range(MAX_LINES)]
    looks = zip(color["scale"]["range"], map(tuple, dash["scale"]["range"]), strict=True)
    assert len(set(looks)) == MAX_LINES
    assert color["legend"] == dash["legend"]


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
@pytest.mark.parametrize("axis", AXES)
def test_only_the_data_change_while_the_curves_grow_else_the_chart_blinks(quantity, axis):
    grown = Curve(*np.random.default_rng(0).random((5, 90)))
    before, after = (comparison([Line("A", curve)], quantity, axis, 0.5) for curve in (RISING, grown))
    assert before.pop("data") != after.pop("data")
    assert before == after


def test_a_loss_that_shoots_up_is_cut_off_and_its_value_kept():
    wild = Curve(RISING.epoch, np.array([2.0, 1e9, 1.0]), RISING.accuracy, RISING.step, RISING.seconds)
    drawn = rows(comparison([Line("A", wild), Line("B", RISING)], "loss", "epoch", 0))
    assert [row["y"] for row in drawn] == [2.0, 6.0, 1.0, 2.0, 1.0]
    assert drawn[1]["value"] == 1e9


def test_many_long_curves_stay_small_and_keep_their_latest_points():
    long = Curve(*np.sort(np.random.default_rng(0).random((5, MAX_POINTS))))
    spec = comparison([Line(f"Run {number}", long) for number in range(MAX_LINES)], "loss", "epoch", 0.9)
    assert len(rows(spec)) <= MAX_ROWS
    assert len(json.dumps(spec, allow_nan=False)) < 200_000
    last = [row for row in rows(spec) if row["of"] == "Run 0"][-1]
    assert last["x"] == pytest.approx(long.epoch[-1], rel=1e-4)


def test_nothing_yet_gives_a_chart_that_can_be_sent():
    empty = Curve(*np.empty((5, 0)))
    json.dumps([comparison([], "loss", "epoch", 0), comparison([Line("A", empty)], "loss", "step", 0.5)])
