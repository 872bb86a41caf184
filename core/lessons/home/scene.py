"""The whole journey of the tiny network as numbers: the browser plays it round after round."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call

from core.lessons.home.steps import STEPS
from core.lessons.home.training_loop import LEARNING_RATE, Journey, tiny_network
from core.text.i18n import _

REACH = (3.6, 2.4)  # how far the plane goes to either side, and up and down
PLANE = (32, 24)  # samples across and down


def scene(journey: Journey, seed: int) -> dict[str, Any]:
    """Return the picture of a journey of R rounds over N points, in batches of B.

    Arrays:
        points, classes: [N, 2] and [N]; chosen: [R, B], places among the points.
        hidden, outputs: [R, B, 3] and [R, B]; loss, right: [R].
        weights: all parameters before each round and after the last, [R + 1, P]; gradients: [R, P].
        planes: what the network with these weights says all over the plane, from 0 to 255, uint8 [R + 1, down, across].
        steepest: the place among the parameters of each round's weight with the largest gradient, [R].
    """
    rounds = journey.rounds
    states = [*(each.weights for each in rounds), rounds[-1].moved]
    gradients = torch.stack([_flat(each.gradients.values()) for each in rounds])
    matrices = torch.cat([torch.full((value.numel(),), value.dim() == 2) for value in states[0].values()])
    return {
        "seed": seed,
        "rate": LEARNING_RATE,
        "reach": REACH,
        "points": journey.points,
        "classes": journey.classes.flatten().int(),
        "chosen": torch.stack([each.chosen for each in rounds]).int(),
        "hidden": torch.stack([each.hidden for each in rounds]),
        "outputs": torch.stack([each.outputs.flatten() for each in rounds]),
        "loss": torch.tensor([each.loss for each in rounds]),
        "right": torch.tensor([each.right for each in rounds]),
        "weights": torch.stack([_flat(state.values()) for state in states]),
        "gradients": gradients,
        "planes": torch.stack([plane(state) for state in states]),
        "steepest": torch.where(matrices, gradients.abs(), -1.0).argmax(1).int(),
        "stations": [{"label": _(step.label), "color": step.color} for step in STEPS.values()],
        "says": {
            "label": _("Round"),
            "of": _("{number} of {all}"),
            "data": _("a batch of {batch} of {all} points"),
            "network": _("one point of the batch in, a prediction out"),
            "output": _("output"),
            "target": _("target"),
            "loss": _("loss {loss}"),
            "step": _("weight − rate · gradient"),
            "optimizer": _("all {count} weights move"),
            "notice": [
                _("Round {number}: a batch of {batch} points is drawn."),
                _("Round {number}: the network turns each point of the batch into a prediction."),
                _("Round {number}: the loss of this batch is {loss}; in round 1 it was {first}."),
                _("Round {number}: all weights move. Now {right} of all points are on the right side."),
            ],
            "head": [_("round"), _("loss"), _("points on the right side")],
        },
    }


@torch.inference_mode()
def plane(weights: dict[str, Tensor]) -> Tensor:
    """Return what the tiny network with these weights says all over the plane: 0 to 255, uint8 [down, across]."""
    across, down = (torch.linspace(-reach, reach, count) for reach, count in zip(REACH, PLANE, strict=True))
    grid = torch.cartesian_prod(down.flip(0), across).flip(1)  # row after row, from the top
    outputs = functional_call(tiny_network(), weights, (grid,))
    return (255 * outputs).round().to(torch.uint8).view(len(down), len(across))


def _flat(parameters: Iterable[Tensor]) -> Tensor:
    return torch.cat([parameter.flatten() for parameter in parameters])
