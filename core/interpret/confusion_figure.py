"""The confusion matrix as a picture."""

import numpy as np
import plotly.graph_objects as go

from core.plots.palette import COLORS, DARK_BACKGROUND, GRAY
from core.text.i18n import _

MISTAKES = [[0, "#FBEBD3"], [1, COLORS["orange"]]]  # opaque, so that dark text can be read on a dark page too
CELL_TEXT = DARK_BACKGROUND
NOTHING = [[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]]


def confusion(matrix: np.ndarray, classes: tuple[str, ...], title: str) -> go.Figure:
    """Return a heat map of mistakes, every count written in its cell.

    Args:
        matrix: int [C, C], true class by row, answer by column.
        classes: the names of the classes.
        title: the words above the picture.
    """
    right = np.eye(len(matrix), dtype=bool)
    figure = go.Figure(
        [
            # Colour counts mistakes only: the diagonal holds nearly everything and would drown them.
            _cells(np.where(right | (matrix == 0), np.nan, matrix), matrix, classes, MISTAKES, CELL_TEXT),
            _cells(np.where(right, 0.0, np.nan), matrix, classes, NOTHING, GRAY),
        ]
    )
    figure.update_layout(
        title=title,
        height=460,
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
        xaxis={"title": _("the network’s answer"), "type": "category", "showgrid": False},
        yaxis={"title": _("what it shows"), "type": "category", "autorange": "reversed", "showgrid": False},
    )
    return figure


def describe_confusion(matrix: np.ndarray, classes: tuple[str, ...]) -> str:
    """Say in words what the heat map shows; arguments as for `confusion`."""
    mistakes = matrix * ~np.eye(len(matrix), dtype=bool)
    truth, answer = np.unravel_index(mistakes.argmax(), mistakes.shape)
    if not mistakes.any():
        return _("A confusion matrix of {count:,} answers without a mistake.").format(count=matrix.sum())
    return _(
        "A confusion matrix of {count:,} answers with {wrong:,} mistakes. The most frequent: {truth} read as {answer}, "
        "{times:,} times."
    ).format(
        count=matrix.sum(),
        wrong=mistakes.sum(),
        truth=classes[truth],
        answer=classes[answer],
        times=mistakes[truth, answer],
    )


def _cells(
    shown: np.ndarray, matrix: np.ndarray, classes: tuple[str, ...], colors: list, text_color: str
) -> go.Heatmap:
    return go.Heatmap(
        z=shown,
        zmin=0,
        text=np.where(np.isnan(shown), "", matrix.astype(str)),
        texttemplate="%{text}",
        textfont={"color": text_color},
        x=classes,
        y=classes,
        colorscale=colors,
        showscale=False,
        xgap=1,
        ygap=1,
        hovertemplate=_("shows %{y}, answered %{x}: %{text}") + "<extra></extra>",
    )
