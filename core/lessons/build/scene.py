"""A stack of blocks with one sample flowing through, as the browser shows it and lets it be rearranged."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from core.blocks import BLOCKS, format_blocks
from core.blocks.network import Row
from core.blocks.registry import FAMILIES, MAX_BLOCKS, Placed, Shape
from core.lessons.build.edit import usual
from core.lessons.build.forward import flow
from core.lessons.build.memory import notice, size
from core.text.i18n import _

ZERO = 128  # of the bytes that an image is made of
MAX_MAPS = 9  # of a layer's feature maps, in rows of three
MAX_ROW, MAX_SIDE = 1024, 64  # numbers of a row, and steps and features of a sequence, that are shown


def scene(blocks: tuple[Placed, ...], rows: Sequence[Row], kind: str, shape: Shape, batch: int) -> dict[str, Any]:
    """Return the blocks with what `trace` has found for each, the blocks to choose from, and the images on the way.

    `image_0` is what comes in, `image_k` what block k, from 1, gives; those that are not computed are left out.
    """
    return {
        "made": texts(blocks),
        "notice": notice(blocks, rows, shape, batch),
        "input": {"title": _("Input"), "shape": size(shape), "digit": kind == "image"},
        "rows": [
            {
                "title": placed.title,
                "shape": size(row.after),
                "parameters": row.parameters,
                "error": row.error,
                "waits": row.before is None,
            }
            for placed, row in zip(blocks, rows, strict=True)
        ],
        "kinds": {
            key: {
                "label": _(block.label),
                "family": FAMILIES[block.family].color,
                "note": _(block.note),
                "text": format_blocks([usual(key)]),
            }
            for key, block in BLOCKS.items()
        },
        "most": MAX_BLOCKS,
        "says": {
            "stack": _("The blocks of the network"),
            "keys": _("Arrow keys choose a block, Shift and an arrow key move it, Delete removes it"),
            "palette": _("Drag a block into its place, or click: it goes behind the chosen one."),
            "left": _("Move to the left"),
            "right": _("Move to the right"),
            "remove": _("Remove"),
            "parameters": _("{count} parameters"),
            "full": _("A network has at most {most} blocks here."),
            "block": _("block"),
            "shape": _("shape"),
            "count": _("parameters"),
        },
        **{f"image_{place}": picture for place, picture in enumerate(images(blocks, kind, shape))},
    }


def texts(blocks: Sequence[Placed]) -> list[str]:
    """Return each block as `parse_blocks` reads it."""
    return [format_blocks([placed]) for placed in blocks]


@lru_cache(maxsize=64)
def images(blocks: tuple[Placed, ...], kind: str, shape: Shape) -> tuple[NDArray, ...]:
    """Return the sample as it comes in, and what each block makes of it, as far as `flow` goes; see `image`."""
    first, *others = flow(blocks, kind, shape)
    if kind == "image":
        first = (first - first.min()) / (first.max() - first.min())  # as it was before it was normalized
    return tuple(map(image, (first, *others)))


def image(values: Tensor) -> NDArray:
    """Return numbers as an image, uint8 around ZERO, the largest size of all being 127 away from it.

    Of maps [C, H, W] the first are side by side in rows of three, of steps [T, F] each is a line, and a row [n] is
    broken into lines so that it is about as high as wide.
    """
    values = values.float().nan_to_num(0.0, 0.0, 0.0)
    if values.ndim == 3:
        laid = _side_by_side(values[:MAX_MAPS])
    elif values.ndim == 2:
        laid = values[:MAX_SIDE, :MAX_SIDE]
    else:
        row = values[:MAX_ROW]
        width = 1 if len(row) <= 16 else math.ceil(math.sqrt(len(row)))
        lines = math.ceil(len(row) / width)
        laid = torch.zeros(lines * width)
        laid[: len(row)] = row
        laid = laid.reshape(lines, width)
    largest = laid.abs().max().clamp(min=torch.finfo(torch.float32).tiny)
    return (ZERO + (127 * laid / largest).round()).to(torch.uint8).numpy()


def _side_by_side(maps: Tensor) -> Tensor:
    count, height, width = maps.shape
    across = 1 if count == 1 else 2 if count <= 4 else 3
    down = math.ceil(count / across)
    gap = 1 if count > 1 else 0
    laid = torch.zeros(down * (height + gap) - gap, across * (width + gap) - gap)
    for place, each in enumerate(maps):
        y, x = place // across * (height + gap), place % across * (width + gap)
        laid[y : y + height, x : x + width] = each
    return laid
