"""What the browser moves a kernel over an image with: what it multiplies, and what torch has made of it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from torch import Tensor

from core.lessons.convolution.convolution import MAX_PADDING, POOLINGS, SIZES, Layer, Maps
from core.text.i18n import _


def scene(maps: Maps, kernel: Tensor, layer: Layer) -> dict[str, Any]:
    """Return the picture of a kernel [size, size] on its way over an image.

    `padded`, `output` and, where there is pooling, `pooled` are those of the maps; `most` is how many pixels a side of
    each can have, so that nothing moves when a setting is changed.
    """
    side = np.array(maps.padded.shape) - 2 * layer.padding
    most_in = int(side.max()) + 2 * MAX_PADDING
    most_out = most_in - min(SIZES) + 1
    pool = POOLINGS[layer.pooling].side
    shapes = {"input": _shape(side), "output": _shape(maps.output.shape)}
    if maps.pooled is not None:
        shapes["pooled"] = _shape(maps.pooled.shape)
    return {
        "padded": maps.padded,
        "kernel": kernel,
        "output": maps.output,
        **({} if maps.pooled is None else {"pooled": maps.pooled}),
        "most": {"input": most_in, "output": most_out, "pooled": most_out // pool},
        "largest": maps.output.abs().max().item() or 1.0,
        "heaviest": kernel.abs().max().item() or 1.0,
        "stride": layer.stride,
        "padding": layer.padding,
        "bias": layer.bias,
        "relu": layer.relu,
        "pool": pool,
        "shapes": shapes,
        "says": {
            "label": _("Place"),
            "place": _("row {row}, column {column}"),
            "input": _("image {shape}"),
            "output": _("output {shape}"),
            "pooled": _("pooled {shape}"),
            "sum": _("sum of the products: {sum}"),
            "bias": _("with the bias of {bias}: {sum}"),
            "relu": _("after ReLU: {answer}"),
            "here": _("The window at row {row}, column {column} of the output gives {answer}"),
            "head": [_("row"), _("column"), _("pixel"), _("weight"), _("product")],
        },
    }


def _shape(shape: Iterable[int]) -> str:
    return " × ".join(map(str, shape))
