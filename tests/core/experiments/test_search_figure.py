from dataclasses import replace

import numpy as np
import pytest

from core.config import TrainConfig
from core.experiments.search import Search, cells
from core.experiments.search_figure import CELL_TEXT, SHADES, WORSE_TO_BETTER, heat_map, parallel
from core.plots.palette import DARK_BACKGROUND, LIGHT_BACKGROUND, contrast
from core.runs import Status
from core.runs.history import History
from core.runs.trial_runner import Trial
from core.training import Score

BASE = TrainConfig(dataset="digits", hidden=(8,))
SPACE = {"learning_rate": (0.001, 0.01, 0.1), "optimizer": ("sgd", "adam"), "width": (8,)}
NOTHING = History().test_curve()


def trial(rate, optimizer, accuracy):
    config = replace(BASE, learning_rate=rate, optimizer=optimizer)
    score = None if accuracy is None else Score(0.5, accuracy, 10)
    return Trial(config, Status.FINISHED, NOTHING, NOTHING, score, 1.0, "")


TRIES = [trial(0.002, "sgd", 0.5), trial(0.05, "adam", 0.9), trial(0.1, "sgd", None), trial(0.0015, "sgd", 0.7)]


def search(method):
    return Search(BASE, SPACE, method, 8, 1)


def test_a_try_is_a_line_through_its_settings():
    (lines,) = parallel(search("random"), TRIES).data
    rate, optimizer, width, accuracy = lines.dimensions
    assert np.allclose(rate.values, np.log10([0.002, 0.05, 0.0015]))
    assert (list(rate.ticktext), list(rate.range)) == (["0.001", "0.01", "0.1"], [-3, -1])
    assert (list(optimizer.values), list(optimizer.ticktext)) == ([0, 1, 0], ["SGD", "Adam"])
    assert width.range[0] < 0 < width.range[1]  # a single value is in the middle
    assert list(accuracy.values) == list(lines.line.color) == [0.5, 0.9, 0.7]
    assert "Neurons of each<br>hidden layer" in width.label


def test_a_grid_has_its_values_side_by_side():
    trials = [trial(rate, "sgd", 0.5) for rate in SPACE["learning_rate"]]
    rate = parallel(search("grid"), trials).data[0].dimensions[0]
    assert list(rate.values) == list(rate.tickvals) == [0, 1, 2]


def test_equal_results_have_an_axis_too():
    axis = parallel(search("random"), TRIES[:1]).data[0].dimensions[-1]
    assert axis.range[0] < 0.5 < axis.range[1]


@pytest.mark.parametrize("trials", [[], TRIES[2:3]])
def test_there_may_be_no_line(trials):
    assert [len(axis.values) for axis in parallel(search("random"), trials).data[0].dimensions] == [0, 0, 0, 0]


def test_lines_are_seen_on_both_pages():
    for _share, color in WORSE_TO_BETTER:
        assert all(contrast(color, page) >= 3 for page in (LIGHT_BACKGROUND, DARK_BACKGROUND))


def test_the_heat_map_writes_each_result_and_leaves_the_rest_blank():
    asked = search("random")
    trials = [*TRIES, trial(0.06, "adam", None)]
    found = cells(asked, trials, "learning_rate", "optimizer", by_best=False)
    results, lost = heat_map(asked, "learning_rate", "optimizer", found).data
    assert np.array(results.text).tolist() == [["60.0%", "", ""], ["", "", "90.0%"]]
    assert np.array(lost.text).tolist() == [["", "", "×"], ["", "", ""]]
    assert np.isfinite(np.array(results.z, float)).tolist() == [[True, False, False], [False, False, True]]
    assert results.customdata[0][0] == "2 tries"
    assert results.customdata[1][2] == "2 tries, 1 diverged"
    assert results.customdata[0][2] == "1 try, 1 diverged"
    assert (list(results.x), list(results.y)) == (["0.001", "0.01", "0.1"], ["SGD", "Adam"])


@pytest.mark.parametrize("color", [color for _share, color in SHADES])
def test_results_can_be_read_on_every_shade(color):
    assert contrast(CELL_TEXT, color) >= 4.5
