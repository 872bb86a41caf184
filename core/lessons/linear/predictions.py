"""What the page asks before it shows it, and what is true, computed."""

import torch
from torch import Tensor, nn

from core.lessons.linear.linear_layer import BATCHES, pass_batches, shape_text
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

ZERO = Prediction(
    "linear.zero",
    N_("All inputs are 0. What comes out?"),
    {
        "zero": N_("0: whatever it is multiplied by"),
        "weights": N_("The sum of an output’s weights"),
        "bias": N_("The bias of each output"),
    },
)
WEIGHT = Prediction(
    "linear.weight",
    N_("{batch} rows come in at once. What is the shape of the weight then?"),
    {
        "same": N_("{same}, as for a single row"),
        "rows": N_("{rows}: a row of weights for each row"),
        "columns": N_("{columns}: a column of weights for each row"),
        "copies": N_("{copies}: all weights for each row"),
    },
)
MANY = max(BATCHES)
_SHOWN = 3  # outputs whose numbers are written


def zero_truth(layer: nn.Linear) -> Truth:
    """Send a row of zeros through the layer."""
    with torch.no_grad():
        outputs = layer(torch.zeros(1, layer.in_features))[0]
        bias = torch.zeros_like(outputs) if layer.bias is None else layer.bias
        candidates = {"zero": torch.zeros_like(outputs), "bias": bias, "weights": layer.weight.sum(dim=1)}
    answer = next(name for name, value in candidates.items() if torch.allclose(outputs, value))
    if layer.bias is None:
        return Truth(answer, _("**y = {y}**: this layer has no bias, and every product is 0.").format(y=_row(outputs)))
    sentence = _("**y = {y}** and b = {b}: the bias is added to the sum, it multiplies nothing.")
    return Truth(answer, sentence.format(y=_row(outputs), b=_row(bias)))


def weight_shapes(layer: nn.Linear) -> dict[str, str]:
    """Return what stands for the names in WEIGHT: the shapes that a weight could have."""
    return {"batch": str(MANY)} | {name: str(list(shape)) for name, shape in _shapes(layer).items()}


def weight_truth(layer: nn.Linear, x: Tensor) -> Truth:
    """Send x [MANY, in] through the layer, and look at its weight."""
    (passage,) = pass_batches(layer, x, [len(x)])
    answer = next(name for name, shape in _shapes(layer).items() if shape == tuple(layer.weight.shape))
    sentence = _(
        "x is {x} and y is {y}, and the weight is **{weight}**: {changed:,} of {parameters:,} parameters changed. "
        "Every row is multiplied by the same weights."
    )
    return Truth(
        answer,
        sentence.format(
            x=list(passage.x_shape),
            y=list(passage.y_shape),
            weight=shape_text(layer.weight),
            changed=passage.changed,
            parameters=passage.parameters,
        ),
    )


def _shapes(layer: nn.Linear) -> dict[str, tuple[int, ...]]:
    inputs, outputs = layer.in_features, layer.out_features
    return {
        "same": (outputs, inputs),
        "rows": (MANY, inputs),
        "columns": (outputs, MANY),
        "copies": (MANY, outputs, inputs),
    }


def _row(numbers: Tensor) -> str:
    """Write a row [n] of numbers, of many only the first ones."""
    words = [plain(number, "z.3f") for number in numbers[:_SHOWN].tolist()] + ["…"] * (len(numbers) > _SHOWN)
    return f"[{', '.join(words)}]"
