"""From a stack of blocks to the settings of the 2-D playground, for a stack that is such a network."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.activations import ACTIVATIONS
from core.blocks.registry import Placed, Value
from core.playground.edit import MAX_LAYERS, MAX_NEURONS

SETS: Mapping[tuple[str, Value], str] = {
    ("regression", 1): "plane",
    ("binary", 1): "circle",
    ("multi_class", 3): "rings3",
    ("multi_class", 4): "rings4",
}
"""(task, outputs) -> the data set of core.datasets.POINTS to begin with."""


def points_settings(blocks: Sequence[Placed], task: str) -> dict[str, Any] | None:
    """Return the fields of a TrainConfig for points that make this network, or None where there are none.

    The network reads two numbers; each hidden Linear has an activation behind it, with its defaults, and perhaps
    a dropout behind that; the last Linear has nothing behind it. It may be as large as the playground draws.

    Args:
        task: a key of core.lessons.build.problems.TASKS.
    """
    hidden, activations, dropouts = [], [], []
    if not blocks:
        return None
    *body, last = blocks
    if last.key != "linear" or (task, last.values[0]) not in SETS:
        return None
    expected = ("linear",)
    for placed in body:
        kind = "activation" if placed.key in ACTIVATIONS else placed.key
        if kind not in expected:
            return None
        if kind == "linear":
            hidden.append(int(placed.values[0]))
            expected = ("activation",)
        elif kind == "activation":
            if placed.values != tuple(param.default for param in placed.block.hyperparameters):
                return None
            activations.append(placed.key)
            dropouts.append(0.0)
            expected = ("linear", "dropout")
        else:
            dropouts[-1] = placed.values[0]
            expected = ("linear",)
    if len(activations) < len(hidden) or len(hidden) > MAX_LAYERS or any(width > MAX_NEURONS for width in hidden):
        return None
    return {
        "dataset": SETS[task, last.values[0]],
        "hidden": tuple(hidden),
        "activations": tuple(activations),
        "dropouts": tuple(dropouts) if any(dropouts) else (),
    }
