"""A small network as neurons and lines: every weight a line, blue for plus and orange for minus, thicker for larger."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.figures.svg import NARROWEST, arrow, circle, drawing, group, line, short, sign_color, text
from core.palette import GRAY

MOST_NEURONS = 10  # of one column; of more, the first ones and the last are drawn
RADIUS = 20
ROW = 52  # pixels from neuron to neuron
COLUMN = 230  # pixels from column to column


@dataclass(frozen=True)
class Column:
    """The neurons of one layer, from top to bottom.

    Attributes:
        title: above it, as "input x".
        values: what each neuron gives, shape (n,).
        shape: below it, the shape of these values with their batch, as "[3, 4]".
        names: of single neurons, for the text under the mouse.
    """

    title: str
    values: NDArray
    shape: str = ""
    names: Sequence[str] = ()

    def name(self, place: int) -> str:
        return self.names[place] if self.names else f"{self.title}[{place}]"


@dataclass(frozen=True)
class Joint:
    """What joins a column to the next: weights (neurons of the next, neurons of this), and biases (of the next,)."""

    weight: NDArray
    bias: NDArray | None = None
    title: str = ""


def network(
    columns: Sequence[Column], joints: Sequence[Joint], label: str, picked: tuple[int, int] | None = None
) -> str:
    """Draw columns of neurons and the joints between them as SVG.

    A click on a neuron of any column but the first picks "<column>:<place>".

    Args:
        columns: at least two.
        joints: one less than columns; joints[i] leads from columns[i] to columns[i + 1].
        label: what it shows, for those who cannot see it.
        picked: (column, place) of the neuron whose incoming lines stay strong while all others fade.
    """
    most = max(_rows(len(column.values)) for column in columns)
    height = 64 + most * ROW + 28
    places = [_places(len(column.values), 70 + index * COLUMN, most) for index, column in enumerate(columns)]
    parts = []
    for index, (joint, (here, there)) in enumerate(zip(joints, pairwise(places), strict=True)):
        largest = np.abs(joint.weight).max(initial=0.0) or 1.0
        for target, (x2, y2) in there.items():
            faded = picked is not None and picked != (index + 1, target)
            for source, (x1, y1) in here.items():
                number = joint.weight[target, source]
                width = 0.6 + 5.4 * abs(number) / largest
                stroke = {"stroke": sign_color(number), "stroke_width": f"{width:.2f}"}
                wire = line(x1 + RADIUS, y1, x2 - RADIUS, y2, opacity=0.12 if faded else 0.85, **stroke)
                # A broad invisible line under the mouse: a thin one can hardly be hit.
                hit = line(x1 + RADIUS, y1, x2 - RADIUS, y2, stroke="transparent", stroke_width=12)
                parts.append(group(hit, wire, title=f"weight[{target}, {source}] = {number:.6g}"))
        parts.append(text(*_between(index, 20), joint.title, opacity=0.75))
        parts.append(_shape_arrow(index, height))
    for index, (column, spots) in enumerate(zip(columns, places, strict=True)):
        bias = joints[index - 1].bias if index else None
        parts += [_neuron(column, index, place, spot, bias, picked) for place, spot in spots.items()]
        x = 70 + index * COLUMN
        parts.append(text(x, 20, column.title, font_weight=650))
        parts.append(text(x, height - 14, column.shape, font_family="monospace", fill=GRAY))
        if len(spots) < len(column.values):
            y = (spots[len(spots) - 2][1] + spots[len(column.values) - 1][1]) / 2
            parts.append(text(x, y, f"⋮ {len(column.values)}", fill=GRAY))
    width = 140 + (len(columns) - 1) * COLUMN
    return drawing(width, height, *parts, label=label, narrowest=min(0.75 * width, NARROWEST))


def _neuron(
    column: Column, index: int, place: int, spot: tuple[float, float], bias: NDArray | None, picked: tuple | None
) -> str:
    number = column.values[place]
    frame = {"stroke": "currentColor", "stroke_width": 3} if picked == (index, place) else {"stroke": GRAY}
    parts = [
        # On a ground of the page's own colour, so that the lines behind do not run through the number.
        circle(*spot, RADIUS, fill="var(--st-background-color)"),
        circle(*spot, RADIUS, fill=sign_color(number), fill_opacity=0.2, **frame),
        text(*spot, short(number), font_size=12.5),
    ]
    title = f"{column.name(place)} = {number:.6g}"
    if bias is not None:
        parts.append(
            text(spot[0] + RADIUS + 5, spot[1] - 15, f"b {short(bias[place])}", "start", font_size=11, fill=GRAY)
        )
        title += f", bias[{place}] = {bias[place]:.6g}"
    return group(*parts, title=title, pick=f"{index}:{place}" if index else "")


def _shown(count: int) -> list[int]:
    return list(range(count)) if count <= MOST_NEURONS else [*range(MOST_NEURONS - 2), count - 1]


def _rows(count: int) -> int:
    """Return how many rows a column takes: the last of many stands apart."""
    return len(_shown(count)) + (count > MOST_NEURONS)


def _places(count: int, x: float, most: int) -> dict[int, tuple[float, float]]:
    """Return the centres of a column's drawn neurons, in the middle of the height."""
    shown = _shown(count)
    rows = [*range(len(shown) - 1), _rows(count) - 1]
    middle = 56 + most * ROW / 2
    return {place: (x, middle + (row - rows[-1] / 2) * ROW) for place, row in zip(shown, rows, strict=True)}


def _between(index: int, y: float) -> tuple[float, float]:
    return 70 + (index + 0.5) * COLUMN, y


def _shape_arrow(index: int, height: float) -> str:
    x, y = _between(index, height - 14)
    return arrow(x - 40, y, x + 40, y, stroke=GRAY)
