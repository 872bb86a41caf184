"""Small pictures made large enough to look at, and pictures as addresses that hold them."""

from base64 import b64encode
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from core.plots.palette import COLORS


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """Draw each pixel of a picture [H, W, ...] as a square of `factor` x `factor`, with hard edges."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def contact_strip(pictures: np.ndarray, factor: int) -> np.ndarray:
    """Lay pictures [N, H, W, ...] side by side in one row [H * factor, N * W * factor, ...]."""
    return enlarge(np.concatenate(list(pictures), axis=1), factor)


def contact_sheet(pictures: np.ndarray, columns: int, factor: int = 1, gap: int = 1) -> np.ndarray:
    """Lay pictures [N, H, W, ...] out in rows of so many columns, with gaps between that are 0 in all channels.

    Args:
        gap: in pixels of the pictures, before they are enlarged by the factor.

    Returns:
        [(rows * (H + gap) - gap) * factor, (columns * (W + gap) - gap) * factor, ...]; places left over are 0.
    """
    count, height, width, *channels = pictures.shape
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, height + gap, width + gap, *channels), dtype=pictures.dtype)
    cells[:count, :height, :width] = pictures
    grid = cells.reshape(rows, columns, *cells.shape[1:]).swapaxes(1, 2)
    sheet = grid.reshape(rows * (height + gap), columns * (width + gap), *channels)
    return enlarge(sheet[: sheet.shape[0] - gap, : sheet.shape[1] - gap], factor)


def signed(values: ArrayLike, largest: float | None = None) -> np.ndarray:
    """Colour numbers of any shape [...]: blue for plus, orange for minus, the larger the less transparent.

    The opacity is the square root of a number's share of the largest, so that small ones are seen on a dark page too.
    What is 0 or not finite is transparent: the page behind is seen, be it light or dark.

    Args:
        largest: the size of number that is opaque; the largest of all where None.

    Returns:
        Red, green, blue and opacity, uint8 [..., 4].
    """
    values = np.asarray(values, dtype=float)
    values = np.where(np.isfinite(values), values, 0.0)
    largest = largest or np.abs(values).max(initial=0.0) or 1.0
    colored = np.where((values < 0)[..., None], _channels("orange"), _channels("blue"))
    opacity = np.sqrt(np.abs(values) / largest).clip(max=1)
    return np.concatenate([colored, (255 * opacity).round()[..., None]], axis=-1).astype(np.uint8)


def png_address(picture: np.ndarray | Image.Image, **options: object) -> str:
    """Return a picture, uint8 [H, W, ...] where it is an array, as a data URL of a PNG; `options` are Pillow's."""
    file = BytesIO()
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(file, "PNG", **options)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def stretched(
    picture: np.ndarray | Image.Image, x: float, y: float, width: float, height: float, **options: object
) -> str:
    """Draw a picture as SVG with hard edges, stretched to a rectangle; as `png_address` takes it."""
    return (
        f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" href="{png_address(picture, **options)}"/>'
    )


def _channels(color: str) -> list[int]:
    return [int(COLORS[color][place : place + 2], 16) for place in (1, 3, 5)]
