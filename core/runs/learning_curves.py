"""Learning curves as a Vega-Lite specification, which is redrawn in place while its numbers grow."""

import numpy as np
import pandas as pd

from core.plots.palette import COLORS
from core.runs import View
from core.runs.history import Curve
from core.text.i18n import _

HEADROOM = 3  # times the first loss: a curve that shoots up is cut off there, and its other parts stay visible


def learning_charts(view: View, epochs: int) -> tuple[dict, dict]:
    """Return the charts of the loss and of the accuracy of a run that will be so many epochs long."""
    first_loss = view.first.loss if view.first else 1.0
    return (
        loss_curves(view.train_curve, view.test_curve, epochs, first_loss),
        accuracy_curves(view.train_curve, view.test_curve, epochs),
    )


def loss_curves(train: Curve, test: Curve, epochs: int, first_loss: float) -> dict:
    """Return the chart of the loss on training batches and test samples over the epochs.

    Args:
        train, test: the points; those that are not finite are left out.
        epochs: how long the run will be; the axis has its full length from the start, so that nothing jumps.
        first_loss: where the loss began; what lies far above it is cut off.
    """
    return _chart(train, test, "loss", _("Loss"), epochs, HEADROOM * first_loss, {"zero": True}, ".3~g")


def accuracy_curves(train: Curve, test: Curve, epochs: int) -> dict:
    """Return the chart of the share of right answers; arguments as for `loss_curves`."""
    return _chart(train, test, "accuracy", _("Accuracy"), epochs, 1, {"domain": [0, 1]}, "%")


def _chart(
    train: Curve, test: Curve, field: str, title: str, epochs: int, ceiling: float, scale: dict, form: str
) -> dict:
    # Between two looks at a run only the data may differ: a chart whose specification changes is built anew and blinks.
    names = {_("training batches"): (train, COLORS["blue"]), _("test sample"): (test, COLORS["orange"])}
    lines = [(name, curve.epoch, getattr(curve, field)) for name, (curve, _color) in names.items()]
    # Columns, not a dict for each point: a page draws this twice a second for everybody who trains.
    points = pd.concat(pd.DataFrame({"epoch": epoch, "value": value, "of": name}) for name, epoch, value in lines)
    points = points[np.isfinite(points["value"])].reset_index(drop=True)
    points["drawn"] = np.minimum(points["value"], ceiling)
    x = {"field": "epoch", "type": "quantitative", "title": _("epoch"), "scale": {"domain": [0, epochs]}}
    y = {
        "field": "drawn",
        "type": "quantitative",
        "title": title,
        "axis": {"format": form},
        "scale": scale,
    }
    color = {
        "field": "of",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names), "range": [color for _curve, color in names.values()]},
        "legend": None,  # the page names the two colours above the charts
    }
    return {
        "height": 260,
        "data": {"values": points},
        "encoding": {"x": x, "y": y, "color": color},
        "layer": [
            {"mark": {"type": "line", "clip": True, "strokeWidth": 2}},
            {
                "transform": [{"filter": {"field": "of", "equal": _("test sample")}}],
                "mark": {"type": "point", "filled": True, "size": 30, "clip": True},
                "encoding": {
                    "tooltip": [
                        {"field": "epoch", "type": "quantitative", "format": ".4~f"},
                        {"field": "value", "type": "quantitative", "title": title, "format": ".5~g"},
                    ]
                },
            },
        ],
    }
