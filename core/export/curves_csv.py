"""The curves of a run as a table for spreadsheets and pandas."""

import csv
import math
from io import StringIO

from core.runs import View
from core.runs.history import Curve

COLUMNS = ("split", "step", "epoch", "seconds", "loss", "accuracy")


def curves_csv(view: View) -> str:
    """Return one row for each point of the curves, numbers exact: training batches first, then the test sample.

    A point of a long training curve is the mean over a stretch of steps, so that its step may be a fraction. Where no
    answer can be just right, accuracy is empty.
    """
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for split, curve in (("train", view.train_curve), ("test", view.test_curve)):
        rows.writerows((split, *row) for row in _rows(curve))
    return text.getvalue()


def _rows(curve: Curve) -> list[list[str]]:
    points = zip(*(getattr(curve, name).tolist() for name in COLUMNS[1:]), strict=True)
    return [["" if math.isnan(number) else repr(number).removesuffix(".0") for number in point] for point in points]
