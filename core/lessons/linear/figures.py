"""The matrices of a linear layer side by side, and the shapes of layers that follow one another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.plots.images import stretched
from core.plots.matrix import cells, cells_size
from core.plots.palette import COLORS, GRAY
from core.plots.svg import arrow, drawing, group, line, rectangle, sign_color, text
from core.text.i18n import _

MOST = 10  # rows or columns that are all shown with their numbers; of more only the first ones are
FIRST_ROWS, FIRST_COLUMNS = 3, 5
MAX_PIXELS = 200  # of a side of a heat map; a larger matrix is thinned out to fit
SHADES = 7  # of each sign in a heat map: with zero 15 colours, which PNG packs into half a byte each
TALLEST = 200  # units that a heat map may be high
HEAD = 28  # above a matrix, for its name and shape
INDICES = 22  # above a matrix's cells, for the numbers of its columns
FRAME = 3  # beside a heat map, for the frame around a whole row of it
LINK = 130  # the length of the arrow between two layers
BOX = 170  # the width of a layer


@dataclass(frozen=True)
class Panel:
    """A matrix (m, n) under its name.

    Attributes:
        shape: as PyTorch has it.
        marked: the (row, column) to draw a frame around; None stands for all of them.
    """

    name: str
    values: NDArray
    shape: tuple[int, ...]
    marked: tuple[int | None, int | None]


def layer_matrices(weight: NDArray, bias: NDArray | None, output: int) -> str:
    """Draw weight (out, in) and bias (out,), or None, as SVG; what belongs to one output is marked.

    A click on a cell picks "weight:<output>:<input>" or "bias:<output>:0".
    """
    return _grid([_parameters(weight, bias, output)], gap=20, label=_("weight and bias"))


def batch_matrices(x: NDArray, weight: NDArray, bias: NDArray | None, y: NDArray, row: int, output: int) -> str:
    """Draw x (N, in) and y (N, out), and weight and bias below them, as SVG; what makes y[row, output] is marked.

    Each column of x stands above the weights that it is multiplied by. A click on a cell picks as in `layer_matrices`,
    or "x:<row>:<input>" or "y:<row>:<output>".
    """
    batch = [Panel("x", x, x.shape, (row, None)), Panel("y", y, y.shape, (row, output))]
    label = _("x and y, weight and bias of a linear layer")
    return _grid([batch, _parameters(weight, bias, output)], gap=110, label=label)


def joined_layers(sizes: Sequence[tuple[int, int]], batch: int) -> str:
    """Draw layers as boxes in a row, with the shape that goes along each arrow, as SVG.

    Where a layer takes another number than it is given the arrow is crossed out, and none follows.

    Args:
        sizes: (in, out) of each layer.
        batch: the number of rows.
    """
    parts, given, fits = [], sizes[0][0], True
    for place, (inputs, outputs) in enumerate(sizes):
        left = place * (LINK + BOX)
        if fits:
            fits = given == inputs
            parts.append(_link(left, [batch, given], fits))
        if not fits:
            words = _("takes [{batch}, {inputs}]").format(batch=batch, inputs=inputs)
            parts.append(text(left + LINK + BOX / 2, 118, words, fill=COLORS["orange"], font_weight=650))
        box = {"rx": 10, "fill": COLORS["blue"], "fill_opacity": 0.12, "stroke": COLORS["blue"]}
        parts += [
            rectangle(left + LINK, 14, BOX, 88, **box),
            text(left + LINK + BOX / 2, 34, f"nn.Linear({inputs}, {outputs})", font_weight=650),
            text(left + LINK + BOX / 2, 60, f"weight [{outputs}, {inputs}]"),
            text(left + LINK + BOX / 2, 82, _("{inputs} in, {outputs} out").format(inputs=inputs, outputs=outputs)),
        ]
        given = outputs
    end = len(sizes) * (LINK + BOX)
    if fits:
        parts.append(_link(end, [batch, given], fits))
    label = _("The shapes of the layers join.") if fits else _("The shapes of the layers do not join.")
    return drawing(end + LINK, 132, *parts, label=label)


def _link(left: float, shape: list[int], fits: bool) -> str:
    color = GRAY if fits else COLORS["orange"]
    middle = left + LINK / 2
    parts = [
        text(middle, 32, str(shape), font_weight=650),
        arrow(left + 12, 58, left + LINK - 12, 58, stroke=color),
    ]
    if not fits:
        cross = {"stroke": color, "stroke_width": 4, "stroke_linecap": "round"}
        parts += [line(middle - 11, 47, middle + 11, 69, **cross), line(middle - 11, 69, middle + 11, 47, **cross)]
    return "".join(parts)


def _parameters(weight: NDArray, bias: NDArray | None, output: int) -> list[Panel]:
    panels = [Panel("weight", weight, weight.shape, (output, None))]
    if bias is not None:
        panels.append(Panel("bias", bias[:, np.newaxis], bias.shape, (output, None)))
    return panels


def _grid(rows: Sequence[Sequence[Panel]], gap: float, label: str) -> str:
    """Lay out rows of one or two panels; where the first is x, an arrow leads to what it becomes."""
    drawn = [[_panel(panel) for panel in row] for row in rows]
    second = FRAME + max(row[0][1] for row in drawn) + gap
    width = max([second - gap] + [second + row[1][1] for row in drawn if len(row) > 1])
    parts, top = [], 0.0
    for panels, row in zip(rows, drawn, strict=True):
        for left, (svg, _width, _height) in zip((FRAME, second), row, strict=False):
            parts.append(group(svg, transform=f"translate({left:g} {top:g})"))
        if panels[0].name == "x":
            y = top + HEAD + INDICES + 17
            parts.append(arrow(FRAME + row[0][1] + 20, y, second - 10, y, stroke=GRAY))
        top += max(height for _svg, _width, height in row) + 14
    return drawing(width + FRAME, top - 14, *parts, label=label)


def _panel(panel: Panel) -> tuple[str, float, float]:
    """Return a panel's SVG, width and height: its numbers, or the first of them above all of it as a heat map."""
    rows, columns = panel.values.shape
    shown = panel.values[: rows if rows <= MOST else FIRST_ROWS, : columns if columns <= MOST else FIRST_COLUMNS]
    largest = np.abs(panel.values).max(initial=0.0) or 1.0
    indices = [[str(place) for place in range(count)] for count in shown.shape]
    if len(panel.shape) == 1:
        indices[1] = [""]  # a vector has one index; an empty one keeps its numbers level with those of the weights
    down, across = (slice(place, None if place is None else place + 1) for place in panel.marked)
    matrix = cells(shown, indices[0], indices[1], largest, (down, across), panel.name)
    width, height = cells_size(shown.shape, *indices)
    shape = str(list(panel.shape))
    parts = [
        text(width / 2 + 8, 12, f"{panel.name} {shape}", font_weight=650),
        group(matrix, transform=f"translate(0 {HEAD})"),
    ]
    height += HEAD
    if shown.shape[1] < columns:
        parts.append(text(width + 12, HEAD + INDICES + shown.shape[0] * 17, "…", font_size=20))
        width += 24
    if shown.size < panel.values.size:
        parts.append(text(width / 2, height + 14, _("all of {shape}").format(shape=shape), opacity=0.75))
        tall = min(TALLEST, max(34, width * rows / columns))
        parts.append(group(_heat_map(panel, width, tall, largest), transform=f"translate(0 {height + 28:g})"))
        height += 28 + tall
    return "".join(parts), width, height


