"""A reliability diagram as a Vega-Lite specification: how sure a network is, and how often it is right."""

from core.interpret.metrics import DOUBT, Reliability
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _
from core.text.numbers import rounded


def reliability_chart(result: Reliability) -> dict:
    """Return the chart: for each bin a bar up to its share of right answers, and a dot as high at its mean sureness.

    A dot on the diagonal is as sure as it should be; the line through the diagonal says how far from it a dot may lie
    by chance. No bar where there are no answers.
    The specification depends on the number of bins alone; from look to look only the data change.
    """
    bins = len(result.counts)
    columns = (result.counts, result.confidence, result.accuracy, result.standard_error)
    rows = [
        {
            "low": round(place / bins, 4),
            "high": round((place + 1) / bins, 4),
            "count": count,
            "sure": rounded(sure, ".4f"),
            "right": rounded(right, ".4f"),
            "least": rounded(max(0.0, sure - DOUBT * error), ".4f"),
            "most": rounded(min(1.0, sure + DOUBT * error), ".4f"),
        }
        for place, (count, sure, right, error) in enumerate(zip(*(c.tolist() for c in columns), strict=True))
        if count
    ]
    share = {"scale": {"domain": [0, 1]}, "type": "quantitative"}
    axis = {"format": "%", "tickCount": bins}
    tooltip = [
        {"field": "count", "type": "quantitative", "title": _("answers"), "format": ","},
        {"field": "sure", "type": "quantitative", "title": _("sure, on average"), "format": ".1%"},
        {"field": "right", "type": "quantitative", "title": _("right answers"), "format": ".1%"},
    ]
    # One title for all layers, or Vega-Lite would write them side by side.
    right = share | {"field": "right", "title": _("how often it is right"), "axis": axis}
    sure = share | {"field": "sure", "title": _("how sure the network is"), "axis": axis}
    return {
        "height": 320,
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "color": COLORS["blue"], "opacity": 0.55, "binSpacing": 2},
                "encoding": {
                    "x": sure | {"field": "low", "bin": {"binned": True}},
                    "x2": {"field": "high"},
                    "y": right,
                    "y2": {"datum": 0},
                    "tooltip": tooltip,
                },
            },
            {
                "data": {"values": [{"from": 0, "to": 1}]},
                "mark": {"type": "rule", "color": GRAY, "strokeDash": [6, 5], "strokeWidth": 2},
                "encoding": {
                    "x": sure | {"field": "from"},
                    "y": right | {"field": "from"},
                    "x2": {"field": "to"},
                    "y2": {"field": "to"},
                },
            },
            {
                "mark": {"type": "rule", "color": COLORS["orange"], "strokeWidth": 2},
                "encoding": {"x": sure, "y": right | {"field": "least"}, "y2": {"field": "most"}},
            },
            {
                "mark": {"type": "point", "filled": True, "color": COLORS["orange"], "size": 70, "opacity": 1},
                "encoding": {"x": sure, "y": right, "tooltip": tooltip},
            },
        ],
    }
