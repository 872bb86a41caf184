"""The tables from which the browser draws activation functions and their slopes, sampled by torch."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS, Activation
from core.lessons.activations.analysis import curve, flat_regions, jumps
from core.plots.palette import series_style
from core.text.i18n import _

LIMIT = 6.0
GRID = np.linspace(-LIMIT, LIMIT, 1201)
_FAR = 1e5  # where a function is as good as at its limit


def scene(chosen: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return what the picture of these functions is made of, each with its hyperparameters.

    `curves` and `slopes` are float64 [functions, len(GRID)], sampled over GRID.
    """
    tables = [curve(ACTIVATIONS[name], GRID, **hyperparameters) for name, hyperparameters in chosen.items()]
    return {
        "low": -LIMIT,
        "high": LIMIT,
        "curves": np.array([values for values, _slopes in tables]),
        "slopes": np.array([slopes for _values, slopes in tables]),
        "functions": [
            _look(name, slopes, hyperparameters)
            for (name, hyperparameters), (_values, slopes) in zip(chosen.items(), tables, strict=True)
        ],
        "limits": _ends(chosen),
        "says": {
            "input": _("input x"),
            "value": _("what it gives: f(x)"),
            "slope": _("how steep it is: f′(x)"),
            "reading": _("f({x}) = {value}, f′({x}) = {slope}"),
        },
    }


def limits(activation: Activation, **hyperparameters: float) -> tuple[float, float]:
    """Return the limits of f(x) for x to minus and to plus infinity, which may be infinite themselves.

    A function that is still changing at ±100,000 is taken to go on for ever.
    """
    values, slopes = curve(activation, np.array([-_FAR, _FAR]), **hyperparameters)
    left, right = (
        math.copysign(math.inf, value) if abs(slope) > 1 / _FAR else float(value.round(9)) + 0.0
        for value, slope in zip(values, slopes, strict=True)
    )
    return left, right


def _look(name: str, slopes: NDArray, hyperparameters: Mapping[str, float]) -> dict[str, Any]:
    return {
        "label": _(ACTIVATIONS[name].label),
        **series_style(list(ACTIVATIONS).index(name)),
        "flat": [[region.start, region.stop] for region in flat_regions(GRID, slopes)],
        "jumps": [before for before, _after in jumps(ACTIVATIONS[name], GRID, **hyperparameters)],
    }


def _ends(chosen: Mapping[str, Mapping[str, float]]) -> Sequence[dict[str, Any]]:
    """Return each limit once for either side: `value` None where it is infinite, whose sign stands behind the side."""
    found = [limits(ACTIVATIONS[name], **hyperparameters) for name, hyperparameters in chosen.items()]
    return [
        {"side": side + ("+" if value > 0 else "-"), "value": value if math.isfinite(value) else None}
        for side, values in zip(("left", "right"), zip(*found, strict=True), strict=True)
        for value in dict.fromkeys(values)
    ]
