"""The strokes in the Fabric.js JSON of a drawing canvas, read and written."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.digits.rasterize import CANVAS, Stroke, bounds

_MAX_POINTS = 20_000  # of one drawing; a patient person with a fast mouse stays below 3,000
_FAR = 100.0 * CANVAS  # a coordinate beyond this is junk


def strokes_from_canvas(json_data: Any) -> list[Stroke]:
    """Read the strokes in the Fabric.js JSON of a drawing canvas, in canvas units.

    Anything that is not a path of finite points is passed over: a canvas sends None before the first stroke, and what a
    browser sends is input like any other. Never raises.
    """
    objects = json_data.get("objects") if isinstance(json_data, dict) else None
    strokes: list[Stroke] = []
    room = _MAX_POINTS
    for item in objects if isinstance(objects, list) else []:
        if isinstance(item, dict) and str(item.get("type")).lower() == "path":
            stroke = _moved(_flatten(item.get("path"), room), item)
            if len(stroke) and np.isfinite(stroke).all() and np.abs(stroke).max() < _FAR:
                strokes.append(stroke)
                room -= len(stroke)
    return strokes


def canvas_from_strokes(strokes: Sequence[Stroke], color: str, width: float) -> dict[str, Any]:
    """Return the JSON that makes a drawing canvas show these strokes, in canvas units: strokes_from_canvas undone."""
    objects = []
    for stroke in strokes:
        low, high = bounds([stroke])
        left, top = ((low + high) / 2).tolist()
        path = [["L", *point] for point in stroke.tolist()]
        path[0][0] = "M"
        objects.append(
            {
                "type": "Path",
                "path": path,
                "originX": "center",
                "originY": "center",
                "left": left,
                "top": top,
                "fill": None,
                "stroke": color,
                "strokeWidth": width,
                "strokeLineCap": "round",
                "strokeLineJoin": "round",
            }
        )
    return {"objects": objects}


_CURVE_POINTS = 4  # the pen reports a point every few canvas units, and each curve spans one such gap


_BERNSTEIN = {  # degree of a Bezier curve -> weights [points, degree + 1] of its control points; the start is left out
    degree: np.array(
        [
            [math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)]
            for t in np.linspace(0, 1, _CURVE_POINTS + 1)[1:]
        ]
    )
    for degree in (2, 3)
}


_NUMBERS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}  # of each SVG path command


def _flatten(path: Any, room: int) -> Stroke:
    """Turn SVG path commands into one polyline [n, 2] of at most `room` points; empty if the path makes no sense."""
    points: list[np.ndarray] = []
    for command in path if isinstance(path, list) else []:
        letter, numbers = _command(command)
        if letter is None or len(points) + _CURVE_POINTS > room or (not points and letter != "M"):
            return np.zeros((0, 2))
        here = points[-1] if points else np.zeros(2)
        corners = np.array(numbers).reshape(-1, 2) + (here if command[0].islower() else 0)
        if letter == "Z":
            points.append(points[0])
        elif letter in "ML":
            points.append(corners[0])
        else:
            points.extend(_BERNSTEIN[len(corners)] @ np.vstack([here, corners]))
    return np.array(points).reshape(-1, 2)


def _command(command: Any) -> tuple[str | None, list[float]]:
    """Return one path command's letter in capitals and its numbers, or None if it makes no sense."""
    if not isinstance(command, list | tuple) or not command or not isinstance(command[0], str):
        return None, []
    letter, numbers = command[0].upper(), command[1:]
    if _NUMBERS.get(letter) != len(numbers) or not all(_is_number(number) for number in numbers):
        return None, []
    return letter, [float(number) for number in numbers]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FAR  # NaN is not below


def _moved(stroke: Stroke, item: dict) -> Stroke:
    """Apply what the canvas's edit tool did: Fabric keeps the path as drawn and notes where its centre went, scaled,
    skewed and turned (Fabric.js, util.composeMatrix)."""
    numbers = [item.get(name, default) for name, default in _PLACE.items()]
    if not len(stroke) or item.get("originX") != "center" or not all(_is_number(number) for number in numbers):
        return stroke
    left, top, scale_x, scale_y, angle, skew_x, skew_y = numbers
    scale_x, scale_y = scale_x * (-1 if item.get("flipX") else 1), scale_y * (-1 if item.get("flipY") else 1)
    turn, skew_x, skew_y = np.deg2rad([angle, skew_x, skew_y])
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([scale_x, scale_y])
    matrix = matrix @ np.array([[1, np.tan(skew_x)], [0, 1]]) @ np.array([[1, 0], [np.tan(skew_y), 1]])
    centre = (stroke.min(axis=0) + stroke.max(axis=0)) / 2
    return (stroke - centre) @ matrix.T + [left, top]


_PLACE = {"left": None, "top": None, "scaleX": 1, "scaleY": 1, "angle": 0, "skewX": 0, "skewY": 0}
