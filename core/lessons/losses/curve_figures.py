"""Curves about losses in Vega-Lite, which Streamlit changes in place while a slider moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.losses import LOSSES
from core.plots.palette import GRAY, series_line, series_name
from core.text.i18n import _

HEIGHT = 340
_DASHES = {"solid": [1, 0], "dash": [7, 4], "dot": [2, 4]}


@dataclass(frozen=True)
class Line:
    """One curve: y over x, both of shape (n,), with a dot on it and, where `slope` is given, the tangent there."""

    loss: str
    x: ArrayLike
    y: ArrayLike
    dot: tuple[float, float] | None = None
    slope: float | None = None


def axes(x: str, y: str, across: tuple[float, float], height: int = HEIGHT) -> dict:
    """Return the Vega-Lite spec of lines over x from `across`. It knows no numbers, so that only data ever change."""
    names = {_(loss.label): series_line(index) for index, loss in enumerate(LOSSES.values())}
    color = {"domain": list(names), "range": [line["color"] for line in names.values()]}
    dash = {"domain": list(names), "range": [_DASHES[line["dash"]] for line in names.values()]}
    tip = [
        {"field": "of", "type": "nominal", "title": _("loss")},
        {"field": "x", "type": "quantitative", "title": x, "format": ".3~g"},
        {"field": "y", "type": "quantitative", "title": y, "format": ".3~g"},
    ]
    return {
        "height": height,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": x, "scale": {"domain": list(across), "nice": False}},
            "y": {"field": "y", "type": "quantitative", "title": y, "scale": {"zero": True}},
            "color": {"field": "of", "type": "nominal", "scale": color, "legend": None},
        },
        "layer": [
            {
                "transform": [{"filter": {"field": "part", "equal": "line"}}],
                "mark": {"type": "line", "clip": True, "strokeWidth": 3},
                "encoding": {
                    "strokeDash": {"field": "of", "type": "nominal", "scale": dash, "legend": None},
                },
            },
            {
                "transform": [{"filter": {"field": "part", "equal": "tangent"}}],
                "mark": {"type": "line", "clip": True, "strokeWidth": 7, "opacity": 0.45, "strokeCap": "round"},
            },
            {
                "transform": [{"filter": {"field": "part", "equal": "mark"}}],
                "mark": {"type": "rule", "color": GRAY, "strokeDash": [4, 4]},
                "encoding": {"y": None, "color": {"value": GRAY}},
            },
            {
                "transform": [{"filter": {"field": "part", "equal": "dot"}}],
                "mark": {"type": "point", "filled": True, "size": 170, "opacity": 1, "stroke": "white"},
                "encoding": {"tooltip": tip},
            },
        ],
    }


def points(lines: Sequence[Line], ceiling: float = np.inf, mark: float | None = None) -> pd.DataFrame:
    """Return the data of the lines, one row a point.

    Args:
        ceiling: what lies above it is left out, so that the rest stays readable.
        mark: the x of a vertical line, such as the target.
    """
    parts = []
    for line in lines:
        x, y = np.asarray(line.x), np.asarray(line.y)
        parts.append(_rows(line, "line", x, y, ceiling))
        if line.slope is not None and line.dot is not None:
            reach = (x[-1] - x[0]) / 8 / np.hypot(1, line.slope)  # steep tangents are as long as level ones
            near = line.dot[0] + np.linspace(-reach, reach, 21)
            parts.append(_rows(line, "tangent", near, line.dot[1] + line.slope * (near - line.dot[0]), ceiling))
        if line.dot is not None:
            parts.append(_rows(line, "dot", np.array([line.dot[0]]), np.array([line.dot[1]]), np.inf))
    if mark is not None:
        parts.append(pd.DataFrame({"x": [mark], "y": [0.0], "of": [""], "part": ["mark"]}))
    return pd.concat(parts, ignore_index=True)


def _rows(line: Line, part: str, x: np.ndarray, y: np.ndarray, ceiling: float) -> pd.DataFrame:
    inside = (y >= 0) & (y <= ceiling)
    return pd.DataFrame(
        {"x": x[inside].round(5), "y": y[inside].round(5), "of": _(LOSSES[line.loss].label), "part": part}
    )


def key(losses: Sequence[str] | Mapping[str, object]) -> str:
    """Return Markdown that names each loss beside its line."""
    return " · ".join(f":{color}[{stroke}] {label}" for color, stroke, label in map(_named, losses))


def _named(loss: str) -> tuple[str, str, str]:
    place = list(LOSSES).index(loss)
    stroke = {"solid": "━━", "dash": "╍╍", "dot": "┅┅"}[series_line(place)["dash"]]
    return series_name(place), stroke, _(LOSSES[loss].label)
