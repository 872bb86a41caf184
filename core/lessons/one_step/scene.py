"""Every number of a training on one sample, line by line, as the browser plays it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import STAGES, place_of, subscript, views
from core.lessons.one_step.trace import MAX_STEPS, WEIGHTS, Moment, Setup
from core.text.i18n import _

NODES = {"z1": ("z", 0), "z2": ("z", 1), "h1": ("h", 0), "h2": ("h", 1), "y": ("y", 0)}
COUNT = len(WEIGHTS)


def scene(
    setup: Setup, picked: str, numbers: Mapping[str, float], limits: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    """Return the trace of the training, M moments, and its words; NaN stands for what no line has made yet.

    `weights`, `gradients` are float64 [M, 9] in the order of WEIGHTS; `nodes`, `slopes` (the loss's derivative by
    each node) [M, 5] in that of NODES; `losses` [M]; `carried` [M, 9, 2], see there.

    Args:
        picked: the weight that the sentences speak of, a key of WEIGHTS.
        numbers: what a person can change, by name, as `setup` has it.
        limits: of each of them.
    """
    shown = views(setup, picked)
    moments = [each.moment for each in shown]
    return {
        "weights": np.array([moment.weights for moment in moments]),
        "gradients": np.array([_or_nan(moment.gradients, COUNT) for moment in moments]),
        "nodes": np.array([_by_node(moment.nodes) for moment in moments]),
        "slopes": np.array([_by_node(moment.node_gradients) for moment in moments]),
        "losses": np.array([np.nan if moment.loss is None else moment.loss for moment in moments]),
        "carried": np.array([carried(setup, moment) for moment in moments]),
        "stages": list(STAGES),
        "code": [stage.code for stage in STAGES.values()],
        "forgotten": not setup.zero_grad,
        "picked": picked,
        "made": dict(numbers),
        "limits": limits,
        "last": place_of(MAX_STEPS, "step"),
        "notices": [STAGES[each.moment.stage].notice(each) for each in shown],
        "titles": {name: weight.label for name, weight in WEIGHTS.items()},
        "names": _names(setup),
        "says": {
            "trace": _("Line"),
            "place": _("step {step} of {steps}"),
            "line": _("Step {step}, after {code}:"),
            "gradient": _("grad {gradient}"),
            "cleared": _("no grad"),
            "was": _("was {before}"),
            "change": _("{name} is {value}. Change it"),
            "numbers": _("The numbers that can be changed: arrow keys go from one to the next, Enter opens its field"),
            "weight": _("weight"),
            "value": _("value"),
        },
    }


def carried(setup: Setup, moment: Moment) -> NDArray:
    """Return what each weight's line carries while a line of code runs, float64 [9, 2]: before and behind the weight.

    In the forward pass it is the input and its product with the weight. In the backward pass, seen from the loss, it
    is the derivative by the sum that the weight is part of, and what becomes of it: the weight's own gradient, or
    for the output's weights the derivative by the hidden neuron behind. A bias has no input. NaN where nothing moves.
    """
    hidden, output = moment.nodes.get("h"), moment.node_gradients
    pairs = []
    for place, weight in enumerate(WEIGHTS.values()):
        value = moment.weights[place]
        source = None
        if weight.source is not None and hidden is not None:
            source = hidden[weight.source] if weight.neuron is None else setup.inputs[weight.source]
        if moment.stage == "forward":
            pairs.append((value, value) if source is None else (source, value * source))
        elif moment.stage == "backward":
            slope = output["y"][0] if weight.neuron is None else output["z"][weight.neuron]
            to_neuron = weight.neuron is None and weight.source is not None
            factor = value if to_neuron else 1.0 if source is None else source
            pairs.append((slope, slope * factor))
        else:
            pairs.append((np.nan, np.nan))
    return np.array(pairs)


def _or_nan(numbers: NDArray | None, count: int) -> NDArray:
    return np.full(count, np.nan) if numbers is None else numbers


def _by_node(numbers: Mapping[str, NDArray]) -> list[float]:
    return [numbers[name][place] if name in numbers else np.nan for name, place in NODES.values()]


def _names(setup: Setup) -> dict[str, str]:
    """What stands on each part of the picture."""
    activation = _(ACTIVATIONS[setup.activation].label)
    names = {name: subscript(name) for name in (*WEIGHTS, *NODES, "x1", "x2")}
    names |= {name: f"{subscript(name)} {activation}" for name in ("h1", "h2")}
    return names | {"target": _("target"), "loss": _("loss"), "rate": "lr"}
