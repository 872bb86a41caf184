"""What the page asks before it shows it, and what is true, computed."""

import numpy as np

from core.activations import Activation
from core.lessons.activations.analysis import curve
from core.lessons.activations.scene import GRID
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

NEGATIVE = -3.0
LAYERS = 10
PASSED = Prediction(
    "activations.passed",
    N_("A neuron with ReLU gets x = {x}. How much of the gradient does it pass back?"),
    {
        "all": N_("All of it: the slope of ReLU is 1"),
        "some": N_("A little of it: the slope is small"),
        "none": N_("Nothing: the slope is 0"),
        "flipped": N_("All of it, with the sign flipped: the slope is −1"),
    },
)
STEEPEST = Prediction(
    "activations.steepest",
    N_("How steep is the sigmoid where it is steepest?"),
    {
        "one": N_("1, as steep as ReLU"),
        "half": N_("0.5, as high as it is there"),
        "quarter": N_("0.25, much flatter than ReLU"),
        "none": N_("As steep as you like: it has no steepest place"),
    },
)
_HEIGHTS = {"one": 1.0, "half": 0.5, "quarter": 0.25}


def passed_truth(activation: Activation) -> Truth:
    """Differentiate the activation at NEGATIVE and at its mirror image."""
    values, slopes = curve(activation, np.array([NEGATIVE, -NEGATIVE]))
    left, right = slopes.tolist()
    answer = {1.0: "all", 0.0: "none", -1.0: "flipped"}.get(left, "some")
    sentence = _(
        "f({x}) = {value}, and the slope there is **{left}**; at x = {mirrored} it is {right}. The gradient is "
        "multiplied by the slope."
    )
    numbers = {"x": NEGATIVE, "value": values[0], "left": left, "mirrored": -NEGATIVE, "right": right}
    return Truth(answer, sentence.format(**{name: plain(number) for name, number in numbers.items()}))


def steepest_truth(activation: Activation) -> Truth:
    """Look for the largest slope over GRID."""
    slopes = np.abs(curve(activation, GRID)[1])
    place = int(slopes.argmax())
    steepest = float(slopes[place])
    answer = next((name for name, height in _HEIGHTS.items() if np.isclose(steepest, height)), "none")
    sentence = _(
        "The largest slope is **{steepest}**, at x = {x}. On its way back through {layers} layers with it a gradient "
        "becomes at least {times:,.0f} times smaller, unless the weights enlarge it."
    )
    words = {"steepest": plain(steepest), "x": plain(GRID[place]), "layers": LAYERS}
    return Truth(answer, sentence.format(**words, times=steepest**-LAYERS))
