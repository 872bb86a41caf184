"""A network's curve beside the target that it learns."""

import math

from core.lessons.why_activations.fitting import LIMIT, Fit
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

HIGHEST = 1.5  # a curve that leaves this range is cut off, so that the target never shrinks


def fit_chart(fit: Fit) -> dict:
    """Return the chart as a Vega-Lite specification, of which only the data change from look to look."""
    columns = (fit.x, fit.y, fit.outputs, fit.line)
    rows = [
        {"x": round(x, 3), "target": _number(y), "network": _number(output), "line": _number(line)}
        for x, y, output, line in zip(*(column[:, 0].tolist() for column in columns), strict=True)
    ]
    x = {"field": "x", "type": "quantitative", "title": "x", "axis": {"tickCount": 7, "format": "d"}}
    x["scale"] = {"domain": [-LIMIT, LIMIT], "nice": False}
    scale = {"domain": [-HIGHEST, HIGHEST]}
    tooltip = [
        {"field": name, "type": "quantitative", "title": title, "format": ".3f"}
        for name, title in (("x", "x"), ("target", _("target")), ("network", _("network")))
    ]

    def layer(field: str, **mark: object) -> dict:
        y = {"field": field, "type": "quantitative", "title": "y", "scale": scale}
        return {"mark": {"type": "line", "clip": True} | mark, "encoding": {"x": x, "y": y, "tooltip": tooltip}}

    return {
        "height": 330,
        "data": {"values": rows},
        "layer": [
            layer("target", stroke=GRAY, strokeWidth=9, opacity=0.45),
            layer("line", stroke=COLORS["orange"], strokeWidth=2, strokeDash=[7, 5]),
            layer("network", stroke=COLORS["blue"], strokeWidth=3),
        ],
    }


def _number(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
