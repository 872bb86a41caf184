"""Learning curves as a Vega-Lite specification, which is redrawn in place while its numbers grow."""

import math

from core.history import Curve
from core.i18n import _
from core.palette import COLORS


def learning_curves(train: Curve, test: Curve, field: str, title: str, epochs: int, percent: bool = False) -> dict:
    """Return the specification of one chart: a quantity over the epochs, on training batches and on test samples.

    Args:
        train, test: the points; those that are not finite are left out.
        field: which quantity, "loss" or "accuracy".
        title: the words at the vertical axis.
        epochs: how long the run will be; the axis has its full length from the start, so that nothing jumps.
        percent: the quantity is a share, so its axis is 0 to 100 %.
    """
    names = {_("training batches"): (train, COLORS["blue"]), _("test sample"): (test, COLORS["orange"])}
    rows = [
        {"epoch": round(epoch, 4), "value": float(f"{value:.5g}"), "of": name}
        for name, (curve, _color) in names.items()
        for epoch, value in zip(curve.epoch, getattr(curve, field), strict=True)
        if math.isfinite(value)
    ]
    y_axis = {"axis": {"format": "%"}, "scale": {"domain": [0, 1]}} if percent else {"scale": {"domainMin": 0}}
    x = {"field": "epoch", "type": "quantitative", "title": _("epoch"), "scale": {"domain": [0, epochs]}}
    y = {"field": "value", "type": "quantitative", "title": title, **y_axis}
    color = {
        "field": "of",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names), "range": [color for _curve, color in names.values()]},
        "legend": None,  # the page names the two colours above the charts
    }
    return {
        "height": 260,
        "data": {"values": rows},
        "encoding": {"x": x, "y": y, "color": color},
        "layer": [
            {"mark": {"type": "line", "clip": True, "strokeWidth": 2}},
            {
                "transform": [{"filter": {"field": "of", "equal": _("test sample")}}],
                "mark": {"type": "point", "filled": True, "size": 30, "clip": True},
                "encoding": {
                    "tooltip": [
                        {"field": "epoch", "type": "quantitative"},
                        {"field": "value", "type": "quantitative", "title": title},
                    ]
                },
            },
        ],
    }
