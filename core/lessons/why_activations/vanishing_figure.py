"""The size of the gradient in each layer of a network, one line for each activation."""

from collections.abc import Mapping, Sequence

from core.activations import ACTIVATIONS
from core.plots.palette import series_line, series_name
from core.text.i18n import _

DASHES = {"solid": [1, 0], "dash": [7, 4], "dot": [2, 3]}
SIGNS = {"solid": "━", "dash": "╍", "dot": "┉"}


def named(activation: str) -> str:
    """Return an activation's label behind a sign of its line, as Markdown."""
    place = list(ACTIVATIONS).index(activation)
    return f":{series_name(place)}[{SIGNS[series_line(place)['dash']]}] {_(ACTIVATIONS[activation].label)}"


def gradient_chart(sizes: Mapping[str, Sequence[float]]) -> dict:
    """Return the chart as a Vega-Lite specification, of which only the data change.

    The page names the lines, as `named` writes them.


    Args:
        sizes: activation's key -> the size in each layer, from the first; a size of 0 has no place on this axis.
    """
    rows = [
        {"layer": layer, "size": float(f"{size:.4g}"), "of": _(ACTIVATIONS[key].label)}
        for key, each in sizes.items()
        for layer, size in enumerate(each, start=1)
        if size > 0
    ]
    lines = {_(activation.label): series_line(place) for place, activation in enumerate(ACTIVATIONS.values())}
    return {
        "height": 380,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2.5, "point": {"filled": True, "size": 45}},
        "encoding": {
            "x": {
                "field": "layer",
                "type": "quantitative",
                "title": _("layer (1 is next to the input)"),
                "scale": {"zero": False, "nice": False, "padding": 12},
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "y": {
                "field": "size",
                "type": "quantitative",
                "title": _("typical gradient"),
                "scale": {"type": "log"},
                "axis": {"format": ".0e", "tickCount": 8},
            },
            "color": {
                "field": "of",
                "type": "nominal",
                "scale": {"domain": list(lines), "range": [line["color"] for line in lines.values()]},
                "legend": None,
            },
            "strokeDash": {
                "field": "of",
                "type": "nominal",
                "scale": {"domain": list(lines), "range": [DASHES[line["dash"]] for line in lines.values()]},
                "legend": None,
            },
            "tooltip": [
                {"field": "of", "type": "nominal", "title": _("activation")},
                {"field": "layer", "type": "quantitative", "title": _("layer")},
                {"field": "size", "type": "quantitative", "title": _("gradient"), "format": ".3~e"},
            ],
        },
    }
