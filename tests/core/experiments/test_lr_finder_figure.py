import json

import numpy as np
import pytest

from core.experiments.lr_finder import Finding
from core.experiments.lr_finder_figure import range_test

RATES = np.geomspace(1e-6, 1e-1, 20)
LOSSES = np.linspace(2.3, 0.5, 20)


def finding(suggestion=0.0013):
    return Finding(RATES, LOSSES, LOSSES + 0.1, suggestion, 0.2)


def test_the_curve_is_drawn_over_a_logarithmic_axis():
    figure = range_test(finding(), 0.05)
    batches, mean, present, suggested, mark = figure.data
    assert batches.y.tolist() == LOSSES.tolist()
    assert mean.y.tolist() == (LOSSES + 0.1).tolist()
    assert batches.x.tolist() == mean.x.tolist() == RATES.tolist()
    assert (present.x[0], present.name) == (0.05, "set now: 0.05")
    assert (suggested.x[0], suggested.name) == (0.0013, "suggested: 0.0013")
    assert figure.layout.xaxis.type == "log"
    between = RATES.searchsorted(0.0013)
    assert LOSSES[between] < mark.y[0] - 0.1 < LOSSES[between - 1]


def test_without_a_suggestion_there_is_no_mark():
    figure = range_test(finding(None), 0.05)
    assert [trace.name for trace in figure.data] == ["each batch", "running mean", "set now: 0.05"]


@pytest.mark.parametrize("present", [1e-6, 100.0])
def test_both_learning_rates_are_in_view(present):
    low, high = range_test(finding(), present).layout.xaxis.range
    assert low < np.log10(present) < high
    assert low < -6 < -1 < high


def test_it_is_plain_json():
    assert "nan" not in json.dumps(json.loads(range_test(finding(), 0.1).to_json())).lower()
