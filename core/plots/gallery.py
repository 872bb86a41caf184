"""Small pictures side by side with a word under each; a click on one picks it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from core.plots.images import contact_sheet, png_address
from core.plots.svg import drawing, group, rectangle, text

ZOOM = 1.5  # pixels of the page for each of a picture
GAP, LINE = 4, 12  # between two pictures, and for the word under each, in pixels of a picture


def gallery(
    pictures: np.ndarray, words: Sequence[str], label: str, marked: int | None = None, columns: int = 16
) -> str:
    """Draw pictures [N, H, W] in [0, 1] as SVG, 1 white and 0 black; what is picked is a picture's place from "0" on.

    Args:
        words: what stands under each.
        label: what all of them are, for those who cannot see them.
        marked: the place of the one to draw a frame around.
    """
    count, height, width = pictures.shape
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    across, down = ZOOM * (width + GAP), ZOOM * (height + LINE)
    # One image for all, in 16 shades, takes a fraction of the bytes of hundreds. Its gaps are transparent.
    shades = (
        np.stack([(15 * pictures.clip(0, 1)).round(), np.full(pictures.shape, 15.0)], axis=-1).astype(np.uint8) * 17
    )
    sheet = contact_sheet(np.pad(shades, ((0, 0), (0, LINE), (0, GAP), (0, 0))), columns, gap=0)
    address = png_address(Image.fromarray(sheet, "LA"))
    parts = [
        f'<image href="{address}" x="{GAP}" y="{GAP}" width="{columns * across:g}" height="{rows * down:g}"/>',
    ]
    for place, word in enumerate(words):
        x, y = GAP + place % columns * across, GAP + place // columns * down
        shape = {"x": x - 2, "y": y - 2, "width": ZOOM * width + 4, "height": down, "rx": 4}
        frame = {"stroke": "currentColor", "stroke_width": 2} if place == marked else {}
        cell = [
            rectangle(**shape, fill="transparent", **frame),  # to be clicked on
            text(x + ZOOM * width / 2, y + ZOOM * (height + LINE / 2) - 2, word),
        ]
        parts.append(group(*cell, title=f"{place + 1}: {word}", pick=str(place)))
    return drawing(columns * across + GAP, rows * down + GAP, *parts, label=label, narrowest=columns * across + GAP)
