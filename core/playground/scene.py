"""What the picture of the 2-D playground is made of as long as the network keeps its shape and its points."""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.datasets.types import Split
from core.features import FEATURES
from core.interpret import network_tables
from core.playground.edit import MAX_LAYERS, MAX_NEURONS
from core.playground.snapshot import hidden_activations
from core.plots.palette import COLORS, GRAY, LIGHT_BACKGROUND
from core.runs import Run
from core.text.i18n import _

LIMIT = 6.0  # the plane is -LIMIT..LIMIT in both x1 and x2
STATIONS = 201  # places along each axis at which the features are told: every 0.06

# The six classes of own data need two more hues than the palette tells apart; every class has its own shape as well.
_COLORS = {
    "positive": COLORS["blue"],
    "negative": COLORS["orange"],
    "classes": [*COLORS.values(), "#C8412B", GRAY],
    "rims": {"class": LIGHT_BACKGROUND, "value": GRAY},
    "train": COLORS["green"],
    "test": COLORS["violet"],
}


def scene(run: Run, *, show_test: bool = False, discretize: bool = False, own: bool = False) -> dict[str, Any]:
    """Return the network's shape, its points, and the tables from which the browser computes what its neurons give.

    Args:
        discretize: show only which side of the boundary, not how sure the network is.
        own: whether a click on the plane sets a point.

    The arrays are
        tables float32 [kinds, SAMPLES + 2] of the activations that it uses, see core.interpret.network_tables,
        along_x1, along_x2 float32 [features, STATIONS], see `feature_factors`,
        train, test float32 [N, 2] and train_targets, test_targets float32 [N] (class number or value).
    """
    data, config, used = run.data, run.config, hidden_activations(run)
    kinds = list(dict.fromkeys(used))
    along_x1, along_x2 = feature_factors()
    arrays = {"tables": _tables(tuple(kinds)), "along_x1": along_x1, "along_x2": along_x2}
    for name, split in {"train": data.train, "test": data.test}.items():
        if name == "train" or show_test:
            arrays |= {name: split.inputs, f"{name}_targets": split.targets.flatten().float()}
    return {
        **arrays,
        "run": run.number,
        "task": data.task,
        "features": [{"key": key, "label": feature.label} for key, feature in FEATURES.items()],
        "inputs": [list(FEATURES).index(name) for name in config.features],
        "sizes": [*config.hidden, data.problem.outputs],
        "activations": [{"label": _(ACTIVATIONS[name].label), "table": kinds.index(name)} for name in used],
        "table_limit": network_tables.LIMIT,
        "limit": LIMIT,
        "classes": list(data.classes),
        "value_scale": _value_scale(data.task, data.train, data.test),
        "show_test": show_test,
        "discretize": discretize,
        "own": own,
        "max_layers": MAX_LAYERS,
        "max_neurons": MAX_NEURONS,
        "colors": _COLORS,
        "says": _words(),
    }


@lru_cache
def feature_factors() -> tuple[NDArray, NDArray]:
    """Return each of FEATURES as a function of x1 times a function of x2: float32 [features, STATIONS] each.

    The stations lie evenly from -LIMIT to LIMIT.

    Raises:
        ValueError: a feature is no such product.
    """
    stations = torch.linspace(-LIMIT, LIMIT, STATIONS, dtype=torch.float64)
    x1, x2 = torch.meshgrid(stations, stations, indexing="ij")
    factors = [_factors(name, feature.of(x1, x2)) for name, feature in FEATURES.items()]
    along_x1, along_x2 = (torch.stack(columns).float().numpy() for columns in zip(*factors, strict=True))
    return along_x1, along_x2


def _factors(name: str, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Split values [x1, x2] into a column times a row: those through its largest value, which is in both."""
    row, column = divmod(int(values.abs().argmax()), values.shape[1])
    first, second = values[:, column], values[row] / values[row, column]
    if not torch.allclose(torch.outer(first, second), values, atol=1e-9):
        raise ValueError(f"{name} is not a function of x1 times a function of x2")
    return first, second


def _tables(kinds: tuple[str, ...]) -> NDArray:
    tables = [network_tables.activation_table(name) for name in kinds]
    return np.array(tables, dtype=np.float32).reshape(len(kinds), network_tables.SAMPLES + 2)


def _value_scale(task: str, *splits: Split) -> float:
    """Return the |value| of a regression that gets the full color: the largest of the points, but at least 1."""
    if task != "regression":
        return 1.0
    return max(1.0, *(split.targets.abs().max().item() for split in splits if len(split)))


def _words() -> dict[str, str]:
    """Return every word of the picture in the reader's language; the browser fills in what is in braces."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("Step"),
        "step_help": _("One epoch: all training points once (right arrow)"),
        "reset": _("Reset"),
        "reset_help": _("The initial weights again (R)"),
        "controls": _("Training"),
        "features": _("Features"),
        "feature": _("Feature {label}"),
        "switch_on": _("Let the network see this"),
        "switch_off": _("Hide this from the network"),
        "no_layer": _("No hidden layer"),
        "one_layer": _("1 hidden layer"),
        "layers": _("{count} hidden layers"),
        "fewer_layers": _("Take the last hidden layer away"),
        "more_layers": _("Add a hidden layer"),
        "fewer": _("One neuron less in layer {layer}"),
        "more": _("One neuron more in layer {layer}"),
        "neuron": _("Layer {layer}, neuron {neuron}"),
        "output": _("Output"),
        "output_of": _("Output “{name}”"),
        "bias": _("bias"),
        "bias_is": _("bias {bias}"),
        "weight": _("weight"),
        "weight_of": _("weight of {label}"),
        "gradient": _("Size of the gradient of this layer’s weights and biases, over all training points"),
        "dead": _("Dead: at every training point its output and its slope are 0, so it cannot learn"),
        "saturated": _("Saturated: at {share}% of the training points its slope is nearly 0, so it hardly learns"),
        "drag": _("Drag up or down to change it, click for a field"),
        "click": _("Click to change"),
        "enter": _("Enter sets it, Escape leaves"),
        "refused": _("Type a number between −1,000,000 and 1,000,000."),
        "answer": _("What the network answers"),
        "back": _("Show the answer"),
        "plane": _("{name} over the plane of x₁ and x₂ from −6 to 6, with the data points"),
        "sum_hint": _("Point at the plane, and the sum that a neuron computes there is written out here."),
        "epoch": _("Epoch {epoch}"),
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "train": _("Training"),
        "test": _("Test"),
        "train_points": _("Training points: filled"),
        "test_points": _("Test points: hollow"),
        "curve": _("Loss over the epochs; now {train} on the training points and {test} on the test points"),
        "picture": _("Network {sizes}, epoch {epoch}: training loss {train}, test loss {test}"),
    }
