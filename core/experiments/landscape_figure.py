"""Pictures of the loss over a plane of weights: a map with lines of equal loss, and a hill to turn."""

import math
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.experiments.landscape import Landscape, Path
from core.optimizers import OPTIMIZERS
from core.plots.palette import COLORS, DARK_BACKGROUND, GRAY, LIGHT_BACKGROUND, series_name
from core.text.i18n import _

HEIGHT = 480
LINES = 16  # of equal loss
WIDE = 8.0  # times: where the largest loss is so far above the smallest, colours and heights go by its logarithm
LIFT = 0.015  # of the height of the hill, by which a path floats above it

_SHADES = [[0, "#E9ECF1"], [1, "#5B6470"]]  # low to high; readable on light and dark pages, and free of the paths' hues
_MARKS = ("circle", "square", "diamond")


def is_logarithmic(landscape: Landscape) -> bool:
    """Return whether the losses are drawn on a logarithmic scale."""
    minimum = _least(landscape)
    return minimum > 0 and min(landscape.losses.max(), landscape.ceiling) > WIDE * minimum


def loss_map(landscape: Landscape) -> go.Figure:
    """Return lines of equal loss over the plane, with the paths on it; the darker, the higher."""
    figure = go.Figure()
    figure.add_contour(
        x=landscape.x,
        y=landscape.y,
        z=_drawn(landscape, landscape.losses),
        customdata=np.minimum(landscape.losses, landscape.ceiling),
        colorscale=_SHADES,
        ncontours=LINES,
        line={"color": GRAY, "width": 0.6},
        colorbar={"thickness": 10, "title": {"text": _("loss")}, **_ticks(landscape)},
        hovertemplate=_("loss %{customdata:.3g}") + "<extra></extra>",
    )
    for path in _ways(landscape):
        color, symbol = _look(path)
        words = {
            "customdata": np.stack([path.steps, path.losses, path.below], axis=-1),
            "hovertemplate": _hover(path),
        }
        x, y = path.places.T
        # A light edge below, so that the line stands out from the darker shades as well.
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": LIGHT_BACKGROUND, "width": 6}, showlegend=False, hoverinfo="skip"
        )
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines+markers",
            name=_label(path),
            line={"color": color, "width": 3},
            marker={"color": color, "size": 7, "symbol": symbol, "line": {"color": LIGHT_BACKGROUND, "width": 1}},
            **words,
        )
    _mark_ends(figure.add_scatter, landscape, lambda path: path.places, 13)
    unit = _(", in lengths of the filters") if landscape.share is None else ""
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        showlegend=True,  # also of a single mark
        legend={"orientation": "h", "y": -0.16},
        xaxis={"title": _("direction 1") + unit, "zeroline": False, "range": landscape.x[[0, -1]]},
        yaxis={"title": _("direction 2"), "zeroline": False, "range": landscape.y[[0, -1]]},
    )
    return figure


def loss_hill(landscape: Landscape) -> go.Figure:
    """Return the loss as a hill to turn, with the paths where the real networks were."""
    heights = _drawn(landscape, landscape.losses)
    lift = LIFT * (heights.max() - heights.min())
    figure = go.Figure()
    figure.add_surface(
        x=landscape.x,
        y=landscape.y,
        z=heights,
        colorscale=_SHADES,
        opacity=0.75,  # a network may lie lower than the plane, and its path under it
        showscale=False,
        hoverinfo="skip",
        contours={
            "z": {
                "show": True,
                "color": GRAY,
                "start": heights.min(),
                "end": heights.max(),
                "size": max((heights.max() - heights.min()) / LINES, 1e-9),
            }
        },
    )

    def places(path: Path) -> NDArray:
        return np.column_stack([path.places, _drawn(landscape, path.losses) + lift])

    for path in _ways(landscape):
        color, symbol = _look(path)
        x, y, z = places(path).T
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            mode="lines+markers",
            name=_label(path),
            line={"color": color, "width": 6},
            marker={"color": color, "size": 3, "symbol": symbol},
            customdata=np.stack([path.steps, path.losses, path.below], axis=-1),
            hovertemplate=_hover(path),
        )
    _mark_ends(figure.add_scatter3d, landscape, places, 6)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=True,
        legend={"orientation": "h", "y": 0},
        scene={
            "xaxis": {"title": _("direction 1"), "showticklabels": False},
            "yaxis": {"title": _("direction 2"), "showticklabels": False},
            "zaxis": {"title": _("loss"), **_ticks(landscape)},
            "aspectratio": {"x": 1.2, "y": 1.2, "z": 0.75},
            "camera": {"eye": {"x": -1.2, "y": -1.5, "z": 0.95}, "center": {"x": 0, "y": 0, "z": -0.1}},
        },
    )
    return figure


def _least(landscape: Landscape) -> float:
    return min(landscape.losses.min(), *(path.losses.min() for path in landscape.paths))


def _drawn(landscape: Landscape, losses: NDArray) -> NDArray:
    """Return the heights at which losses are drawn."""
    cut = np.minimum(losses, landscape.ceiling)
    return np.log10(cut) if is_logarithmic(landscape) else cut


def _ticks(landscape: Landscape) -> dict:
    """Return Plotly's ticks, which are losses also where heights are logarithms."""
    if not is_logarithmic(landscape):
        return {}
    minimum, maximum = _least(landscape), min(landscape.losses.max(), landscape.ceiling)
    powers = range(math.floor(math.log10(minimum)), math.ceil(math.log10(maximum)) + 1)
    mantissas = (1, 2, 5) if len(powers) < 5 else (1,)
    values = [mantissa * 10.0**power for power in powers for mantissa in mantissas]
    values = [value for value in values if minimum <= value <= maximum]
    return {"tickmode": "array", "tickvals": np.log10(values), "ticktext": [f"{value:g}" for value in values]}


def _look(path: Path) -> tuple[str, str]:
    place = list(OPTIMIZERS).index(path.optimizer)
    return COLORS[series_name(place)], _MARKS[place // len(COLORS)]


def _label(path: Path) -> str:
    return OPTIMIZERS[path.optimizer].label


def _ways(landscape: Landscape) -> tuple[Path, ...]:
    """Return the paths that are more than a single point."""
    return tuple(path for path in landscape.paths if len(path.steps) > 1)


def _hover(path: Path) -> str:
    words = _("step %{customdata[0]}: loss %{customdata[1]:.3g}, on the plane %{customdata[2]:.3g}")
    return f"{_label(path)} · {words}<extra></extra>"


def _mark_ends(add: Callable[..., object], landscape: Landscape, places: Callable[[Path], NDArray], size: int) -> None:
    """Mark where the paths begin and where each ends, or where the network is that a random plane is laid around."""
    marks = [(_("start"), 0, "circle"), (_("end"), -1, "diamond")]
    if landscape.share is None:
        marks = [(_("the network: loss {loss:.3g}").format(loss=landscape.paths[0].losses[0]), 0, "diamond")]
    for name, which, symbol in marks:
        inside, edge = (LIGHT_BACKGROUND, DARK_BACKGROUND)[:: -1 if symbol == "diamond" else 1]
        add(
            **dict(zip("xyz", np.stack([places(path)[which] for path in landscape.paths], axis=-1), strict=False)),
            mode="markers",
            name=name,
            hoverinfo="skip",
            # Dark within light, or light within dark, is seen on every page and on all shades.
            marker={"size": size, "symbol": symbol, "color": inside, "line": {"color": edge, "width": 2}},
        )
