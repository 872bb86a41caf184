"""Learning curves as a Vega-Lite specification, which is redrawn in place while its numbers grow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.plots.palette import COLORS, GRAY
from core.runs import View
from core.runs.history import Curve, History
from core.text.i18n import _

HEIGHT = 170  # pixels: with all that stands around them, the charts are on the first screen
ROWS = 12  # of the table beside the curves
HEADROOM = 3  # times the first loss: where a curve shoots up beyond it, each line of the axis is ten times the last


@dataclass(frozen=True)
class Chart:
    """A chart, and what it shows now in words."""

    spec: dict
    described: str


def learning_charts(view: View, epochs: int) -> tuple[Chart, Chart]:
    """Return the charts of the loss and of the accuracy of a run that will be so many epochs long."""
    first_loss = view.first.loss if view.first else 1.0
    curves = view.train_curve, view.sample_curve, view.test_curve
    return (
        Chart(loss_curves(*curves, epochs, first_loss), _describe_loss(view)),
        Chart(accuracy_curves(*curves, epochs), _describe_accuracy(view)),
    )


def empty_charts(epochs: int) -> tuple[Chart, Chart]:
    """Return the charts of a run that has not begun."""
    nothing = History().train_curve()
    curves = nothing, nothing, nothing
    return (
        Chart(loss_curves(*curves, epochs, 1.0), _("The loss: no step has been done yet.")),
        Chart(accuracy_curves(*curves, epochs), _("The accuracy: no step has been done yet.")),
    )


def curve_table(view: View) -> pd.DataFrame:
    """Return the numbers of the curves at up to ROWS of the tests, evenly spread, the last among them."""
    sample, test = view.sample_curve, view.test_curve
    places = np.unique(np.linspace(0, len(test.epoch) - 1, min(ROWS, len(test.epoch))).round().astype(int))
    return pd.DataFrame(
        {
            _("epoch"): [f"{value:.4g}" for value in test.epoch[places]],
            _("loss, training sample"): [f"{value:.3g}" for value in sample.loss[places]],
            _("loss, test sample"): [f"{value:.3g}" for value in test.loss[places]],
            _("accuracy, training sample"): [f"{value:.1%}" for value in sample.accuracy[places]],
            _("accuracy, test sample"): [f"{value:.1%}" for value in test.accuracy[places]],
        }
    )


def _describe_loss(view: View) -> str:
    if view.first is None or view.last is None or view.last_sample is None or view.last_test is None:
        return _("The loss: no test has been done yet.")
    return _(
        "The loss over {epochs:.1f} epochs: it began at {first:.3g} and is now {sample:.3g} on the training sample and "
        "{test:.3g} on the test sample."
    ).format(epochs=view.last.epoch, first=view.first.loss, sample=view.last_sample.loss, test=view.last_test.loss)


def _describe_accuracy(view: View) -> str:
    if view.first is None or view.last is None or view.last_sample is None or view.last_test is None:
        return _("The accuracy: no test has been done yet.")
    return _(
        "The accuracy over {epochs:.1f} epochs: now {sample:.1%} on the training sample and {test:.1%} on the test "
        "sample."
    ).format(epochs=view.last.epoch, sample=view.last_sample.accuracy, test=view.last_test.accuracy)


def loss_curves(train: Curve, sample: Curve, test: Curve, epochs: int, first_loss: float) -> dict:
    """Return the chart of the loss on training batches, training sample and test sample over the epochs.

    Args:
        train, sample, test: the points; those that are not finite are left out.
        epochs: how long the run will be; the axis has its full length from the start, so that nothing jumps.
        first_loss: where the loss began.
    """
    highest = max(curve.loss[np.isfinite(curve.loss)].max(initial=0) for curve in (train, sample, test))
    exploded = highest > HEADROOM * first_loss
    return _chart(
        (train, sample, test), "loss", _("Loss"), epochs, {"type": "log"} if exploded else {"zero": True}, ".3~g"
    )


def accuracy_curves(train: Curve, sample: Curve, test: Curve, epochs: int) -> dict:
    """Return the chart of the fraction of right answers; arguments as for `loss_curves`."""
    return _chart((train, sample, test), "accuracy", _("Accuracy"), epochs, {"domain": [0, 1]}, "%")


def _chart(curves: tuple[Curve, Curve, Curve], field: str, title: str, epochs: int, scale: dict, form: str) -> dict:
    # Between two looks at a run only the data may differ: a chart whose specification changes is built anew and blinks.
    batches, sample, test = names = _("training batches"), _("training sample"), _("test sample")
    # Columns, not a dict for each point: a page draws this twice a second for everybody who trains.
    points = pd.concat(
        pd.DataFrame({"epoch": curve.epoch, "value": getattr(curve, field), "of": name})
        for name, curve in zip(names, curves, strict=True)
    )
    drawn = np.isfinite(points["value"]) & ((points["value"] > 0) | (scale.get("type") != "log"))
    points = points[drawn].reset_index(drop=True)
    x = {"field": "epoch", "type": "quantitative", "title": _("epoch"), "scale": {"domain": [0, epochs]}}
    y = {"field": "value", "type": "quantitative", "title": title, "axis": {"format": form}, "scale": scale}
    color = {
        "field": "of",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names), "range": [GRAY, COLORS["blue"], COLORS["orange"]]},
        "legend": None,  # the page names the colors above the charts
    }
    return {
        "height": HEIGHT,
        "data": {"values": points},
        "encoding": {"x": x, "y": y, "color": color},
        "layer": [
            {
                "transform": [{"filter": {"field": "of", "equal": batches}}],
                "mark": {"type": "line", "clip": True, "strokeWidth": 1, "opacity": 0.6},
            },
            {
                "transform": [{"filter": {"field": "of", "oneOf": [sample, test]}}],
                "mark": {"type": "line", "clip": True, "strokeWidth": 2},
            },
            {
                "transform": [{"filter": {"field": "of", "oneOf": [sample, test]}}],
                "mark": {"type": "point", "filled": True, "size": 12, "clip": True},
                "encoding": {
                    "tooltip": [
                        {"field": "of", "type": "nominal", "title": " "},
                        {"field": "epoch", "type": "quantitative", "format": ".4~f"},
                        {"field": "value", "type": "quantitative", "title": title, "format": ".5~g"},
                    ]
                },
            },
        ],
    }
