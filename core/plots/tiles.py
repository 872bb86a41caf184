"""Many small pictures as one, of which each can be clicked on."""

from collections.abc import Sequence

import numpy as np

from core.plots.images import contact_sheet, stretched
from core.plots.svg import drawing, group, rectangle

GAP = 1  # pixel of a picture between two


def sheet(
    pictures: np.ndarray, titles: Sequence[str], label: str, columns: int, zoom: float, pick: str, marked: int | None
) -> str:
    """Draw pictures, uint8 [N, H, W, 4], in rows as SVG; a click on one picks "<pick>:<its place>".

    Args:
        titles: what appears when the mouse rests on each.
        label: what all of them are, for those who cannot see them.
        columns: how many stand side by side.
        zoom: pixels of the page for each of a picture.
        marked: the place of the one to draw a frame around, if there is one.
    """
    count, height, width = pictures.shape[:3]
    columns = min(columns, count)
    pixels = contact_sheet(pictures, columns, gap=GAP)
    down, across = (zoom * length for length in pixels.shape[:2])
    parts = [stretched(pixels, 0, 0, across, down)]
    for place, title in enumerate(titles):
        x, y = place % columns * zoom * (width + GAP), place // columns * zoom * (height + GAP)
        frame = {"stroke": "currentColor", "stroke_width": 2} if place == marked else {}
        cell = rectangle(x, y, zoom * width, zoom * height, fill="transparent", **frame)
        parts.append(group(cell, title=title, pick=f"{pick}:{place}"))
    return drawing(across, down, *parts, label=label, narrowest=0)
