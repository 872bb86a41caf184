"""The curves of several runs over one another, as a Vega-Lite specification that is redrawn in place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.experiments.seeds import MultiSeedSummary
from core.plots.palette import series_line
from core.runs.history import Curve, smoothed
from core.runs.learning_curves import HEADROOM
from core.text.i18n import _

MAX_LINES = 12  # as many as the palette can tell apart
MAX_ROWS = 1200  # of all lines; more would take longer to send than to see
DOTS = 40  # a line of so few points shows them
DASHES = {"solid": [1, 0], "dash": [7, 4], "dot": [2, 3]}


@dataclass(frozen=True, eq=False)
class Line:
    """One run in the chart; where it has a band, that is drawn with its mean in place of the run's own curve."""

    name: str
    curve: Curve
    summary: MultiSeedSummary | None = None


def comparison(lines: Sequence[Line], quantity: str, axis: str, smoothing: float) -> dict:
    """Return the chart; of two charts of the same lines only the data differ, so that it does not blink.

    Args:
        lines: at most MAX_LINES, with names of their own.
        quantity: loss or accuracy.
        axis: epoch, step or seconds.
        smoothing: as `smoothed` takes it; above 0 the curves as they are stand faintly behind.
    """
    looks = [series_line(place) for place in range(len(lines))]
    names = [line.name for line in lines]
    drawn = [_rows(line, quantity, axis, smoothing, MAX_ROWS // max(len(lines), 1)) for line in lines]
    if quantity == "loss":
        _cut_off(drawn)
    title = _("Loss") if quantity == "loss" else _("Accuracy")
    form = ".3~g" if quantity == "loss" else ".3~%"
    legend = {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 120}
    legend |= {"symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2.5, "symbolOpacity": 1, "offset": 6}
    of = {"field": "of", "type": "nominal", "title": None}
    return {
        "height": 360,
        "data": {"values": [row for rows in drawn for row in rows]},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": AXES[axis]()},
            "color": of | {"scale": {"domain": names, "range": [look["color"] for look in looks]}, "legend": legend},
        },
        "layer": [
            {
                "transform": [{"filter": {"field": "high", "valid": True}}],
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {"y": _value("low", title, form, quantity), "y2": {"field": "high"}},
            },
            {
                "transform": [{"filter": {"field": "raw", "valid": True}}],
                "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.25},
                "encoding": {"y": _value("raw", title, form, quantity)},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {
                    "y": _value("y", title, form, quantity),
                    "strokeDash": of
                    | {"scale": {"domain": names, "range": [DASHES[look["dash"]] for look in looks]}, "legend": legend},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 30},
                "encoding": {
                    "y": _value("y", title, form, quantity),
                    "opacity": {"field": "dot", "type": "quantitative", "scale": None, "legend": None},
                    "tooltip": [
                        of | {"title": _("run")},
                        {"field": "x", "type": "quantitative", "title": AXES[axis](), "format": ".3~f"},
                        {"field": "value", "type": "quantitative", "title": title, "format": form},
                    ],
                },
            },
        ],
    }


def _value(field: str, title: str, form: str, quantity: str) -> dict:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"format": form},
        "scale": {"zero": quantity == "loss"},
    }


def _rows(line: Line, quantity: str, axis: str, smoothing: float, maximum: int) -> list[dict]:
    summary = line.summary if axis != "seconds" else None  # no two runs take the same time to the same step
    x = getattr(summary or line.curve, axis)
    values = summary.mean if summary else getattr(line.curve, quantity)
    kept = np.isfinite(values)
    means = smoothed(values[kept], smoothing)
    columns = {"x": x[kept], "y": means, "value": means}
    if smoothing:
        columns["raw"] = values[kept]
    if summary:
        columns["low"], columns["high"] = (smoothed(side[kept], smoothing) for side in (summary.low, summary.high))
    count = kept.sum()
    # From the last backwards, so that the latest point is always there.
    places = np.arange(count)[::-1][:: -(-count // maximum) or 1][::-1]
    dot = int(count <= DOTS)
    return [
        {name: float(f"{column[place]:.5g}") for name, column in columns.items()} | {"of": line.name, "dot": dot}
        for place in places
    ]


def _cut_off(drawn: Sequence[Sequence[dict]]) -> None:
    """Keep what shoots up within sight of the rest: no higher than a few times where the highest curve began."""
    ceiling = HEADROOM * max((rows[0]["y"] for rows in drawn if rows), default=1.0)
    for rows in drawn:
        for row in rows:
            row |= {name: min(row[name], ceiling) for name in ("y", "raw", "low", "high") if name in row}


AXES = {"epoch": lambda: _("epoch"), "step": lambda: _("step"), "seconds": lambda: _("seconds of training")}
