"""The curves of a run as a table for spreadsheets and pandas."""

import pandas as pd

from core.runs import View

COLUMNS = ("split", "step", "epoch", "seconds", "loss", "accuracy")


def curves_csv(view: View) -> str:
    """Return one row for each point of the curves, numbers exact: training batches first, then the test sample.

    A point of a long training curve is the mean over a stretch of steps, so that its step may be a fraction. Where no
    answer can be just right, accuracy is empty.
    """
    curves = {"train": view.train_curve, "test": view.test_curve}
    tables = [
        pd.DataFrame({name: getattr(curve, name) for name in COLUMNS[1:]}).assign(split=split)
        for split, curve in curves.items()
    ]
    return pd.concat(tables).to_csv(columns=COLUMNS, index=False, float_format=_exact, lineterminator="\n")


def _exact(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
