"""What every unit of a PointsNet says over the plane, and what it computes at one point of it."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from core.datasets.types import Problem
from core.features import FEATURES
from core.models import Layer, PointsNet

LIMIT = 6.0  # the plane is -LIMIT..LIMIT in both x1 and x2
GRID = 100  # points along a side of a large map
THUMB = 25  # and of a small one
FLAT = 0.01  # a slope below which hardly any gradient gets through an activation
MOSTLY = 0.95  # the share of the points at which a saturated unit is flat
HEALTHY, DEAD, SATURATED = range(3)

Unit = tuple[int, int]  # (layer, place): layer 0 is the features, 1.. the hidden ones, then the outputs


@dataclass(frozen=True, eq=False)
class Maps:
    """The plane as the units of a network see it, one byte a point; row 0 is the top, where x2 is largest.

    A byte of 128 is the value 0, 255 the largest and 0 the smallest that its layer's `scale` allows.

    Attributes:
        small: for each layer behind the features uint8 [units, THUMB, THUMB].
        large: uint8 [GRID, GRID] of the unit that was asked for, else of the network's answer. The answer of a
            multi-class network is `class * 32 + 31 * its probability`, so that both fit into the byte.
        scales: for each layer behind the features the value that is shown as 255.
    """

    small: list[Tensor]
    large: Tensor
    scales: list[float]


@dataclass(frozen=True, eq=False)
class Health:
    """How the units of one hidden layer fare on some points.

    Attributes:
        flags: uint8 [units]: HEALTHY, DEAD or SATURATED.
        flat: float32 [units]: the share of the points at which the slope of the activation is below FLAT.
    """

    flags: Tensor
    flat: Tensor


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network computes for one point: sums z and outputs a of each linear layer, float32 [units] each."""

    features: Tensor
    sums: list[Tensor]
    outputs: list[Tensor]


@lru_cache
@torch.inference_mode(False)  # first called for a map, and yet an ordinary tensor that anybody may go on with
def grid(side: int) -> Tensor:
    """Return the centres of the cells of a square grid over the plane: float32 [side * side, 2], the top row first."""
    centres = (torch.arange(side) + 0.5) * (2 * LIMIT / side) - LIMIT
    x2, x1 = torch.meshgrid(-centres, centres, indexing="ij")
    return torch.stack([x1, x2], dim=2).view(-1, 2)


@torch.inference_mode()
def unit_maps(network: PointsNet, problem: Problem, asked: Unit | None = None, scale: float = 1.0) -> Maps:
    """Return the maps of all units, by one pass of the whole grid through the network.

    A hidden layer's scale is the largest |value| that it has on the plane, but at least 1: so bounded activations such
    as tanh always have the scale 1, and unbounded ones use all colours. Outputs are shown as the answer that they
    stand for: probabilities on 0..1, and the value of a regression on -scale..scale.

    Args:
        asked: the unit of the large map; None, or a unit that the network does not have, means the network's answer.
        scale: of a regression: the |value| that gets the full colour.
    """
    values = _features_on_grid(network.features.names)
    large = None
    if asked and _has(asked, 0, values):
        large = _shade(values[:, asked[1]], _scale(values[:, asked[1]]))
    small, scales = [], []
    stages = network.stages
    for number, stage in enumerate(stages, start=1):
        values = stage.outputs(stage.sums(values))
        top = _scale(values)
        if stage is stages[-1]:
            values, top = _shown(answers(problem.task, values), problem.task, scale)
        small.append(_shade(_thin(values), top))
        scales.append(top)
        if asked and _has(asked, number, values):
            large = _shade(values[:, asked[1]], top)
    if large is None:
        large = _classes(values) if problem.task == "multi_class" else _shade(values[:, 0], scales[-1])
    return Maps(small, large.view(GRID, GRID), scales)


@lru_cache
def feature_maps() -> tuple[Tensor, list[float]]:
    """Return the small maps of all FEATURES in their order, uint8 [features, THUMB, THUMB], and the scale of each."""
    values = _features_on_grid(tuple(FEATURES))
    scales = [_scale(column) for column in values.unbind(1)]
    return torch.stack([_shade(map, scale) for map, scale in zip(_thin(values), scales, strict=True)]), scales


@torch.inference_mode()
def at(network: PointsNet, point: tuple[float, float]) -> Answer:
    """Return everything that the network computes for the point (x1, x2)."""
    values = features = network.features(torch.tensor([point]))
    sums, outputs = [], []
    for stage in network.stages:
        sums.append(stage.sums(values)[0])
        values = stage.outputs(sums[-1].unsqueeze(0))
        outputs.append(values[0])
    return Answer(features[0], sums, outputs)


def answers(task: str, outputs: Tensor) -> Tensor:
    """Return what the outputs [..., k] of a network stand for, in the same shape: probabilities, or the value."""
    return _ANSWERS[task](outputs)


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


@lru_cache
def _features_on_grid(names: tuple[str, ...]) -> Tensor:
    x1, x2 = grid(GRID).unbind(1)
    return torch.stack([FEATURES[name].of(x1, x2) for name in names], dim=1)


def _has(unit: Unit, layer: int, values: Tensor) -> bool:
    return unit[0] == layer and 0 <= unit[1] < values.shape[1]


def _scale(values: Tensor) -> float:
    lowest, highest = (bound.item() for bound in values.aminmax())
    return max(1.0, -lowest, highest)


def _thin(values: Tensor) -> Tensor:
    """Return every fourth row and column of the units' values on the grid: [N, units] -> [units, THUMB, THUMB]."""
    step = GRID // THUMB
    return values.view(GRID, GRID, -1)[step // 2 :: step, step // 2 :: step].permute(2, 0, 1)


def _shade(values: Tensor, scale: float) -> Tensor:
    """Return -scale..scale as the bytes 0..255, in the shape of `values` and cut off at both ends."""
    return torch.add(128, values, alpha=127.5 / scale).clamp_(0, 255).to(torch.uint8).contiguous()


def _shown(values: Tensor, task: str, scale: float) -> tuple[Tensor, float]:
    """Return answers with their scale; probabilities are spread over -1..1, so that ½ is in the middle."""
    return (values, scale) if task == "regression" else (2 * values - 1, 1.0)


def _classes(answers: Tensor) -> Tensor:
    best, place = answers.max(dim=1)
    return (place * 32 + (best + 1) * 15.5).to(torch.uint8)


_ANSWERS = {"regression": lambda z: z, "binary": torch.sigmoid, "multi_class": lambda z: z.softmax(dim=-1)}
