"""What the page asks before it shows it, and what is true, computed."""

import torch

from core.activations import ACTIVATIONS
from core.lessons.why_activations import stacking
from core.lessons.why_activations.stacking import Sweep
from core.lessons.why_activations.vanishing import gradient_sizes, shrinkage, times
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

LINE = Prediction(
    "why_activations.line",
    N_("{depth} linear layers with nothing between them: what do the outputs look like along x₁?"),
    {
        "curve": N_("A curve: each layer bends it a little more"),
        "corners": N_("A line with corners, at most one for each layer"),
        "straight": N_("A straight line, as with one layer"),
    },
)
FIRST = Prediction(
    "why_activations.first",
    N_("Sigmoid between {depth} layers: how large is the gradient in layer 1, compared with that in layer {depth}?"),
    {
        "larger": N_("Larger: the error adds up on its way back"),
        "equal": N_("About as large: all layers learn from the same loss"),
        "smaller": N_("About {depth} times smaller: each layer takes its part"),
        "tiny": N_("More than a million times smaller"),
    },
)
DEPTH = 20
START = "pytorch"  # how the weights begin
_CORNER = 0.01  # of the largest change of slope; below it a line is straight
_MILLION = 1e6


def line_truth(activation: str, seed: int, inputs: torch.Tensor, x: torch.Tensor) -> Truth:
    """Let x₁ of the inputs [n] take the values x [points] in a stack with this activation between its layers."""
    network = stacking.stack(DEPTH, len(inputs), activation, seed)
    single = stacking.collapse(stacking.linear_layers(network))
    line, comparison = stacking.sweep(network, inputs, x), stacking.compare(network, single, inputs)
    answer = "straight" if line.straight else "corners" if _has_corners(line) else "curve"
    sentence = _(
        "Their outputs leave a straight line by **{bend:.1g}** at most, on {height:.2g} from lowest to highest, and "
        "those of one layer, the product of all {depth}, by {difference:.1g}: only the rounding to float32 is left."
    )
    return Truth(
        answer,
        sentence.format(bend=line.bend, height=line.height, depth=DEPTH, difference=comparison.difference.max().item()),
    )


def first_truth(activation: str, seed: int) -> Truth:
    """Send a batch of digits forward through DEPTH layers, and its loss backward."""
    sizes = gradient_sizes(activation, DEPTH, START, seed)
    shrunk = shrinkage(sizes)
    answer = next(
        name
        for name, most in {"larger": 0.5, "equal": 2.0, "smaller": _MILLION, "tiny": torch.inf}.items()
        if shrunk <= most
    )
    sentence = _(
        "In layer {depth} a typical gradient is {last:.1g}, and in layer 1 it is **{first:.1g}**, {times} times "
        "smaller: each layer on the way multiplies it by its weights and by the slope of {label}."
    )
    return Truth(
        answer,
        sentence.format(
            depth=DEPTH, last=sizes[-1], first=sizes[0], times=times(shrunk), label=_(ACTIVATIONS[activation].label)
        ),
    )


def _has_corners(line: Sweep) -> bool:
    """Return whether the outputs are straight but for a few places."""
    changes = line.y.diff(n=2, dim=0).abs().amax(dim=1)
    return bool((changes > _CORNER * changes.max()).float().mean() < 0.5)
