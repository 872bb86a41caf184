import json

import numpy as np
import pytest
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from core.runs.history import MAX_POINTS, Curve
from core.runs.learning_curves import ROWS, accuracy_curves, curve_table, empty_charts, learning_charts, loss_curves


def curve(epoch, loss, accuracy):
    return Curve(np.array(epoch), np.array(loss), np.array(accuracy), 10 * np.array(epoch), np.array(epoch) / 10)


TRAIN = curve([0.5, 1.0, 1.5], [2.0, np.nan, 1.0], [0.1, 0.2, 0.3])
SAMPLE = curve([1.0], [1.25], [0.5])
TEST = curve([1.0], [1.5], [0.25])


def rows(spec):
    return spec["data"]["values"].to_dict("records")


def points(spec):
    return [(row["epoch"], row["value"]) for row in rows(spec)]


def span(spec, axis):
    return spec["encoding"][axis]["scale"]["domain"]


def test_all_finite_points_are_drawn():
    assert points(loss_curves(TRAIN, SAMPLE, TEST, 3, 2.0)) == [(0.5, 2.0), (1.5, 1.0), (1.0, 1.25), (1.0, 1.5)]
    shares = points(accuracy_curves(TRAIN, SAMPLE, TEST, 3))
    assert shares == [(0.5, 0.1), (1.0, 0.2), (1.5, 0.3), (1.0, 0.5), (1.0, 0.25)]


def test_the_axes_have_their_full_length_from_the_start():
    assert span(loss_curves(TRAIN, SAMPLE, TEST, 3, 2.0), "x") == [0, 3]
    assert span(accuracy_curves(TRAIN, SAMPLE, TEST, 3), "x") == [0, 3]
    assert span(accuracy_curves(TRAIN, SAMPLE, TEST, 3), "y") == [0, 1]


def test_a_loss_that_shoots_up_is_drawn_up_to_its_peak_on_an_axis_of_powers_of_ten():
    wild = curve([0.0, 1.0, 2.0, 3.0], [2.5, 9.6e4, 0.0, 1.0], [0, 0, 0, 0])
    chart = loss_curves(wild, SAMPLE, TEST, 3, first_loss=2.5)
    assert chart["encoding"]["y"]["scale"] == {"type": "log"}
    assert points(chart) == [(0.0, 2.5), (1.0, 9.6e4), (3.0, 1.0), (1.0, 1.25), (1.0, 1.5)]  # no power of ten is 0
    assert loss_curves(TRAIN, SAMPLE, TEST, 3, first_loss=2.5)["encoding"]["y"]["scale"] == {"zero": True}


@pytest.mark.parametrize("charts", [lambda *curves: loss_curves(*curves, 2.0), accuracy_curves])
def test_only_the_data_change_while_the_curves_grow_else_the_chart_blinks(charts):
    higher = curve([0.5, 1.0, 2.0], [2.0, 5.0, 1.0], [0.1, 0.9, 1.0])
    before, after = charts(TRAIN, SAMPLE, TEST, 3), charts(higher, SAMPLE, TEST, 3)
    assert not before.pop("data")["values"].equals(after.pop("data")["values"])
    assert before == after


def test_an_empty_history_gives_charts_that_can_be_sent():
    empty = Curve(*np.empty((5, 0)))
    for spec in (loss_curves(empty, empty, empty, 1, 1.0), accuracy_curves(empty, empty, empty, 1)):
        assert points(spec) == []
        del spec["data"]
        json.dumps(spec, allow_nan=False)


@pytest.mark.parametrize("kind", ["loss", "accuracy"])
def test_a_full_history_stays_small(kind):
    many = Curve(*np.random.default_rng(0).random((5, MAX_POINTS)))
    spec = loss_curves(many, many, many, 50, 1.0) if kind == "loss" else accuracy_curves(many, many, many, 50)
    assert len(convert_anything_to_arrow_bytes(spec.pop("data")["values"])) < 100_000
    assert len(json.dumps(spec)) < 2_000


def test_the_charts_say_what_they_show_and_a_table_has_their_numbers():
    run = Run(TrainConfig(dataset="digits", hidden=(4,), epochs=3), load("digits"))
    assert run.wait(60)
    view = run.view()
    loss, accuracy = learning_charts(view, 3)
    assert f"is now {view.last_sample.loss:.3g}" in loss.described
    assert f"{view.last_test.accuracy:.1%} on the test sample" in accuracy.described
    table = curve_table(view)
    assert len(table) == ROWS
    assert table["epoch"].iloc[-1] == "3"
    assert table["loss, test sample"].iloc[-1] == f"{view.last_test.loss:.3g}"


def test_before_the_first_step_there_are_charts_too():
    assert all("no step" in chart.described and not rows(chart.spec) for chart in empty_charts(5))
