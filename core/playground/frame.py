"""One picture of the 2-D playground as bytes: a header in JSON, then arrays that the browser reads as they lie."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict, Unpack

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.datasets.types import Problem, Split
from core.features import FEATURES
from core.interpret.metrics import layer_gradients
from core.losses import LOSSES
from core.models import PointsNet
from core.playground.unit_maps import Health, Unit, answers, at, feature_maps, health, unit_maps
from core.plots.packing import pack
from core.runs import Run, View
from core.text.i18n import _
from core.training import evaluate, make_loss, outputs_in_batches

MAX_CURVE = 300  # points of the loss curve: as many as its canvas is wide


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """What stands beside the curve. Accuracies are shares, 0 to 1, and NaN where there are values to learn.

    `gap_error` is the standard error of test_loss − train_loss, which are means over different points.
    """

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    gap_error: float = math.nan


Curve = tuple[Sequence[float] | NDArray, Sequence[float] | NDArray, Sequence[float] | NDArray]


class Look(TypedDict, total=False):
    """What a person chooses of a picture, as Picture takes it."""

    hovered: Unit | None
    probe: tuple[float, float] | None
    show_test: bool
    discretize: bool
    own: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """All that one picture is made of.

    Attributes:
        number: counts the pictures, so that the browser knows a new one.
        network: read only, and not to be trained meanwhile.
        activations: the key in ACTIVATIONS of each hidden layer.
        train, test: points float32 [N, 2] with targets as core.datasets.types.Split says.
        curve: epochs, training losses and test losses so far, of the same length.
        playing: whether the browser is to ask for picture after picture.
        hovered: the unit whose map is shown in the plane instead of the answer's.
        probe: the point (x1, x2) for which everything is computed in numbers.
        gradients: the size of the gradient of each linear layer.
        discretize: show only which side of the boundary, not how sure the network is.
        own: whether a click on the plane sets a point.
    """

    number: int
    network: PointsNet
    problem: Problem
    activations: Sequence[str]
    train: Split
    test: Split
    numbers: Numbers
    curve: Curve = ((), (), ())
    playing: bool = False
    hovered: Unit | None = None
    probe: tuple[float, float] | None = None
    gradients: Sequence[float] | None = None
    show_test: bool = False
    discretize: bool = False
    own: bool = False

    @cached_property
    def health(self) -> list[Health]:
        """How the units of each hidden layer fare on the training points."""
        return health(self.network, self.train.inputs)


def frame(picture: Picture) -> bytes:
    """Compute one picture and pack it for the browser.

    The header tells the shape of the network and the numbers; the arrays are
        weights.<k> float32 [out, in] and biases.<k> float32 [out] of linear layer k = 0..,
        maps.<k> uint8 [out, THUMB, THUMB] of what comes out of it, and map uint8 [GRID, GRID], see unit_maps.Maps,
        health.<k> uint8 [out] and flat.<k> float32 [out] for the hidden layers, see core.playground.unit_maps.Health,
        train, test float32 [N, 2] and train_targets, test_targets float32 [N] (class number or value),
        curve float32 [3, at most MAX_CURVE]: epochs, training losses, test losses,
        probe, probe_sums.<k>, probe_outputs.<k> float32: features, sums and outputs at the probe, if there is one,
        probe_answer float32 [outputs] what the outputs stand for there, see core.playground.unit_maps.answers.
    """
    network, problem = picture.network, picture.problem
    scale = _value_scale(picture)
    maps = unit_maps(network, problem, picture.hovered, scale)
    arrays: dict[str, Tensor | NDArray] = {"map": maps.large, "curve": _thinned(picture.curve)}
    for layer, stage in enumerate(network.stages):
        arrays[f"weights.{layer}"] = stage.linear.weight.detach()
        arrays[f"biases.{layer}"] = stage.linear.bias.detach()
        arrays[f"maps.{layer}"] = maps.small[layer]
    for layer, found in enumerate(picture.health):
        arrays |= {f"health.{layer}": found.flags, f"flat.{layer}": found.flat}
    for name, split in {"train": picture.train, "test": picture.test}.items():
        if name == "train" or picture.show_test:
            arrays |= {name: split.inputs, f"{name}_targets": split.targets.flatten().float()}
    if picture.probe:
        answer = at(network, picture.probe)
        arrays |= {"probe": answer.features, "probe_answer": answers(problem.task, answer.outputs[-1])}
        for layer, (sums, outputs) in enumerate(zip(answer.sums, answer.outputs, strict=True)):
            arrays |= {f"probe_sums.{layer}": sums, f"probe_outputs.{layer}": outputs}
    return pack(_header(picture, maps.scales, scale), arrays)


def legend(constant: Mapping[str, Any]) -> bytes:
    """Pack what stays the same in all pictures: `constant`, and all FEATURES with their scales and small maps."""
    maps, scales = feature_maps()
    features = [
        {"key": key, "label": feature.label, "scale": scale}
        for (key, feature), scale in zip(FEATURES.items(), scales, strict=True)
    ]
    return pack({**constant, "features": features}, {"maps": maps})


def _header(picture: Picture, scales: list[float], value_scale: float) -> dict[str, Any]:
    problem, numbers = picture.problem, picture.numbers
    return {
        "number": picture.number,
        "playing": picture.playing,
        "task": problem.task,
        "features": list(picture.network.features.names),
        "sizes": [stage.linear.out_features for stage in picture.network.stages],
        "activations": [_(ACTIVATIONS[key].label) for key in picture.activations],
        "classes": list(problem.classes),
        "scales": scales,
        "value_scale": value_scale,
        "numbers": vars(numbers),
        "gradients": picture.gradients and list(picture.gradients),
        "hovered": picture.hovered,
        "probe": picture.probe,
        "show_test": picture.show_test,
        "discretize": picture.discretize,
        "own": picture.own,
    }


def _value_scale(picture: Picture) -> float:
    """Return the |value| of a regression that gets the full colour: the largest of the points, but at least 1."""
    if picture.problem.task != "regression":
        return 1.0
    return max(1.0, *(split.targets.abs().max().item() for split in (picture.train, picture.test) if len(split)))


def _thinned(curve: Curve) -> NDArray:
    """Return the curve as float32 [3, points], thinned out evenly to MAX_CURVE; the first and the last point stay."""
    length = len(curve[0])
    kept = np.linspace(0, length - 1, min(length, MAX_CURVE)).round().astype(int)
    return np.array([np.asarray(line, dtype=np.float32)[kept] for line in curve], dtype=np.float32)


def picture_of(run: Run, view: View, number: int, **look: Unpack[Look]) -> Picture:
    """Return the picture of a run as it is now.

    Args:
        number: counts the pictures.
        look: hovered, probe, show_test, discretize and own.

    Raises:
        ValueError: its network is none for points.
    """
    network, data, loss_of = run.model_snapshot(), run.data, make_loss(run.config)
    if not isinstance(network, PointsNet):
        raise ValueError("only a network for points can be drawn whole")
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    return Picture(
        number=number,
        network=network,
        problem=data.problem,
        activations=run.config.activations or (run.config.activation,) * len(run.config.hidden),
        train=data.train,
        test=data.test,
        numbers=Numbers(
            epoch=round(view.last.epoch) if view.last else 0,
            train_loss=train.loss,
            test_loss=test.loss,
            train_accuracy=train.accuracy,
            test_accuracy=test.accuracy,
            gap_error=_gap_error(network, run),
        ),
        curve=_curve(view),
        gradients=_gradients(run, network),
        playing=view.moving,
        **look,
    )


def _gradients(run: Run, network: nn.Module) -> list[float] | None:
    train = run.data.train
    loss = make_loss(run.config)(network(train.inputs), train.targets)
    return layer_gradients(network, loss) if loss.isfinite() else None


def _gap_error(network: nn.Module, run: Run) -> float:
    """√(s₁² / n₁ + s₂² / n₂) of the losses of single points, with the variance and the number of either split."""
    loss, variance = LOSSES[run.config.loss], 0.0
    criterion = loss.module(reduction="none")
    for split in (run.data.train, run.data.test):
        outputs = torch.cat(list(outputs_in_batches(network, run.data, split)))
        losses = criterion(outputs, loss.targets(split.targets, outputs.shape[1])).flatten()
        if len(losses) < 2:
            return math.nan
        variance += losses.var().item() / len(losses)
    return math.sqrt(variance)


def _curve(view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return epochs, losses on the training sample and test losses, at the epochs at which there was a test."""
    return view.test_curve.epoch, view.sample_curve.loss, view.test_curve.loss
