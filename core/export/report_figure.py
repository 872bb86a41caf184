"""The curves of a run as a drawing for paper."""

import math
from typing import TypeVar

import numpy as np

from core.plots.palette import COLORS, GRAY
from core.plots.svg import circle, drawing, group, line, text
from core.text.i18n import _

WIDTH, HEIGHT = 440, 260
NARROWEST = 240  # so that two stand side by side on paper
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 34, 40  # room around the curves
TICKS = 5

Numbers = TypeVar("Numbers", float, np.ndarray)


def curves(title: str, train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], epochs: float) -> str:
    """Return an SVG of two curves over the epochs: training sample blue, test sample orange with dashes and dots.

    Args:
        title: what is drawn, above the curves.
        train, test: epochs and values of each point, float [N]; what is not finite is left out.
        epochs: how far the axis reaches.
    """
    train, test = (_finite(*curve) for curve in (train, test))
    values = np.concatenate([train[1], test[1], [0.0]])
    heights = _ticks(values.min(), values.max())
    minimum, maximum = heights[0], heights[-1]
    across = 0.0, max(epochs, 1e-9)
    marks = [
        text(LEFT, 14, title, anchor="start", font_weight="600"),
        text(WIDTH - RIGHT, 14, _("━ training  ┅● test"), anchor="end", font_size=12, fill=GRAY),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, _("epoch"), font_size=12),
    ]
    for value in heights:
        y = _scale(value, minimum, maximum, HEIGHT - BOTTOM, TOP)
        marks.append(line(LEFT, y, WIDTH - RIGHT, y, stroke=GRAY, stroke_width=0.5))
        marks.append(text(LEFT - 6, y, f"{value:.3g}", anchor="end", font_size=12))
    for epoch in np.linspace(*across, TICKS):
        marks.append(
            text(_scale(epoch, *across, LEFT, WIDTH - RIGHT), HEIGHT - BOTTOM + 14, f"{epoch:.3g}", font_size=12)
        )
    for (at, values), color, dashes in ((train, "blue", "none"), (test, "orange", "6 3")):
        x = _scale(at, *across, LEFT, WIDTH - RIGHT)
        y = _scale(values, minimum, maximum, HEIGHT - BOTTOM, TOP)
        marks.append(_path(x, y, COLORS[color], dashes))
        if dashes != "none" and len(x) <= 50:
            marks.append(group(*(circle(px, py, 2.5) for px, py in zip(x, y, strict=True)), fill=COLORS[color]))
    return drawing(WIDTH, HEIGHT, *marks, label=title, narrowest=NARROWEST)


def _ticks(minimum: float, maximum: float) -> np.ndarray:
    """Return round numbers from at most `minimum` to at least `maximum`, about TICKS of them."""
    if maximum - minimum <= 1e-9 * max(abs(maximum), 1.0):  # hardly more than rounding
        maximum = minimum + max(abs(minimum), 1.0)
    apart = (maximum - minimum) / (TICKS - 1)
    power = 10.0 ** math.floor(math.log10(apart))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= apart * (1 - 1e-9))
    return step * np.arange(math.floor(minimum / step + 1e-9), math.ceil(maximum / step - 1e-9) + 1)


def _finite(at: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kept = np.isfinite(values)
    return at[kept], values[kept]


def _scale(value: Numbers, minimum: float, maximum: float, start: float, end: float) -> Numbers:
    return start + (value - minimum) / (maximum - minimum) * (end - start)


def _path(x: np.ndarray, y: np.ndarray, color: str, dashes: str) -> str:
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in zip(x, y, strict=True))
    return (
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.8" stroke-dasharray="{dashes}" '
        f'stroke-linejoin="round"/>'
    )
