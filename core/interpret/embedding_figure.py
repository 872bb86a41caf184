"""Pictures as points: near each other where they are alike to a network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.plots.palette import COLORS, DARK_BACKGROUND, LIGHT_BACKGROUND, series_name
from core.text.i18n import _

SYMBOLS = ("circle", "diamond", "square")  # with four colours enough for twelve classes
HEIGHT = 480


def embedding(
    places: np.ndarray,
    targets: np.ndarray,
    numbers: np.ndarray,
    classes: Sequence[str],
    drawn: np.ndarray | None = None,
    shares: Sequence[float] | None = None,
) -> go.Figure:
    """Return a scatter of pictures in the plane or in space, a trace for each class and one for the drawing.

    A class whose name is one sign, such as a digit, is drawn as that sign, any other as a symbol.

    Args:
        places: [N, 2] or [N, 3].
        targets: the class of each picture, int [N].
        numbers: which picture of the test set each is, int [N]; the `customdata` of its point.
        classes: the names of the classes.
        drawn: the place of the drawing, [2] or [3].
        shares: what share of the variance lies along each axis; None where the axes mean nothing.
    """
    figure = go.Figure()
    add = figure.add_scatter if places.shape[1] == 2 else figure.add_scatter3d
    for index, name in enumerate(classes):
        shown = targets == index
        add(
            **_coordinates(places[shown]),
            **_mark(index, name),
            name=name,
            customdata=numbers[shown].astype(np.int32),
            hovertemplate=_("{name}: test picture %{{customdata}}").format(name=name) + "<extra></extra>",
        )
    if drawn is not None:
        add(
            **_coordinates(drawn[None]),
            **_star(len(drawn)),
            name=_("your drawing"),
            hovertemplate="%{fullData.name}<extra></extra>",
        )
    x, y, *z = [_axis(number, shares) for number in range(places.shape[1])]
    axes: dict[str, Any] = {"scene": {"xaxis": x, "yaxis": y, "zaxis": z[0]}} if z else {"xaxis": x, "yaxis": y}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": -0.1, "itemsizing": "constant"},
        uirevision="embedding",  # a new drawing turns nothing back
        **axes,
    )
    return figure


def _coordinates(places: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("xyz", places.astype(np.float32).T.copy(), strict=False))


def _mark(index: int, name: str) -> dict:
    color = COLORS[series_name(index)]
    if len(name) == 1:
        return {"mode": "text", "text": name, "textfont": {"color": color, "size": 12}}
    symbol = SYMBOLS[index % len(SYMBOLS)]
    return {"mode": "markers", "marker": {"color": color, "symbol": symbol, "size": 5}}


def _star(dimensions: int) -> dict:
    # White within dark is seen on every page and among all colours; space has no stars.
    symbol, size = ("star", 20) if dimensions == 2 else ("diamond", 9)
    line = {"color": DARK_BACKGROUND, "width": 2}
    return {
        "mode": "markers",
        "marker": {"symbol": symbol, "size": size, "color": LIGHT_BACKGROUND, "line": line, "opacity": 1},
    }


def _axis(number: int, shares: Sequence[float] | None) -> dict:
    title = (
        "" if shares is None else _("direction {number} ({share:.0%})").format(number=number + 1, share=shares[number])
    )
    return {"title": title, "showticklabels": False, "zeroline": False}
