"""What the browser draws of a stack and of a fit: traces of a plane on its way through the layers and of a curve."""

from typing import Any

import torch
from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.lessons.why_activations.fitting import LIMIT, PARTS_AT, FitTrace
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

REACH = 3.0  # the inputs go from −REACH to REACH
SIDE = 31  # points on each side of the plane; every third of them is on a line of the grid
STEP = 0.1  # between two places of the point that is moved
_SUBSCRIPTS = "₁₂₃"


@torch.no_grad()
def stack_scene(network: nn.Sequential, single: nn.Linear, inputs: Tensor, activation: str) -> dict[str, Any]:
    """Return what the picture of a stack is made of.

    `mesh` [stages, n, SIDE, SIDE] is what the plane of x₁ (columns) and x₂ (rows) has become: before the first layer,
    after each, and after each activation that does anything. `single` [n, SIDE, SIDE] is the plane behind the one
    layer. A third input stays as it is in `inputs` [n].
    """
    points = _plane(inputs)
    names, stages = [_("the inputs")], [points]
    for place, module in enumerate(network):
        points = module(points)
        if isinstance(module, nn.Linear):
            names.append(_("after linear layer {number}").format(number=place // 2 + 1))
        elif isinstance(module, nn.Identity):
            continue
        else:
            label = _(ACTIVATIONS[activation].label)
            names.append(_("after {activation} {number}").format(activation=label, number=place // 2 + 1))
        stages.append(points)
    return {
        "mesh": torch.stack(stages).movedim(-1, 1),
        "single": single(_plane(inputs)).movedim(-1, 0),
        "names": names,
        "reach": REACH,
        "step": STEP,
        "colors": list(COLORS.values())[: len(inputs)],
        "halves": [COLORS["blue"], COLORS["orange"]],
        "says": {
            "layer": _("Layer"),
            "inputs": ["x₁", "x₂"],
            "numbers": [f"h{subscript}" for subscript in _SUBSCRIPTS[: len(inputs)]],
            "one": _("the one layer that is their product"),
            "stage": _("stage"),
            "reading": _("{stage}: the point ({inputs}) is at ({numbers})"),
        },
    }


def _plane(inputs: Tensor) -> Tensor:
    """Return [SIDE, SIDE, n]: x₁ from column to column, x₂ from row to row, and the others as they are."""
    side = torch.linspace(-REACH, REACH, SIDE)
    points = inputs.repeat(SIDE, SIDE, 1)
    points[..., 0], points[..., 1] = side, side[:, None]
    return points


def fit_scene(trace: FitTrace) -> dict[str, Any]:
    """Return what the picture of a fit is made of: see FitTrace."""
    fit = trace.fit
    return {
        "x": fit.x[:, 0],
        "target": fit.y[:, 0],
        "line": fit.line[:, 0],
        "outputs": trace.outputs,
        "parts_x": PARTS_AT,
        "parts": trace.parts,
        "biases": trace.biases,
        "steps": trace.steps,
        "errors": trace.errors,
        "limit": LIMIT,
        "colors": {
            "target": GRAY,
            "line": COLORS["orange"],
            "network": COLORS["blue"],
            "part": COLORS["violet"],
            "sum": COLORS["green"],
        },
        "says": {
            "step": _("Training step"),
            "target": _("target"),
            "line": _("best straight line"),
            "network": _("network"),
            "part": _("each neuron’s part"),
            "sum": _("{count} neurons added up"),
            "added": _("Neurons added up"),
            "of": _("{count} of {all}"),
            "away": _("{error} away"),
            "reading": _("After {step} steps the network is {error} away from the target on average."),
        },
    }
