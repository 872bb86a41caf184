import csv
import io
import math

import numpy as np
import pytest

from core.export.curves_csv import COLUMNS, curves_csv
from tests.core.export.trained import CONFIGS, paused, trained


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_numbers_are_those_of_the_curves(name):
    view = trained(name).view()
    rows = rows_of(curves_csv(view))
    for split, curve in (("train", view.train_curve), ("test", view.test_curve)):
        here = [row for row in rows if row["split"] == split]
        assert len(here) == len(curve.loss) > 0
        for column in COLUMNS[1:]:
            written = np.array([float(row[column]) if row[column] else math.nan for row in here])
            np.testing.assert_array_equal(written, getattr(curve, column))


def test_whole_steps_are_written_as_such():
    rows = rows_of(curves_csv(trained("mlp").view()))
    assert rows[0]["step"] == "1"


def test_before_the_first_step_there_is_the_heading_alone():
    assert curves_csv(paused(CONFIGS["mlp"]).view()) == ",".join(COLUMNS) + "\n"
