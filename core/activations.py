"""Activation functions: what each one computes, how steep it is, and where its gradient gets lost."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from core.text.i18n import N_, _


@dataclass(frozen=True)
class Knob:
    """A parameter of an activation, named as PyTorch names it, with the values that make sense for it."""

    name: str
    symbol: str
    minimum: float
    maximum: float
    default: float
    step: float


@dataclass(frozen=True)
class Activation:
    """One activation function in both PyTorch forms; `formula`, `derivative` and `range` are LaTeX."""

    label: str
    module: Callable[..., nn.Module]
    function: Callable[..., Tensor]
    formula: str
    derivative: str
    range: str
    note: str
    source: str
    knobs: tuple[Knob, ...] = ()


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


def curve(activation: Activation, x: NDArray, **knobs: float) -> tuple[NDArray, NDArray]:
    """Return the values f(x) and the slopes f'(x), each in the shape of `x` and in float64.

    The slope is what backpropagation uses: torch.autograd differentiates the sum of all f(x), and since each f(x)
    depends on its own x alone, the gradient holds one derivative per input. At a kink, such as ReLU at 0, it is the
    side that PyTorch chose.

    Raises ValueError for a knob that the activation does not have, or a value outside the knob's limits.
    """
    _check(activation, knobs)
    inputs = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    outputs = activation.function(inputs, **knobs)
    (slopes,) = torch.autograd.grad(outputs.sum(), inputs)
    return outputs.detach().numpy(), slopes.numpy()


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


def snippet(activation: Activation, x: float, **knobs: float) -> str:
    """Return runnable PyTorch that computes f(x) as a layer and as a function, and f'(x) by backpropagation.

    Raises ValueError as `curve` does.
    """
    _check(activation, knobs)
    arguments = [f"{name}={value!r}" for name, value in knobs.items()]
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
    knobs = {knob.name: knob for knob in activation.knobs}
    for name, value in values.items():
        if name not in knobs:
            raise ValueError(_("{label} has no parameter “{name}”.").format(label=_(activation.label), name=name))
        knob = knobs[name]
        if not knob.minimum <= value <= knob.maximum:
            raise ValueError(
                _("{name} of {label} must lie between {minimum:g} and {maximum:g}, not at {value:g}.").format(
                    name=name, label=_(activation.label), minimum=knob.minimum, maximum=knob.maximum, value=value
                )
            )


_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch.nn."

ACTIVATIONS = {
    "sigmoid": Activation(
        label=N_("Sigmoid"),
        module=nn.Sigmoid,
        function=torch.sigmoid,
        formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        derivative=r"\sigma(x)\,(1 - \sigma(x))",
        range=r"(0,\ 1)",
        note=N_("Turns any number into a probability: the usual last step of a yes-or-no network."),
        source=_DOCS + "Sigmoid.html",
    ),
    "tanh": Activation(
        label=N_("Tanh"),
        module=nn.Tanh,
        function=torch.tanh,
        formula=r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        derivative=r"1 - \tanh^2(x)",
        range=r"(-1,\ 1)",
        note=N_("A sigmoid stretched to be centred on zero, with a steeper middle."),
        source=_DOCS + "Tanh.html",
    ),
    "relu": Activation(
        label=N_("ReLU"),
        module=nn.ReLU,
        function=F.relu,
        formula=r"\max(0,\ x)",
        derivative=r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        range=r"[0,\ \infty)",
        note=N_("Cheap, and it never saturates on the right: the usual first choice for hidden layers."),
        source=_DOCS + "ReLU.html",
    ),
    "leaky_relu": Activation(
        label=N_("LeakyReLU"),
        module=nn.LeakyReLU,
        function=F.leaky_relu,
        formula=r"\begin{cases} x & x > 0 \\ a\,x & x \le 0 \end{cases}",
        derivative=r"\begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}",
        range=r"(-\infty,\ \infty)",
        note=N_("A ReLU that lets a little gradient through on the left, so that no neuron dies."),
        source=_DOCS + "LeakyReLU.html",
        knobs=(Knob("negative_slope", "a", 0.01, 0.5, 0.01, 0.01),),
    ),
    "elu": Activation(
        label=N_("ELU"),
        module=nn.ELU,
        function=F.elu,
        formula=r"\begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}",
        derivative=r"\begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}",
        range=r"(-\alpha,\ \infty)",
        note=N_("Bends smoothly to a floor, so that the outputs average closer to zero."),
        source=_DOCS + "ELU.html",
        knobs=(Knob("alpha", r"\alpha", 0.1, 3.0, 1.0, 0.1),),
    ),
    "gelu": Activation(
        label=N_("GELU"),
        module=nn.GELU,
        function=F.gelu,
        formula=r"x\,\Phi(x)",
        derivative=r"\Phi(x) + x\,\varphi(x)",
        range=r"[\min f,\ \infty)",
        note=N_("Weighs x by the share Φ(x) of a bell curve that lies below it: the choice of most language models."),
        source=_DOCS + "GELU.html",
    ),
    "silu": Activation(
        label=N_("SiLU"),
        module=nn.SiLU,
        function=F.silu,
        formula=r"x\,\sigma(x)",
        derivative=r"\sigma(x)\,\bigl(1 + x\,(1 - \sigma(x))\bigr)",
        range=r"[\min f,\ \infty)",
        note=N_("Also called Swish: x weighed by its own sigmoid, smooth and with a shallow dip."),
        source=_DOCS + "SiLU.html",
    ),
    "softplus": Activation(
        label=N_("Softplus"),
        module=nn.Softplus,
        function=F.softplus,
        formula=r"\frac{1}{\beta}\,\ln\left(1 + e^{\beta x}\right)",
        derivative=r"\sigma(\beta x)",
        range=r"(0,\ \infty)",
        note=N_("A rounded ReLU that is always positive: good for outputs such as a variance."),
        source=_DOCS + "Softplus.html",
        knobs=(Knob("beta", r"\beta", 0.5, 5.0, 1.0, 0.5),),
    ),
    "identity": Activation(
        label=N_("Identity"),
        module=nn.Identity,
        function=torch.positive,
        formula="x",
        derivative="1",
        range=r"(-\infty,\ \infty)",
        note=N_("No activation at all: stacked layers then collapse into a single linear one."),
        source=_DOCS + "Identity.html",
    ),
}
