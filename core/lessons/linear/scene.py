"""What the browser needs of a linear layer to work out one output: an input's row, and the weights of a few outputs."""

from typing import Any

from torch import Tensor, nn

from core.lessons.linear.linear_layer import MAX_NUMBER
from core.text.i18n import _

MOST = 8  # inputs or outputs that are all shown; of more the first ones and the last are
STEP = 0.1  # between two numbers that are dragged to


def sum_scene(layer: nn.Linear, x: Tensor, row: int, output: int) -> dict[str, Any]:
    """Return what the picture of y[row, output] is made of.

    `x` is float32 [in], `weight` [shown outputs, in] and `bias` [shown outputs], all without what was changed by hand:
    that is the browser's, as a value.

    Args:
        x: [N, in], like the layer without the changes.
    """
    outputs = shown(layer.out_features, output)
    bias = {} if layer.bias is None else {"bias": layer.bias[outputs]}
    return {
        "row": row,
        "inputs": shown(layer.in_features),
        "outputs": outputs,
        "sizes": [layer.in_features, layer.out_features],
        "limit": MAX_NUMBER,
        "step": STEP,
        "x": x[row],
        "weight": layer.weight[outputs],
        **bias,
        "says": {
            "flow": _("step"),
            "stages": [_("inputs"), _("products"), _("sum")],
            "picked": _("number to change"),
            "number": _("its value"),
            "more": _("{count} more"),
            "bias": "bias",
            "product": _("product"),
            "products": _("products"),
            "sum": _("y[{row}, {output}] = {value}"),
            "pixel": _("row {row}, column {column}: {x} × {weight} = {product}"),
            "point": _("Point at a pixel: each has its own weight."),
        },
    }


def shown(count: int, wanted: int = 0) -> list[int]:
    """Return which places of so many are drawn: all of a few, else the first ones, the wanted one and the last."""
    return list(range(count)) if count <= MOST else sorted({*range(MOST - 2), wanted, count - 1})
