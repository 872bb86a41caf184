"""Pictures of a race: the map with everyone's way, the distances to the goal, and the landscape in three dimensions."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar
from xml.sax.saxutils import quoteattr

import numpy as np
import plotly.graph_objects as go
import torch
from numpy.typing import NDArray
from PIL import Image

from core.lessons.optimizers.race import VARIANTS, OptimizerVariant, Path, Setup
from core.lessons.optimizers.surfaces import SURFACES, Surface
from core.plots.images import png_address
from core.plots.palette import COLORS, GRAY
from core.plots.svg import circle, group, line, text
from core.text.i18n import _
from core.text.numbers import plain

SECONDS = 8  # that a whole race takes when it is played
BANDS = 14  # of height on the map; all of them cover the same area, so that a flat valley gets lines as well
CLICKS = (20, 16)  # columns and rows of places on the map that can be clicked on
NEAREST = 1e-6  # distances below this are drawn here: a logarithm knows no 0

_WIDTH, _HEIGHT = 440, 366
_WIDEST = 640  # pixels on the page
_LEFT, _TOP, _RIGHT, _BOTTOM = 38, 12, 428, 324  # the frame inside a picture; 390 by 312, five to four
_FINENESS = 2  # pixels of the shades for each unit of the picture
_GROUND = "var(--st-background-color)"

Numbers = TypeVar("Numbers", float, NDArray)


def course_map(setup: Setup, paths: Mapping[str, Path], step: int, played: float | None = None) -> str:
    """Return the surface from above as SVG, with each racer's way up to a step; the darker, the higher.

    A click on it gives a column and a row, "3,12", of which `clicked` makes a point.

    Args:
        played: None for a still picture; else how many seconds of the race are over in a moving one.
    """
    surface = SURFACES[setup.surface]
    places = {name: _on_picture(surface, path.positions.numpy()) for name, path in paths.items()}
    return _drawing(
        _ground(surface),
        _cross(*_on_picture(surface, np.array(setup.start))),
        group(*_runners(places, setup.steps, step, played), clip_path="url(#frame)", pointer_events="none"),
        label=_("The way of each optimizer over the surface, seen from above, up to step {step}").format(step=step),
    )


def clicked(surface: Surface, pick: str) -> tuple[float, float]:
    """Return the point (x, y) in the middle of the place that was clicked on."""
    shares = ((int(number) + 0.5) / cells for number, cells in zip(pick.split(","), CLICKS, strict=True))
    x, y = (
        minimum + share * (maximum - minimum) for share, (minimum, maximum) in zip(shares, surface.view, strict=True)
    )
    return round(x, 2), round(y, 2)


def distances(setup: Setup, paths: Mapping[str, Path], step: int, played: float | None = None) -> str:
    """Return the distance to the nearest minimum over the steps as SVG, on a logarithmic axis.

    Arguments as for `course_map`.
    """
    low, high = math.log10(NEAREST), 2

    def height(logarithm: Numbers) -> Numbers:
        return _BOTTOM - (logarithm - low) / (high - low) * (_BOTTOM - _TOP)

    parts = [
        line(_LEFT, height(power), _RIGHT, height(power), stroke=GRAY, opacity=0.3)
        + text(_LEFT - 6, height(power), f"{10.0**power:g}" if power >= -3 else f"1e−{-power}", "end", font_size=12)
        for power in range(round(low), high + 1)
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = _LEFT + share * (_RIGHT - _LEFT)
        parts.append(text(x, _BOTTOM + 14, f"{share * setup.steps:g}", font_size=12))
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, _("step")))
    parts.append(text(_RIGHT, _TOP + 14, _("distance to the nearest minimum"), "end"))
    places = {}
    for name, path in paths.items():
        logarithms = path.distances.clamp(NEAREST, 10**high).log10().numpy()
        x = np.linspace(_LEFT, _RIGHT, setup.steps + 1)[: len(logarithms)]
        places[name] = np.stack([x, height(logarithms)], axis=-1)
    parts += _runners(places, setup.steps, step, played)
    label = _("The distance of each optimizer to the nearest minimum, up to step {step}").format(step=step)
    return _drawing(*parts, label=label)


def landscape(setup: Setup, paths: Mapping[str, Path], points: int = 60) -> go.Figure:
    """Return the surface as a hill to turn, with each racer's whole way on it as far as it is in view.

    The height is drawn as log10(1 + height above the lowest point), else the walls would dwarf every valley.
    """
    surface = SURFACES[setup.surface]
    x, y, heights = (tensor.numpy() for tensor in surface.grid(points, points))
    lowest = surface.function(torch.tensor(surface.minima)).min().item()

    def drawn(values: NDArray) -> NDArray:
        return np.log10(1 + np.maximum(values - lowest, 0))

    figure = go.Figure()
    figure.add_surface(
        x=x,
        y=y,
        z=drawn(heights),
        colorscale=[[0, "#E9ECF1"], [1, "#5B6470"]],
        opacity=0.9,
        showscale=False,
        hoverinfo="skip",
        contours={"z": {"show": True, "color": GRAY, "start": 0, "end": 9, "size": drawn(heights).max() / BANDS}},
    )
    lift = 0.01 * drawn(heights).max()  # a little above the ground, so that no way is half buried
    for name, path in paths.items():
        variant, places = VARIANTS[name], path.positions.numpy()
        minimum, maximum = np.array(surface.view).T
        inside = ((places >= minimum) & (places <= maximum)).all(axis=1)
        figure.add_scatter3d(
            x=np.where(inside, places[:, 0], np.nan),
            y=np.where(inside, places[:, 1], np.nan),
            z=drawn(path.values.numpy()) + lift,
            name=_(variant.label),
            mode="lines",
            line={"color": COLORS[variant.color], "width": 7, "dash": "dash" if variant.hollow else "solid"},
            hovertemplate="(%{x:.3g}, %{y:.3g})",
        )
    figure.update_layout(
        height=430,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "y": 0},
        uirevision=setup.surface,
        scene={
            "xaxis": {"title": "x"},
            "yaxis": {"title": "y"},
            "zaxis": {"title": _("log₁₀(1 + height)")},
            "aspectratio": {"x": 1.25, "y": 1, "z": 0.7},
            "camera": {"eye": {"x": -1.15, "y": -1.55, "z": 1.15}},
        },
    )
    return figure


def _drawing(*parts: str, label: str) -> str:
    """Return a whole SVG that fits its column: half a page, or a telephone, whose width is enough for its few words."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'style="width:100%;max-width:{_WIDEST}px;height:auto" aria-label={quoteattr(label)} '
        f'font-size="14" fill="currentColor">{"".join(parts)}</svg>'
    )