def _heat_map(panel: Panel, width: float, height: float, largest: float) -> str:
    """Return a whole matrix as coloured pixels, with a frame around what is marked."""
    steps = [-(-count // MAX_PIXELS) for count in panel.values.shape]
    pixels = np.rint(panel.values[:: steps[0], :: steps[1]] / largest * SHADES).astype(np.int8) + SHADES
    picture = Image.fromarray(pixels.astype(np.uint8))
    picture.putpalette(b"".join(_shade(level) for level in range(-SHADES, SHADES + 1)), "RGBA")
    image = stretched(picture, 0, 0, width, height, optimize=True)
    spans = [
        (0, length) if place is None else (place * length / count, length / count)
        for place, count, length in zip(panel.marked, panel.values.shape, (height, width), strict=True)
    ]
    # Broad enough to be seen where a row is thinner than a line.
    (y, tall), (x, wide) = ((start - 2, length + 4) for start, length in spans)
    frame = rectangle(x, y, wide, tall, fill="none", stroke="currentColor", stroke_width=1.5)
    tip = _("Every {rows} × {columns} numbers are one pixel.").format(rows=steps[0], columns=steps[1])
    return group(image, frame, title=tip if max(steps) > 1 else "")


def _shade(level: int) -> bytes:
    """Return the red, green, blue and opacity of a level from -SHADES to SHADES."""
    return bytes.fromhex(sign_color(level)[1:]) + bytes([round(255 * abs(level) / SHADES)])
