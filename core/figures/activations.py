"""Curves of activation functions and of their slopes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.activations import FlatRegion
from core.i18n import _
from core.palette import GRAY, series_line


@dataclass(frozen=True)
class Trace:
    """One line to draw: `y` over `x`, both of shape (n,), with a dot at `mark` and its flat stretches thickened.

    `index` is the function's place in its menu, which fixes its colour and dash however many others are shown.
    """

    label: str
    index: int
    x: NDArray
    y: NDArray
    mark: tuple[float, float]
    flat: Sequence[FlatRegion] = ()


def curves(traces: Sequence[Trace]) -> go.Figure:
    """Draw the traces in one pair of axes; a name in the legend shows and hides a line with its dot and flat parts."""
    figure = go.Figure()
    for trace in traces:
        line = series_line(trace.index)
        shared = {"legendgroup": trace.label, "showlegend": False, "hoverinfo": "skip"}
        for region in trace.flat:
            inside = (trace.x >= region.start) & (trace.x <= region.stop)
            figure.add_scatter(
                x=trace.x[inside],
                y=trace.y[inside],
                mode="lines",
                line={"color": line["color"], "width": 14},
                opacity=0.35,
                **shared,
            )
        figure.add_scatter(
            x=trace.x,
            y=trace.y,
            name=trace.label,
            legendgroup=trace.label,
            mode="lines",
            line={**line, "width": 3},
            hovertemplate="%{y:.4g}",
        )
        figure.add_scatter(
            x=np.array([trace.mark[0]]),
            y=np.array([trace.mark[1]]),
            mode="markers",
            marker={"color": line["color"], "size": 13, "line": {"color": "white", "width": 2}},
            **shared,
        )
    figure.update_xaxes(title=_("input x"), dtick=2, zeroline=True, zerolinecolor=GRAY)
    figure.update_yaxes(zeroline=True, zerolinecolor=GRAY)
    figure.update_layout(
        height=380,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        hovermode="x",
        showlegend=True,
        legend={"orientation": "h", "y": -0.3, "yanchor": "top"},
    )
    return figure
