"""Tensors drawn as matrices, axis by axis, and how images are shared out among the sets."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.plots.matrix import cells, cells_size
from core.plots.palette import COLORS
from core.plots.svg import drawing, group, rectangle, text

GAP = 34  # between two tensors
STACK = 14  # between two matrices of one tensor
HEAD = 30  # above a tensor, for its name and shape
EDGE = 6  # around the result
ROW = 36  # the height of the first row of a matrix
LETTER = 8.2  # the width of one in a title
LEAST = 86  # the width of a set, which has its name in it


def draw_tensors(
    tensors: Mapping[str, Tensor], result: tuple[str, Tensor], shown: bool, label: str, stacked: bool = False
) -> str:
    """Draw tensors of up to 4 axes side by side as SVG, and behind an arrow what was made of them.

    Args:
        result: its name and itself.
        shown: whether the result is drawn; else a question mark keeps its place.
        stacked: whether it stands below the others, where there is little room.
    """
    parts, left, height = [], 0.0, 0.0
    for name, tensor in tensors.items():
        drawn, width, tall = _tensor(name, tensor, left)
        parts.append(drawn)
        left, height = left + width + GAP, max(height, tall)
    across = left - GAP
    drawn, width, tall = _tensor(*result, 0, COLORS["blue"])
    if not shown:
        drawn = text(width / 2, HEAD + ROW / 2, "?", font_size=34, font_weight=700)
    x, y = (EDGE, height + GAP) if stacked else (left + GAP, 0)
    parts.append(
        text(
            *((EDGE + 12, height + GAP / 2) if stacked else (left, HEAD + ROW / 2)),
            "↓" if stacked else "→",
            font_size=24,
        )
    )
    parts.append(group(drawn, transform=f"translate({x:g} {y:g})"))
    whole = (max(across, width + 2 * EDGE), y + tall) if stacked else (x + width + EDGE, max(height, tall))
    return drawing(*whole, *parts, label=label, narrowest=300)


def _tensor(name: str, tensor: Tensor, left: float, frame: str = "") -> tuple[str, float, float]:
    """Return a tensor from `left` on, its width and height: its last two axes as matrices, which stand side by side."""
    matrices = tensor.reshape(-1, *torch.atleast_2d(tensor).shape[-2:]).numpy()
    width, height = cells_size(matrices[0].shape)
    title = f"{name} {list(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"
    drawn = "".join(
        group(cells(matrix), transform=f"translate({left + place * (width + STACK):g} {HEAD})")
        for place, matrix in enumerate(matrices)
    )
    whole = len(matrices) * (width + STACK) - STACK
    if frame:
        drawn += rectangle(
            left - EDGE, HEAD - EDGE, whole + 2 * EDGE, height + 2 * EDGE, rx=7, fill="none", stroke=frame,
            stroke_width=2.5,
        )  # fmt: skip
    return (
        text(left, 12, title, "start", font_weight=650) + drawn,
        max(whole, LETTER * len(title)),
        HEAD + height + EDGE,
    )


def split_bar(parts: Sequence[tuple[str, int, str]], width: float, label: str) -> str:
    """Draw how images are shared out as SVG: name, number and colour name of each set."""
    total = sum(count for _name, count, _color in parts)
    least = max(0.13 * width, LEAST)
    room = width - least * len(parts)
    drawn, left = [], 0.0
    for name, count, color in parts:
        size = least + room * count / total
        drawn.append(
            rectangle(left, 0, size - 4, 70, rx=8, fill=COLORS[color], fill_opacity=0.25, stroke=COLORS[color])
            + text(left + size / 2 - 2, 26, name, font_weight=650)
            + text(left + size / 2 - 2, 50, f"{count:,}")
        )
        left += size
    return drawing(width, 72, *drawn, label=label, narrowest=330)
