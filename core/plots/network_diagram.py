"""A small network as neurons and lines: every weight a line, blue for plus and orange for minus, thicker for larger.

Where there are few lines each has its number written on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.plots.palette import GRAY
from core.plots.svg import NARROWEST, arrow, circle, drawing, group, line, sign_color, text
from core.text.numbers import short

MAX_NEURONS = 10  # of one column; of more, the first ones and the last are drawn
RADIUS = 20
ROW = 52  # pixels from neuron to neuron
COLUMN = 230  # pixels from column to column
MAX_NUMBERED = 12  # lines of a joint; the numbers of more would run into each other
NUMBERED = (0.3, 0.68)  # the part of a line, from the side with more neurons, on which its number stands
GROUND = "var(--st-background-color)"  # the page's own, so that no line runs through a number

Spots = dict[int, tuple[float, float]]  # the centres of a column's neurons


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


_NUMBER = {
    "font_size": 12,
    "stroke": GROUND,
    "stroke_width": 6,
    "paint_order": "stroke",
    "stroke_linejoin": "round",
    "pointer_events": "none",
}


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
    rows = [
        _rows(len(column.values), picked[1] if picked and picked[0] == index else 0)
        for index, column in enumerate(columns)
    ]
    maximum = max(map(len, rows))
    height = 64 + maximum * ROW + 28
    places = [_places(drawn, 70 + index * COLUMN, maximum) for index, drawn in enumerate(rows)]
    parts = []
    for index, (joint, (here, there)) in enumerate(zip(joints, pairwise(places), strict=True)):
        bright = [target for target in there if picked in (None, (index + 1, target))]
        parts += _lines(joint, here, there, bright)
        parts.append(text(*_between(index, 20), joint.title, opacity=0.75))
        parts.append(_shape_arrow(index, height))
    for index, (column, drawn, spots) in enumerate(zip(columns, rows, places, strict=True)):
        bias = joints[index - 1].bias if index else None
        parts += [_neuron(column, index, place, spot, bias, picked) for place, spot in spots.items()]
        x = 70 + index * COLUMN
        parts.append(text(x, 20, column.title, font_weight=650))
        parts.append(text(x, height - 14, column.shape, font_family="monospace", fill=GRAY))
        gaps = [_row_middle(row, drawn, maximum) for row, place in enumerate(drawn) if place is None]
        parts += [text(x, y, f"⋮ {len(column.values)}", fill=GRAY) for y in gaps]
    width = 140 + (len(columns) - 1) * COLUMN
    return drawing(width, height, *parts, label=label, narrowest=min(0.75 * width, NARROWEST))


def _lines(joint: Joint, here: Spots, there: Spots, bright: Sequence[int]) -> list[str]:
    """Draw the weights from the neurons here to those there; faint where they lead to one that is not bright."""
    largest = np.abs(joint.weight).max(initial=0.0) or 1.0
    lines, numbers = [], []
    for column, (target, (x2, y2)) in enumerate(there.items()):
        for row, (source, (x1, y1)) in enumerate(here.items()):
            number = joint.weight[target, source]
            stroke = {"stroke": sign_color(number), "stroke_width": f"{0.6 + 5.4 * abs(number) / largest:.2f}"}
            ends = (x1 + RADIUS, y1, x2 - RADIUS, y2)
            wire = line(*ends, opacity=0.85 if target in bright else 0.12, **stroke)
            # A broad invisible line under the mouse: a thin one can hardly be hit.
            hit = line(*ends, stroke="transparent", stroke_width=12)
            lines.append(group(hit, wire, title=f"weight[{target}, {source}] = {number:.6g}"))
            # Those of one neuron stand below each other, on the side with more neurons, where the lines are apart.
            along = _spread(column, len(there)) if len(there) <= len(here) else 1 - _spread(row, len(here))
            x, y = ends[0] + along * (ends[2] - ends[0]), y1 + along * (y2 - y1)
            numbers.append(text(x, y, short(number), fill_opacity=1 if target in bright else 0.6, **_NUMBER))
    return lines + numbers if len(lines) <= MAX_NUMBERED else lines


def _spread(place: int, count: int) -> float:
    """Return where on its line the number of a joint's `place`-th neuron stands, from 0 to 1."""
    minimum, maximum = NUMBERED
    return minimum + (maximum - minimum) * (place / (count - 1) if count > 1 else 0.5)


def _neuron(
    column: Column, index: int, place: int, spot: tuple[float, float], bias: NDArray | None, picked: tuple | None
) -> str:
    number = column.values[place]
    frame = {"stroke": "currentColor", "stroke_width": 3} if picked == (index, place) else {"stroke": GRAY}
    parts = [
        circle(*spot, RADIUS, fill=GROUND),
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


def _rows(count: int, wanted: int) -> list[int | None]:
    """Return the neurons of a column that are drawn, one of them the wanted one; None where some are left out."""
    if count <= MAX_NEURONS:
        return list(range(count))
    if wanted < MAX_NEURONS - 2 or wanted == count - 1:
        return [*range(MAX_NEURONS - 2), None, count - 1]
    return [*range(MAX_NEURONS - 4), None, wanted, *([None] if wanted < count - 2 else []), count - 1]


def _places(rows: Sequence[int | None], x: float, maximum: int) -> Spots:
    return {place: (x, _row_middle(row, rows, maximum)) for row, place in enumerate(rows) if place is not None}


def _row_middle(row: int, rows: Sequence[int | None], maximum: int) -> float:
    """Return the height of a column's row; the column is in the middle of a drawing of `maximum` rows."""
    return 56 + (maximum / 2 + row - (len(rows) - 1) / 2) * ROW


def _between(index: int, y: float) -> tuple[float, float]:
    return 70 + (index + 0.5) * COLUMN, y


def _shape_arrow(index: int, height: float) -> str:
    x, y = _between(index, height - 14)
    return arrow(x - 40, y, x + 40, y, stroke=GRAY)
