"""The smallest stack: a number times one weight, and that times another."""

from typing import Any

import torch
from torch import Tensor, nn

from core.text.i18n import _
from core.text.numbers import plain

REACH = 3.0  # of the input on either side of 0
MAX_WEIGHT = 9.0
STEP = 0.5  # between two weights


def chain(first: float, second: float, bend: bool = False) -> nn.Sequential:
    """Return two linear layers of one weight each and no bias, [N, 1] -> [N, 1], with ReLU between them or nothing."""
    layers = [nn.Linear(1, 1, bias=False), nn.ReLU() if bend else nn.Identity(), nn.Linear(1, 1, bias=False)]
    with torch.no_grad():
        for layer, weight in ((layers[0], first), (layers[2], second)):
            layer.weight.fill_(weight)
    return nn.Sequential(*layers)


@torch.no_grad()
def outputs(first: float, second: float, inputs: Tensor) -> dict[str, Tensor]:
    """Return what inputs [N] come to: float32 [N] each.

    `once` after the first layer, `twice` after both, `single` after one layer whose weight is their product, and `bent`
    after both with ReLU between them.
    """
    rows = inputs[:, None]
    single = nn.Linear(1, 1, bias=False)
    single.weight.fill_(first * second)
    found = {
        "once": chain(first, second)[0](rows),
        "twice": chain(first, second)(rows),
        "single": single(rows),
        "bent": chain(first, second, bend=True)(rows),
    }
    return {name: values[:, 0] for name, values in found.items()}


def notice(first: float, second: float) -> str:
    """Say what the two weights come to, and what ReLU between them changes."""
    at = torch.tensor([-1.0, 1.0])
    found = outputs(first, second, at)
    sentence = _(
        "**{first} and then {second} is {product}**: 1 becomes {once} and then {twice}, and one layer with the weight "
        "{product} makes {single} of it at once. Two layers, still one weight."
    ).format(
        first=plain(first),
        second=plain(second),
        product=plain(first * second),
        once=plain(found["once"][1].item()),
        twice=plain(found["twice"][1].item()),
        single=plain(found["single"][1].item()),
    )
    left, right = found["bent"].tolist()
    if first == 0 or second == 0:
        return sentence
    return (
        sentence
        + " "
        + _("With ReLU between them −1 gives {left} and 1 gives {right}: no single weight does that.").format(
            left=plain(left), right=plain(right)
        )
    )


def two_weights_scene() -> dict[str, Any]:
    """Return what the picture is made of; the browser multiplies."""
    return {
        "reach": REACH,
        "largest": MAX_WEIGHT,
        "step": STEP,
        "lines": [
            {"label": _("after layer 1"), "color": "var(--st-gray-color)", "dash": "solid"},
            {"label": _("after layer 2"), "color": "var(--blue)", "dash": "solid"},
            {"label": _("one layer instead"), "color": "var(--st-text-color)", "dash": "dotted"},
            {"label": _("ReLU between them"), "color": "var(--orange)", "dash": "dashed"},
        ],
        "says": {
            "input": _("input x"),
            "output": _("output"),
            "first": _("weight of layer 1"),
            "second": _("weight of layer 2"),
            "x": _("input x"),
            "formulas": [
                "{first} · {x} = {y}",
                "{second} · {first} · {x} = {y}",
                "{product} · {x} = {y}",
                "{second} · ReLU({first} · {x}) = {y}",
            ],
        },
    }


def snippet(first: float, second: float) -> str:
    """Return runnable PyTorch that sends 1 and −1 through both layers, through one, and through both with ReLU."""
    return f"""\
import torch
from torch import nn


def layer(weight):
    linear = nn.Linear(1, 1, bias=False)
    nn.init.constant_(linear.weight, weight)
    return linear


x = torch.tensor([[1.0], [-1.0]])
with torch.no_grad():
    print("two layers:", nn.Sequential(layer({first!r}), layer({second!r}))(x).flatten())
    print("one layer: ", layer({first!r} * {second!r})(x).flatten())
    print("with ReLU: ", nn.Sequential(layer({first!r}), nn.ReLU(), layer({second!r}))(x).flatten())
"""
