"""What the browser draws the network from: one digit on its way through it, or a batch of them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.inference import Classifier
from core.lessons.digit_network.network import HIDDEN, SIDE, Flow, flow, linear_layers
from core.text.i18n import _

LAYERS = ("hidden", "output")
TOP = 3  # products of a neuron that are written out
LEVELS = 7  # of a weight's color, to each side of 0
SHADES = 15  # of what is never negative
BRIGHT = 0.99  # of the hidden values of a batch are less than fully colored: a few are far larger than all others


def flow_scene(classifier: Classifier, image: Tensor, target: int, chosen: int, stamp: str) -> dict[str, Any]:
    """Return one image [1, 28, 28] on its way through the network.

    Of every neuron there are the sum, the bias and its TOP products; of the chosen one also its weights as colors.

    Args:
        target: the class that the image shows.
        chosen: the neuron that is looked at, as NEURONS counts them.
        stamp: tells these weights from others; that of the `all_weights` that belong to them.
    """
    made = flow(classifier, image[None])
    layers = dict(zip(LAYERS, linear_layers(classifier.network), strict=True))
    found: dict[str, Any] = {"x": made.inputs[0], "sums": made.sums[0], "outputs": made.outputs[0]}
    for (name, layer), inputs in zip(layers.items(), (made.inputs[0], made.hidden[0]), strict=True):
        places, weights = largest_products(layer, inputs)
        found |= {f"{name}_bias": layer.bias.detach(), f"{name}_places": places, f"{name}_weights": weights}
    name, place = ("hidden", chosen) if chosen < HIDDEN else ("output", chosen - HIDDEN)
    return found | {
        "chosen_image": weight_colors(layers[name].weight.detach()[place : place + 1]),
        "chosen": chosen,
        "stamp": stamp,
        "target": target,
        "classes": [_(name) for name in classifier.classes],
        "low": found["x"].min().item(),
        "high": found["x"].max().item(),
        "largest": made.sums.abs().max().item() or 1.0,
        "says": flow_words(),
    }


def all_weights(network: nn.Module) -> dict[str, NDArray]:
    """Return the weights of all neurons as colors: for each layer uint8 [neurons, inputs / 2]."""
    layers = linear_layers(network)
    return {name: weight_colors(layer.weight.detach()) for name, layer in zip(LAYERS, layers, strict=True)}


@torch.no_grad()
def largest_products(layer: nn.Linear, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return the TOP inputs [n] that add most to each sum of a layer, in size: places and weights, [neurons, TOP]."""
    places = (layer.weight * inputs).abs().topk(TOP, dim=1).indices
    return places, layer.weight.gather(1, places)


def weight_colors(weight: Tensor) -> NDArray:
    """Return weights [neurons, n] in LEVELS shares of the largest of their row, two in a byte: uint8 [neurons, n / 2].

    Four bits a weight: -LEVELS to LEVELS is stored as 1 to 15. A screen shows no more, and all are 200 KB.
    """
    largest = weight.abs().amax(dim=1, keepdim=True).clamp(min=torch.finfo(weight.dtype).tiny)
    return two_in_a_byte((weight / largest * LEVELS).round() + LEVELS + 1)


def two_in_a_byte(levels: Tensor) -> NDArray:
    """Pack whole numbers [rows, n] from 0 to 15, the first of each two in the lower four bits: uint8 [rows, n / 2]."""
    whole = levels.numpy().astype(np.uint8)
    return whole[:, ::2] | whole[:, 1::2] << 4


def batch_scene(made: Flow, targets: Tensor) -> dict[str, Any]:
    """Return a batch on its way through the network: a row for each image, of the classes [N]."""
    low, high = made.inputs.min(), made.inputs.max()
    bright = made.hidden.quantile(BRIGHT)
    return {
        "images": two_in_a_byte(((made.inputs - low) / (high - low) * SHADES).round()),
        "hidden": two_in_a_byte((made.hidden / bright.clamp(min=1e-9) * SHADES).round().clamp(max=SHADES)),
        "outputs": made.outputs,
        "answers": made.outputs.argmax(dim=1),
        "targets": targets,
        "largest": made.outputs.abs().max().item() or 1.0,
        "side": SIDE,
        "shapes": [shape_text(tensor) for tensor in (made.inputs, made.hidden, made.outputs)],
        "says": {
            "label": _("Row"),
            "titles": [_("images"), _("hidden values"), _("outputs")],
            "between": [_("Linear, ReLU"), _("Linear")],
            "right": _("Row {row}: a {target}, read as {answer}."),
            "wrong": _("Row {row}: a {target}, but read as {answer}."),
            "head": [_("row"), _("digit"), _("read as"), *map(str, range(made.outputs.shape[1]))],
        },
    }


def shape_text(tensor: Tensor) -> str:
    """Write a shape as Python does: "(200, 784)"."""
    return str(tuple(tensor.shape))


def flow_words() -> dict[str, Any]:
    return {
        "flow": _("On its way"),
        "stages": [_("pixels"), _("sums"), "ReLU", _("outputs"), "softmax"],
        "neuron": _("Neuron"),
        "hidden": _("hidden {place}"),
        "output": _("output {place}"),
        "mapping": _("one mapping: {inputs} numbers in, {outputs} numbers out"),
        "pixels": _("{count} pixels"),
        "weights": _("weights of {neuron}"),
        "values": _("{count} hidden values"),
        "softmax": "softmax",
        "columns": [_("output z"), _("softmax p"), _("target y")],
        "rows": ["z", "p", "y"],
        "sum": _("{neuron}: {products} {rest} ({count} more products) {bias} (bias) = {sum}"),
        "scores_sum": _("The outputs sum to {sum}."),
        "loss": _("The probabilities sum to {sum}. Cross-entropy: −ln p[{target}] = −ln {p} = {loss}"),
        "says": _("The digit is {target}; the network says {answer}, with {p}."),
        "scores": _("The digit is {target}; the largest output, {z}, is that of {answer}."),
        "head": [_("digit"), _("output z"), _("softmax p"), _("target y")],
    }
