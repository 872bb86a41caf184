"""The confusion matrix as a picture."""

import numpy as np
import plotly.graph_objects as go

from core.i18n import _
from core.palette import COLORS


def confusion(matrix: np.ndarray, classes: tuple[str, ...], title: str) -> go.Figure:
    """Return a heat map of mistakes, every count written in its cell.

    Args:
        matrix: int [C, C], true class by row, answer by column.
        classes: the names of the classes.
        title: the words above the picture.
    """
    mistakes = np.where(np.eye(len(matrix), dtype=bool), 0, matrix)
    text = np.where(matrix > 0, matrix.astype(str), "")
    figure = go.Figure(
        go.Heatmap(
            # Colour counts mistakes only: the diagonal holds nearly everything and would drown them.
            z=mistakes,
            text=text,
            texttemplate="%{text}",
            x=classes,
            y=classes,
            colorscale=[[0, "rgba(213,94,0,0)"], [1, COLORS["orange"]]],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate=_("shows %{y}, answered %{x}: %{text}") + "<extra></extra>",
        )
    )
    figure.update_layout(
        title=title,
        height=460,
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
        xaxis={"title": _("the network’s answer"), "type": "category", "showgrid": False},
        yaxis={"title": _("what it shows"), "type": "category", "autorange": "reversed", "showgrid": False},
    )
    return figure