def _on_picture(surface: Surface, points: NDArray) -> NDArray:
    """Return where points of shape [..., 2] are in the picture; far away ones are brought near, for SVG's sake."""
    (left, right), (bottom, top) = surface.view
    x = _LEFT + (points[..., 0] - left) / (right - left) * (_RIGHT - _LEFT)
    y = _BOTTOM - (points[..., 1] - bottom) / (top - bottom) * (_BOTTOM - _TOP)
    return np.clip(np.stack([x, y], axis=-1), -1e4, 1e4)


def _runners(places: Mapping[str, NDArray], steps: int, step: int, played: float | None) -> list[str]:
    """Draw each racer's trail, and then the dots, by its places in the picture, each of shape [its steps + 1, 2]."""
    trails, dots = [], []
    for name, points in places.items():
        if played is None:
            points = points[: step + 1]
            trails.append(_trail(name, points))
            dots.append(_dot(VARIANTS[name], points[-1]))
        else:
            seconds = SECONDS * (len(points) - 1) / steps  # who leaves the map stops early
            trails.append(_trail(name, points, _uncovering(points, seconds, played)))
            dots.append(_dot(VARIANTS[name], points[0], _moving(points, seconds, played)))
    return trails + dots


def _trail(name: str, points: NDArray, animation: str = "") -> str:
    """Draw a racer's way in its colour, edged with the page's so that it stands out from the ground."""
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashes = ' pathLength="1" stroke-dasharray="1"' if animation else ""
    strokes = [(_GROUND, 6, 0.6), (COLORS[VARIANTS[name].color], 3.5, 1)] + [(_GROUND, 1.3, 1)] * VARIANTS[name].hollow
    definition = f'<path id="{name}" d="{path}" fill="none" stroke-linejoin="round"{dashes}>{animation}</path>'
    uses = (
        f'<use href="#{name}" stroke="{color}" stroke-width="{width}" opacity="{opacity}"/>'
        for color, width, opacity in strokes
    )
    return f"<defs>{definition}</defs>{''.join(uses)}"


def _dot(variant: OptimizerVariant, place: NDArray, animation: str = "") -> str:
    """Draw a racer's dot with its letter."""
    color = COLORS[variant.color]
    inside, ink = (_GROUND, color) if variant.hollow else (color, "white")
    return group(
        animation,
        circle(0, 0, 9.5, fill=inside, stroke=color if variant.hollow else _GROUND, stroke_width=2),
        text(0, 0.5, variant.letter, fill=ink, font_size=12, font_weight=700),
        title=_(variant.label),
        transform=f"translate({place[0]:.1f} {place[1]:.1f})",
    )


