"""How steep an activation function is, where its gradient gets lost, and what that means, in words."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from core.activations import Activation
from core.text.i18n import N_, _

JUMP = 0.02  # between two slopes; a smaller one cannot be seen
CLOSE = 1e-9  # between two inputs


class Flatness(StrEnum):
    """Why little gradient gets through a stretch of a curve."""

    DEAD = "dead"  # the slope is exactly zero
    LEAKY = "leaky"  # the slope is small, the same everywhere, and not zero
    SATURATED = "saturated"  # the slope fades away


_CONSEQUENCES = {
    Flatness.DEAD: N_("{label} is dead {where}: the slope is exactly 0 there, so no gradient gets through."),
    Flatness.LEAKY: N_("{label} leaks {where}: a slope of {slope} is small but never 0, so the neuron can recover."),
    Flatness.SATURATED: N_("{label} saturates {where}: the slope is below {threshold} there, so learning is slow."),
}


@dataclass(frozen=True)
class FlatRegion:
    """The inputs `start` to `stop`, a stretch of one flatness; `slope` is the largest |f'| in it."""

    start: float
    stop: float
    flatness: Flatness
    slope: float


def curve(activation: Activation, x: NDArray, **hyperparameters: float) -> tuple[NDArray, NDArray]:
    """Return the values f(x) and the slopes f'(x), each in the shape of `x` and in float64.

    The slope is what backpropagation uses: torch.autograd differentiates the sum of all f(x), and since each f(x)
    depends on its own x alone, the gradient holds one derivative per input. At a kink, such as ReLU at 0, it is the
    side that PyTorch chose.

    Raises ValueError for a hyperparameter that the activation does not have, or a value outside its limits.
    """
    _check(activation, hyperparameters)
    inputs = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    outputs = activation.function(inputs, **hyperparameters)
    (slopes,) = torch.autograd.grad(outputs.sum(), inputs)
    return outputs.detach().numpy(), slopes.numpy()


def jumps(activation: Activation, x: NDArray, **hyperparameters: float) -> list[tuple[float, float]]:
    """Return where the slope jumps between two neighbors of the ascending `x`, (n,): right before and right after.

    Neighbors whose slopes differ are halved until they are CLOSE: a slope that only changes fast is the same on both
    sides by then, one that jumps is not.
    """

    def slope(places: NDArray) -> NDArray:
        return curve(activation, places, **hyperparameters)[1]

    low, high = x[:-1], x[1:]
    while True:
        apart = np.abs(slope(high) - slope(low)) > JUMP
        low, high = low[apart], high[apart]
        if not (high - low > CLOSE).any():
            return list(zip(low.tolist(), high.tolist(), strict=True))
        middle = (low + high) / 2
        beyond = np.abs(slope(middle) - slope(low)) > JUMP
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)


def flat_regions(x: NDArray, slopes: NDArray, threshold: float = 0.05) -> list[FlatRegion]:
    """Return, from left to right, the stretches where |f'| is below the threshold and gradient gets lost.

    `x` is ascending and `slopes` the derivative there, both of shape (n,). Only stretches that reach an end of `x`
    count: a flat spot between two slopes, such as the bottom of SiLU, is a turning point and not a trap.
    """
    steepness = np.abs(slopes)
    steep = np.flatnonzero(steepness >= threshold)
    if not steep.size:
        return [_region(x, steepness)]
    left, right = slice(0, steep[0]), slice(steep[-1] + 1, None)
    return [_region(x[end], steepness[end]) for end in (left, right) if x[end].size > 1]


def _region(x: NDArray, steepness: NDArray) -> FlatRegion:
    if not steepness.any():
        flatness = Flatness.DEAD
    elif np.allclose(steepness, steepness[0], rtol=1e-9, atol=0):
        flatness = Flatness.LEAKY
    else:
        flatness = Flatness.SATURATED
    return FlatRegion(float(x[0]), float(x[-1]), flatness, float(steepness.max()))


def notice(activation: Activation, x: NDArray, values: NDArray, slopes: NDArray, threshold: float = 0.05) -> str:
    """Return what to notice about a curve, in a sentence or two made from its numbers, all of shape (n,)."""
    label = _(activation.label)
    sentences = []
    regions = flat_regions(x, slopes, threshold)
    for flatness in dict.fromkeys(region.flatness for region in regions):
        alike = [region for region in regions if region.flatness is flatness]
        sentences.append(
            _(_CONSEQUENCES[flatness]).format(
                label=label,
                where=_(" and ").join(_where(region, x) for region in alike),
                slope=f"{max(region.slope for region in alike):.2g}",
                threshold=threshold,
            )
        )
    if not regions and slopes.min() == slopes.max():
        sentences.append(_("{label} is equally steep everywhere: {slope:.2g}.").format(label=label, slope=slopes[0]))
    elif not regions:
        sentence = _("{label} is flat nowhere in this picture: its slope stays between {low:.2g} and {high:.2g}.")
        sentences.append(sentence.format(label=label, low=slopes.min(), high=slopes.max()))
    lowest = int(values.argmin())
    if 0 < lowest < len(x) - 1:
        sentence = _("It turns at x = {x:.2f}, where it is lowest: {value:.2f}.")
        sentences.append(sentence.format(x=x[lowest], value=values[lowest]))
    return " ".join(sentences)


def _where(region: FlatRegion, x: NDArray) -> str:
    if region.start == x[0] and region.stop == x[-1]:
        return _("everywhere")
    if region.start == x[0]:
        return _("left of {x:g}").format(x=round(region.stop, 1))
    return _("right of {x:g}").format(x=round(region.start, 1))


def snippet(activation: Activation, x: float, **hyperparameters: float) -> str:
    """Return runnable PyTorch that computes f(x) as a layer and as a function, and f'(x) by backpropagation.

    Raises ValueError as `curve` does.
    """
    _check(activation, hyperparameters)
    arguments = [f"{name}={value!r}" for name, value in hyperparameters.items()]
    name = activation.function.__name__
    namespace = "F" if getattr(F, name, None) is activation.function else "torch"
    return f"""\
import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor({x!r}, dtype=torch.float64, requires_grad=True)

# as a layer, to put into nn.Sequential
layer = nn.{activation.module.__name__}({", ".join(arguments)})
y = layer(x)

# as a function, to call in forward()
y_too = {namespace}.{name}({", ".join(["x", *arguments])})

y.backward()
print(y.item(), y_too.item(), x.grad.item())
"""


def _check(activation: Activation, values: dict[str, float]) -> None:
    hyperparameters = {param.name: param for param in activation.hyperparameters}
    for name, value in values.items():
        if name not in hyperparameters:
            raise ValueError(_("{label} has no parameter “{name}”.").format(label=_(activation.label), name=name))
        param = hyperparameters[name]
        if not param.minimum <= value <= param.maximum:
            raise ValueError(
                _("{name} of {label} must lie between {minimum:g} and {maximum:g}, not at {value:g}.").format(
                    name=name,
                    label=_(activation.label),
                    minimum=param.minimum,
                    maximum=param.maximum,
                    value=value,
                )
            )
