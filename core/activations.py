"""Activation functions: what each one computes, with its formula and derivative."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.text.i18n import N_


@dataclass(frozen=True)
class Hyperparameter:
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
    hyperparameters: tuple[Hyperparameter, ...] = ()


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
        hyperparameters=(Hyperparameter("negative_slope", "a", 0.01, 0.5, 0.01, 0.01),),
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
        hyperparameters=(Hyperparameter("alpha", r"\alpha", 0.1, 3.0, 1.0, 0.1),),
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
        hyperparameters=(Hyperparameter("beta", r"\beta", 0.5, 5.0, 1.0, 0.5),),
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
