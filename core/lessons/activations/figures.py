"""Curves of activation functions and of their slopes in Vega-Lite, which change in place while a slider moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import FlatRegion, curve, jumps
from core.plots.palette import GRAY, series_line, series_name
from core.text.i18n import _

_DASHES = {"solid": [1, 0], "dash": [7, 4], "dot": [2, 4]}
_STROKES = {"solid": "━━", "dash": "╍╍", "dot": "┅┅"}


@dataclass(frozen=True)
class Trace:
    """One function to draw: `y` over `x`, both of shape (n,), with a dot at `mark` and its flat stretches thickened.

    The line is interrupted after each of the `jumps`, which lie on `x`: nothing slanted leads across one.
    `name` is its key in ACTIVATIONS, which fixes its colour and dash however many others are shown.
    """

    name: str
    x: NDArray
    y: NDArray
    mark: tuple[float, float]
    flat: Sequence[FlatRegion] = ()
    jumps: Sequence[float] = ()


def slope_trace(
    name: str, x: NDArray, mark: tuple[float, float], flat: Sequence[FlatRegion], **hyperparameters: float
) -> Trace:
    """Return the slope of a function over x (n,) as a line with a point right before and right after each jump."""
    ends = jumps(ACTIVATIONS[name], x, **hyperparameters)
    x = np.union1d(x, np.array(ends).flatten())
    _values, slopes = curve(ACTIVATIONS[name], x, **hyperparameters)
    return Trace(name, x, slopes, mark, flat, [before for before, _after in ends])


def axes(title: str, across: tuple[float, float]) -> dict:
    """Return the Vega-Lite spec of curves over `across`, whose data come from `curves` and `marks` under those names.

    It knows none of their numbers, so that only data change; and of the data only the marks while the input moves.
    """
    lines = {_(activation.label): series_line(place) for place, activation in enumerate(ACTIVATIONS.values())}
    color = {"domain": list(lines), "range": [line["color"] for line in lines.values()]}
    dash = {"domain": list(lines), "range": [_DASHES[line["dash"]] for line in lines.values()]}
    x = {"field": "x", "type": "quantitative", "title": _("input x"), "scale": {"domain": list(across), "nice": False}}
    tip = [
        {"field": "of", "type": "nominal", "title": _("function")},
        {"field": "x", "type": "quantitative", "title": "x", "format": ".3~g"},
        {"field": "y", "type": "quantitative", "title": title, "format": ".4~g"},
    ]
    return {
        "height": 340,
        "encoding": {
            "x": x,
            "y": {"field": "y", "type": "quantitative", "title": title},
            "color": {"field": "of", "type": "nominal", "scale": color, "legend": None},
        },
        "layer": [
            {"data": {"values": [{}]}, "mark": {"type": "rule", "color": GRAY}, "encoding": _only(x={"datum": 0})},
            {"data": {"values": [{}]}, "mark": {"type": "rule", "color": GRAY}, "encoding": _only(y={"datum": 0})},
            {
                "data": {"name": "curves"},
                "transform": [{"filter": "datum.part == 'flat'"}],
                "mark": {"type": "line", "strokeWidth": 14, "opacity": 0.35},
                "encoding": {"detail": {"field": "stretch"}},
            },
            {
                "data": {"name": "curves"},
                "transform": [{"filter": "datum.part == 'curve'"}],
                "mark": {"type": "line", "strokeWidth": 3},
                "encoding": {
                    "strokeDash": {"field": "of", "type": "nominal", "scale": dash, "legend": None},
                    "detail": {"field": "stretch"},
                },
            },
            {
                "data": {"name": "marks"},
                "mark": {"type": "point", "filled": True, "size": 170, "opacity": 1, "stroke": "white"},
                "encoding": {"tooltip": tip},
            },
        ],
    }


def curves(traces: Sequence[Trace]) -> pd.DataFrame:
    """Return the curves and their flat stretches, one row a point."""
    parts = []
    for trace in traces:
        ends = np.searchsorted(trace.x, trace.jumps, side="right")
        for place, (x, y) in enumerate(zip(np.split(trace.x, ends), np.split(trace.y, ends), strict=True)):
            parts.append((trace.name, "curve", place, x, y))
        for place, region in enumerate(trace.flat):
            inside = (trace.x >= region.start) & (trace.x <= region.stop)
            parts.append((trace.name, "flat", place, trace.x[inside], trace.y[inside]))
    names, kinds, stretches, x, y = zip(*parts, strict=True)
    lengths = [len(piece) for piece in x]
    return pd.DataFrame(
        {
            **_numbers(np.concatenate(x), np.concatenate(y)),
            "of": np.repeat([_(ACTIVATIONS[name].label) for name in names], lengths),
            "part": np.repeat(kinds, lengths),
            "stretch": np.repeat(stretches, lengths),
        }
    )


def marks(traces: Sequence[Trace]) -> pd.DataFrame:
    """Return the dots, one row a function."""
    x, y = np.array([trace.mark for trace in traces], dtype=float).T
    return pd.DataFrame(_numbers(x, y) | {"of": [_(ACTIVATIONS[trace.name].label) for trace in traces]})


def key(names: Sequence[str]) -> str:
    """Return Markdown that names each function beside its line."""
    return " · ".join(
        f":{series_name(place)}[{_STROKES[series_line(place)['dash']]}] {_(ACTIVATIONS[name].label)}"
        for place, name in enumerate(ACTIVATIONS)
        if name in names
    )


def _numbers(x: NDArray, y: NDArray) -> dict[str, NDArray]:
    return {"x": x.round(4).astype("float32"), "y": y.astype("float32")}


def _only(**encoding: dict) -> dict:
    """Return an encoding without those that the layers share."""
    return {"x": None, "y": None, "color": None} | encoding