def _uncovering(points: NDArray, seconds: float, played: float) -> str:
    """Animate a path of length 1, dashed with one dash, from nothing to the whole: the same time for each step."""
    lengths = np.concatenate([[0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()])
    values = ";".join(f"{value:.4g}" for value in 1 - lengths / max(lengths[-1], 1e-9))
    return f'<animate attributeName="stroke-dashoffset" values="{values}" {_timing(seconds, played)}/>'


def _moving(points: NDArray, seconds: float, played: float) -> str:
    values, timing = ";".join(f"{x:.1f} {y:.1f}" for x, y in points), _timing(seconds, played)
    return f'<animateTransform attributeName="transform" type="translate" values="{values}" {timing}/>'


def _timing(seconds: float, played: float) -> str:
    return f'begin="{-played:.3f}s" dur="{seconds:.3f}s" fill="freeze"'


def _cross(x: float, y: float) -> str:
    return line(x - 6, y, x + 6, y, stroke_width=2) + line(x, y - 6, x, y + 6, stroke_width=2)


def _ground(surface: Surface) -> str:
    """Draw what stays the same on a surface's map: the shades of height, the axes, the minima and where to click."""
    (left, right), (bottom, top) = surface.view
    frame = f'x="{_LEFT}" y="{_TOP}" width="{_RIGHT - _LEFT}" height="{_BOTTOM - _TOP}"'
    parts = [
        f'<clipPath id="frame"><rect {frame}/></clipPath>',
        f'<image {frame} preserveAspectRatio="none" decoding="sync" href="{_shades(surface)}"/>',
        f'<rect {frame} fill="none" stroke="{GRAY}"/>',
    ]
    for number in _ticks(left, right):
        x = _on_picture(surface, np.array([number, bottom]))[0]
        parts.append(text(x, _BOTTOM + 14, plain(number, ""), font_size=12))
    for number in _ticks(bottom, top):
        y = _on_picture(surface, np.array([left, number]))[1]
        parts.append(text(_LEFT - 6, y, plain(number, ""), "end", font_size=12))
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, _("weight x (across) and weight y (up)")))
    parts += [
        group(text(x, y, "★", font_size=20), title=_("minimum"))
        for x, y in (_on_picture(surface, np.array(minimum)) for minimum in surface.minima)
    ]
    parts.append(group(_places(), fill="none", pointer_events="all", title=_("Click: start from here")))
    return "".join(parts)


@lru_cache
def _places() -> str:
    """Draw the places that can be clicked on, which no one sees."""
    wide, high = (_RIGHT - _LEFT) / CLICKS[0], (_BOTTOM - _TOP) / CLICKS[1]
    return "".join(
        f'<path d="M{_LEFT + column * wide:g} {_BOTTOM - row * high:g}h{wide:g}v{-high:g}h{-wide:g}" '
        f'data-pick="{column},{row}"/>'
        for column in range(CLICKS[0])
        for row in range(CLICKS[1])
    )


def _ticks(minimum: float, maximum: float) -> range:
    step = 1 if maximum - minimum <= 6 else 2
    return range(step * math.ceil(minimum / step), math.floor(maximum) + 1, step)


@lru_cache(maxsize=len(SURFACES))
def _shades(surface: Surface) -> str:
    """Return the heights as a data URL of a PNG: a grey that is the more opaque the higher, with lines in between."""
    _x, _y, heights = surface.grid(_FINENESS * (_RIGHT - _LEFT), _FINENESS * (_BOTTOM - _TOP))
    heights = heights.flip(0)  # a picture's rows go down
    levels = heights.flatten().quantile(torch.linspace(0, 1, BANDS + 1)[1:-1])
    bands = torch.bucketize(heights, levels)
    edges = torch.zeros_like(bands, dtype=torch.bool)
    edges[1:] |= bands[1:] != bands[:-1]
    edges[:, 1:] |= bands[:, 1:] != bands[:, :-1]
    picture = Image.fromarray(torch.where(edges, BANDS, bands).to(torch.uint8).numpy(), "P")
    picture.putpalette([*bytes.fromhex(GRAY[1:])] * (BANDS + 1))
    opacities = bytes(100 * band // BANDS for band in range(BANDS)) + bytes([160])
    return png_address(picture, optimize=True, transparency=opacities)
