"""A stack of blocks from left to right: what each one makes of the shape of a sample, drawn about to scale."""

import math
from collections.abc import Sequence
from typing import Any

from core.blocks.network import Row
from core.blocks.registry import FAMILIES, Placed, Shape
from core.plots.palette import COLORS, GRAY
from core.plots.svg import arrow, drawing, group, rectangle, text
from core.text.i18n import _

CELL, LINE = 112, 158  # pixels: the room of one block, and the height of a line of them
TALLEST, MIDDLE = 62, 84  # of the picture of a shape
MAX_SHEETS = 5  # of a picture's channels, or cells of a sequence's steps


def stack(blocks: Sequence[Placed], rows: Sequence[Row], input_shape: Shape, in_a_line: int) -> str:
    """Draw the stages of a sample as SVG: sheets for pictures, steps for a sequence, a bar for a row of numbers.

    The block that cannot read its input is crossed out, and those behind it are pale.
    """
    shapes = [input_shape, *(row.after for row in rows if row.after is not None)]
    largest = max(max(shape[-2:]) for shape in shapes if len(shape) > 1) if any(len(s) > 1 for s in shapes) else 1
    longest = max(math.prod(shape) for shape in shapes)
    cells = [_cell(_("Input"), GRAY, "", shapes[0], largest, longest, "")]
    for placed, row in zip(blocks, rows, strict=True):
        color = COLORS.get(FAMILIES[placed.block.family].color, GRAY)
        count = f"{row.parameters:,}" if row.parameters else ""
        tip = row.error or _(placed.block.note)
        cells.append(_cell(placed.title, color, count, row.after, largest, longest, tip, bool(row.error)))
    parts = []
    for place, cell in enumerate(cells):
        down, right = divmod(place, in_a_line)
        parts.append(group(cell, transform=f"translate({right * CELL} {down * LINE})"))
        if place:
            x, y = right * CELL, down * LINE + MIDDLE
            pale = {"opacity": 0.25} if rows[place - 1].before is None else {"opacity": 0.7}
            parts.append(arrow(x - 9 if right else 0, y, x + 9, y, size=4, **pale))
    width = CELL * min(in_a_line, len(cells))
    height = LINE * math.ceil(len(cells) / in_a_line)
    label = _("The network: {stages}").format(
        stages=" → ".join([size(input_shape), *map(_stage, blocks, rows)]),
    )
    return drawing(width, height, *parts, label=label)


def size(shape: Shape | None) -> str:
    """Write a shape as 16×26×26; that of what never comes to be is a question mark."""
    return "?" if shape is None else "×".join(map(str, shape))


def _stage(placed: Placed, row: Row) -> str:
    return f"{placed.title} {size(row.after)}"


def _cell(
    title: str, color: str, count: str, shape: Shape | None, largest: int, longest: int, tip: str, wrong: bool = False
) -> str:
    middle = CELL / 2
    parts = [
        text(middle, 14, title, font_size=13, font_weight=600, fill=color),
        text(middle, 32, count, font_size=12, opacity=0.7),
        text(middle, LINE - 24, size(shape), font_size=13),
    ]
    if shape is not None:
        parts.append(_picture(shape, color, largest, longest))
    elif wrong:
        box = {"fill": "none", "stroke": COLORS["orange"], "stroke_width": 2, "stroke_dasharray": "5 4"}
        parts.append(rectangle(middle - 26, MIDDLE - 26, 52, 52, rx=6, **box))
        parts.append(text(middle, MIDDLE, "✕", font_size=26, fill=COLORS["orange"]))
    pale: dict[str, Any] = {"opacity": 0.4} if shape is None and not wrong else {}
    return group(*parts, title=tip, **pale)


def _picture(shape: Shape, color: str, largest: int, longest: int) -> str:
    if len(shape) == 1:
        height = max(4.0, TALLEST * math.log1p(shape[0]) / math.log1p(longest))
        return rectangle(CELL / 2 - 5, MIDDLE - height / 2, 10, height, rx=3, fill=color, fill_opacity=0.75)
    height, width = (max(6.0, (TALLEST - 14) * side / largest) for side in shape[-2:])
    if len(shape) == 2:
        return _steps(width, height, shape[0], color)
    sheets = min(shape[0], MAX_SHEETS)
    step = 3.5
    left = CELL / 2 - width / 2 - step * (sheets - 1) / 2
    top = MIDDLE - height / 2 - step * (sheets - 1) / 2
    look = {"rx": 2, "fill": "var(--st-background-color)", "stroke": color, "stroke_width": 1.5}
    return "".join(rectangle(left + step * i, top + step * i, width, height, **look) for i in range(sheets))


def _steps(width: float, height: float, steps: int, color: str) -> str:
    strips = min(steps, MAX_SHEETS)
    thick = max(3.0, height / strips)
    look = {"rx": 1.5, "fill": color, "fill_opacity": 0.75}
    top = MIDDLE - strips * thick / 2
    return "".join(rectangle(CELL / 2 - width / 2, top + thick * i, width, thick - 1.5, **look) for i in range(strips))
