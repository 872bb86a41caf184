"""Which neurons of a network on points learn next to nothing any more."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.models import Layer, PointsNet

FLAT = 0.01  # a slope below which hardly any gradient gets through an activation
MOSTLY = 0.95  # the share of the points at which a saturated unit is flat
HEALTHY, DEAD, SATURATED = range(3)


@dataclass(frozen=True, eq=False)
class Health:
    """How the units of one hidden layer fare on some points.

    Attributes:
        flags: uint8 [units]: HEALTHY, DEAD or SATURATED.
        flat: float32 [units]: the share of the points at which the slope of the activation is below FLAT.
    """

    flags: Tensor
    flat: Tensor


def health(network: PointsNet, inputs: Tensor) -> list[Health]:
    """Return for each hidden layer which of its units learn next to nothing from these points, float32 [N, 2].

    A unit is dead where both its output and its slope are exactly 0 at every point, as a ReLU's with only negative
    sums: neither its own weights nor those in front of it get any gradient. It is saturated where its slope is below
    FLAT at MOSTLY all of them.
    """
    with torch.no_grad():
        values = network.features(inputs)
    layers = []
    for stage in network.stages[:-1]:
        values, slopes = _outputs_and_slopes(stage, values)
        flat = (slopes.abs() < FLAT).float().mean(dim=0)
        dead = ((slopes == 0) & (values == 0)).all(dim=0)
        flags = torch.where(dead, DEAD, torch.where(flat >= MOSTLY, SATURATED, HEALTHY)).to(torch.uint8)
        layers.append(Health(flags, flat))
    return layers


def _outputs_and_slopes(stage: Layer, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a layer gives for its inputs [N, in], and the slope of its activation there: [N, out] each."""
    with torch.no_grad():
        sums = stage.sums(values)
    # An activation acts on each number alone, so the gradient of the sum of all holds the slope at each.
    with torch.enable_grad():
        outputs = stage.outputs(sums.requires_grad_())
        (slopes,) = torch.autograd.grad(outputs.sum(), sums)
    return outputs.detach(), slopes
