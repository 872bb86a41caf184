"""The curve of a learning-rate range test."""

import numpy as np
import plotly.graph_objects as go

from core.experiments.lr_finder import Finding
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

HEIGHT = 400
HEADROOM = 1.5  # times the loss at the start: a curve that runs away is cut off there


def range_test(finding: Finding, present: float) -> go.Figure:
    """Return the loss over the learning rate, on a logarithmic axis, with the suggested rate marked.

    Args:
        present: the learning rate that is set now, marked as well.
    """
    rates = finding.rates
    low = 0.0
    high = HEADROOM * max(finding.losses[0], finding.smoothed[:1].max())
    figure = go.Figure()
    figure.add_scatter(
        x=rates,
        y=finding.losses,
        mode="markers",
        name=_("each batch"),
        marker={"color": GRAY, "size": 5, "opacity": 0.6},
        hovertemplate=_("learning rate %{x:.2g}<br>loss %{y:.3g}") + "<extra></extra>",
    )
    figure.add_scatter(
        x=rates,
        y=finding.smoothed,
        mode="lines",
        name=_("running mean"),
        line={"color": COLORS["blue"], "width": 3},
        hovertemplate=_("learning rate %{x:.2g}<br>running mean %{y:.3g}") + "<extra></extra>",
    )
    figure.add_scatter(**_upright(present, low, high, _("set now: {rate:g}"), COLORS["violet"], "dot"))
    if finding.suggestion is not None:
        figure.add_scatter(
            **_upright(finding.suggestion, low, high, _("suggested: {rate:g}"), COLORS["orange"], "dash")
        )
        figure.add_scatter(
            x=np.array([finding.suggestion]),
            y=np.array([np.interp(np.log(finding.suggestion), np.log(rates), finding.smoothed)]),
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={"color": COLORS["orange"], "size": 13, "symbol": "circle-open", "line": {"width": 3}},
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": -0.22},
        xaxis={
            "type": "log",
            "title": _("learning rate"),
            "exponentformat": "power",
            "dtick": 1,
            "range": [np.log10(min(rates[0], present)) - 0.1, np.log10(max(rates[-1], present)) + 0.1],
        },
        yaxis={"title": _("loss"), "range": [low, high]},
        uirevision="range_test",
    )
    return figure


def _upright(rate: float, low: float, high: float, words: str, color: str, dash: str) -> dict:
    """Return an upright line as a trace, so that the legend names it."""
    return {
        "x": np.array([rate, rate]),
        "y": np.array([low, high]),
        "mode": "lines",
        "name": words.format(rate=rate),
        "line": {"color": color, "width": 2, "dash": dash},
        "hovertemplate": "%{fullData.name}<extra></extra>",
    }
