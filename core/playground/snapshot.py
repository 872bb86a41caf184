"""What the browser learns of a run on points while it goes on: its latest weights, and how it does."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.datasets.types import Problem, Split
from core.interpret.metrics import layer_gradients
from core.losses import LOSSES
from core.models import PointsNet
from core.playground.health import Health, health
from core.plots.packing import pack
from core.runs import Run, View
from core.runs.run import count_training
from core.runs.weight_trail import WeightVector
from core.training import evaluate, make_loss, outputs_in_batches

MAX_CURVE = 200  # points of the loss curve: more than its picture is wide
SOONEST = 0.2  # seconds until the browser asks again
ALL_TOGETHER = 20  # questions a second of all runs that train; a question costs as much as a few steps of training
MAX_WEIGHTS = 4000  # bytes that the vectors of one snapshot may take, if there is more than one

Curve = tuple[Sequence[float] | NDArray, Sequence[float] | NDArray, Sequence[float] | NDArray]


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """What stands beside the curve. Accuracies are fractions, 0 to 1, and NaN where there are values to learn.

    `gap_error` is the standard error of test_loss − train_loss, which are means over different points.
    """

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    gap_error: float = math.nan


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkState:
    """A network on points at one moment.

    Attributes:
        network: read only, and not to be trained meanwhile.
        activations: the key in ACTIVATIONS of each hidden layer.
        train, test: points float32 [N, 2] with targets as core.datasets.types.Split says.
        curve: epochs, training losses and test losses so far, of the same length.
        gradients: the size of the gradient of each linear layer; None where the loss is not finite.
    """

    network: PointsNet
    problem: Problem
    activations: Sequence[str]
    train: Split
    test: Split
    numbers: Numbers
    curve: Curve = ((), (), ())
    gradients: Sequence[float] | None = None

    @cached_property
    def health(self) -> list[Health]:
        """How the units of each hidden layer fare on the training points."""
        return health(self.network, self.train.inputs)


def network_state(run: Run, view: View) -> NetworkState:
    """Return the present state of a run.

    Raises:
        ValueError: its network is none for points.
    """
    network, data, loss_of = run.model_snapshot(), run.data, make_loss(run.config)
    if not isinstance(network, PointsNet):
        raise ValueError("only a network for points has a state to be drawn")
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    return NetworkState(
        network=network,
        problem=data.problem,
        activations=hidden_activations(run),
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
        curve=(view.test_curve.epoch, view.sample_curve.loss, view.test_curve.loss),
        gradients=_gradients(run, network),
    )


def hidden_activations(run: Run) -> Sequence[str]:
    """Return the key in ACTIVATIONS of each hidden layer of a run on points."""
    return run.config.activations or (run.config.activation,) * len(run.config.hidden)


def snapshot(run: Run, view: View, state: NetworkState, seen: int = -1, beat: int = 0) -> bytes:
    """Pack what has changed for the browser.

    The header also has the milliseconds until the next question. The question `beat` comes back with the answer, since
    Streamlit shows nothing again that has not changed.

    The header has the numbers, and where the run stands; the arrays are
        weights float32 [vectors, parameters], since the step `seen`, oldest first and the present ones last, and
        epochs float32 [vectors] beside them,
        health uint8 [hidden units] and flat float32 [hidden units], see core.playground.health.Health,
        curve float32 [3, at most MAX_CURVE]: epochs, training losses, test losses.
    """
    vectors = _since(run.recent_weights(), seen)
    header = {
        "beat": beat,
        "pause": 1000 * max(SOONEST, count_training() / ALL_TOGETHER),
        "run": run.number,
        "playing": view.moving,
        "over": view.status.over,
        "step": vectors[-1].step,
        "edits": vectors[-1].edits,
        "numbers": vars(state.numbers),
        "gradients": state.gradients and list(state.gradients),
    }
    arrays = {
        "weights": torch.stack([vector.values for vector in vectors]),
        "epochs": np.array([vector.epoch for vector in vectors], dtype=np.float32),
        "health": _joined([layer.flags for layer in state.health], torch.uint8),
        "flat": _joined([layer.flat for layer in state.health], torch.float32),
        "curve": _thinned(state.curve),
    }
    return pack(header, arrays)


def _since(vectors: Sequence[WeightVector], seen: int) -> Sequence[WeightVector]:
    """Return vectors after a step, evenly thinned out to what a snapshot carries, and in any case the present one."""
    *earlier, present = vectors
    new = [*(vector for vector in earlier if vector.step > seen), present]
    room = max(1, MAX_WEIGHTS // present.values.nbytes)
    kept = np.linspace(len(new) - 1, -1, min(len(new), room), endpoint=False).round().astype(int)[::-1]
    return [new[place] for place in kept]


def _joined(layers: Sequence[Tensor], dtype: torch.dtype) -> Tensor:
    return torch.cat([torch.empty(0, dtype=dtype), *layers])


def _thinned(curve: Curve) -> NDArray:
    """Return the curve as float32 [3, points], thinned out evenly to MAX_CURVE; the first and the last point stay."""
    length = len(curve[0])
    kept = np.linspace(0, length - 1, min(length, MAX_CURVE)).round().astype(int)
    return np.array([np.asarray(line, dtype=np.float32)[kept] for line in curve], dtype=np.float32)


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
