"""A matrix as coloured cells with its numbers in them: blue for plus, orange for minus, stronger for larger."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from core.plots.svg import drawing, group, rectangle, sign_color, text
from core.text.numbers import plain, short

CELL_WIDTH, CELL_HEIGHT = 58, 34
MAX_NUMBERS = 200  # cells; more of them are drawn without their numbers, which appear under the mouse
STRONGEST = 0.75  # opacity of the largest number's cell, so that its number can be read in it


def matrix(
    values: ArrayLike,
    label: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    largest: float | None = None,
    marked: tuple[int | slice, int | slice] | None = None,
    pick: str = "",
    colors: np.ndarray | None = None,
) -> str:
    """Draw a matrix of shape (m, n) as SVG; a vector is drawn as one row.

    Args:
        label: its name and shape, for those who cannot see it.
        rows, columns: the names beside its rows and above its columns.
        largest: the size of number that gets the strongest colour; the largest in it where None.
        marked: the cells to draw a frame around, as an index or a slice of rows and of columns.
        pick: where given, a click on a cell picks "<pick>:<row>:<column>".
        colors: of each cell, str (m, n); by its number's sign where None.
    """
    values = np.atleast_2d(np.asarray(values))
    width, height = cells_size(values.shape, rows, columns)
    return drawing(width, height, cells(values, rows, columns, largest, marked, pick, colors), label=label)


def cells_size(shape: tuple[int, int], rows: Sequence[str] = (), columns: Sequence[str] = ()) -> tuple[float, float]:
    """Return the width and height that `cells` needs for a matrix of this shape."""
    cell_width, cell_height = _cell(shape)
    return _margin(rows) + shape[1] * cell_width + 2, (22 if columns else 0) + shape[0] * cell_height + 2


def cells(
    values: np.ndarray,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    largest: float | None = None,
    marked: tuple[int | slice, int | slice] | None = None,
    pick: str = "",
    colors: np.ndarray | None = None,
) -> str:
    """Return the cells of a matrix (m, n) as part of a larger drawing; arguments as for `matrix`."""
    cell_width, cell_height = _cell(values.shape)
    left, top = _margin(rows) + 1, (22 if columns else 0) + 1
    whole = np.issubdtype(values.dtype, np.integer)  # counts
    finite = np.abs(values[np.isfinite(values)])
    largest = largest or (finite.max() if finite.size else 0) or 1.0
    frames = np.zeros(values.shape, dtype=bool)
    if marked is not None:
        frames[marked] = True
    parts = [text(left - 8, top + (y + 0.5) * cell_height, name, "end", opacity=0.75) for y, name in enumerate(rows)]
    parts += [text(left + (x + 0.5) * cell_width, 10, name, opacity=0.75) for x, name in enumerate(columns)]
    for y, x in product(*map(range, values.shape)):
        number = values[y, x]
        strength = STRONGEST * min(1.0, abs(number) / largest) if np.isfinite(number) else 0.0
        place = (left + x * cell_width, top + y * cell_height)
        cell = rectangle(
            *place,
            cell_width - 1,
            cell_height - 1,
            rx=3,
            fill=sign_color(number) if colors is None else colors[y, x],
            fill_opacity=f"{0.04 + strength:.2f}",
        )
        if values.size <= MAX_NUMBERS:
            words = plain(number, ".0f") if whole else short(number)
            cell += text(place[0] + cell_width / 2, place[1] + cell_height / 2, words)
        if frames[y, x]:
            cell += rectangle(
                place[0] + 1, place[1] + 1, cell_width - 3, cell_height - 3, rx=3, fill="none", stroke="currentColor",
                stroke_width=2,
            )  # fmt: skip
        parts.append(group(cell, title=f"[{y}, {x}] = {number:.6g}", pick=f"{pick}:{y}:{x}" if pick else ""))
    return "".join(parts)


def _cell(shape: tuple[int, int]) -> tuple[float, float]:
    if shape[0] * shape[1] <= MAX_NUMBERS:
        return CELL_WIDTH, CELL_HEIGHT
    side = max(4.0, min(24.0, 640 / max(shape)))
    return side, side


def _margin(rows: Sequence[str]) -> float:
    return 12 + 9 * max(map(len, rows)) if rows else 0
