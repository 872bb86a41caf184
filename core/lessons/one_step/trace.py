"""One training step of a tiny network, held still after each of its five lines, with every number that it has made."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from core.activations import ACTIVATIONS
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS
from core.text.i18n import _

MAX_STEPS = 20
LARGEST = 10.0  # of a weight, an input or a target that a person may set
EPSILON = 1e-5  # to each side of a weight: large enough for float64 to see the difference, small enough for the slope

# A loss that compares classes needs an output for each, and this network has a single one.
ONE_OUTPUT_LOSSES = {name: loss for name, loss in LOSSES.items() if not loss.compares_classes}


class TinyNet(nn.Module):
    """Two inputs, two hidden neurons, one output: x [2] -> z [2] -> h [2] -> y [1], in float64."""

    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, 2, dtype=torch.float64)
        self.activation = activation
        self.output = nn.Linear(2, 1, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        z = self.hidden(x)
        h = self.activation(z)
        return self.output(h)


def training_step(
    network: nn.Module,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    target: Tensor,
    zero_grad: bool = True,
) -> Iterator[tuple[str, Tensor | None]]:
    """Train for one step, and pause after each of its five lines: yield its name and the loss, where there is one."""
    if zero_grad:
        optimizer.zero_grad()
    yield "zero_grad", None
    y = network(x)
    yield "forward", None
    loss = loss_of(y, target)
    yield "loss", loss
    loss.backward()
    yield "backward", loss
    optimizer.step()
    yield "step", loss


@dataclass(frozen=True)
class Weight:
    """One of the nine numbers that are trained.

    Attributes:
        label: as PyTorch names it.
        symbol: LaTeX.
        default: its value to begin with.
        neuron: which hidden neuron it belongs to; None for those of the output.
        source: which input, or which hidden neuron, it multiplies; None for a bias.
    """

    label: str
    symbol: str
    default: float
    neuron: int | None
    source: int | None


class SetupError(ValueError):
    """A number cannot be trained with; the message is a sentence that says what is allowed."""


@dataclass(frozen=True)
class Setup:
    """All that decides the numbers: registry keys, the sample, the first weights, and the optimizer's settings.

    Attributes:
        weights: in the order of WEIGHTS, which is that of `network.parameters()`.
        momentum, beta2, nesterov: for the optimizers that know them.
        zero_grad: whether old gradients are cleared before each step.

    Raises:
        SetupError: a number is too large or not finite, or the target is none that the loss can compare with.
    """

    weights: tuple[float, ...] = field(default_factory=lambda: tuple(weight.default for weight in WEIGHTS.values()))
    inputs: tuple[float, float] = (1.0, 0.5)
    target: float = 1.0
    activation: str = "relu"
    loss: str = "mse"
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.0
    beta2: float = 0.999
    weight_decay: float = 0.0
    nesterov: bool = False
    zero_grad: bool = True

    def __post_init__(self) -> None:
        for number in (*self.weights, *self.inputs, self.target):
            if not abs(number) <= LARGEST:
                raise SetupError(
                    _("Weights, inputs and target lie between −{most:g} and {most:g}, so {number:g} is none.").format(
                        most=LARGEST, number=number
                    )
                )
        loss = LOSSES[self.loss]
        minimum, maximum = loss.target_range
        if not minimum <= self.target <= maximum:
            raise SetupError(
                _("{loss} takes a target between {least:g} and {most:g}: change the target, now {target:g}.").format(
                    loss=_(loss.label), least=minimum, most=maximum, target=self.target
                )
            )

    @property
    def x(self) -> Tensor:
        return torch.tensor(self.inputs, dtype=torch.float64)

    @property
    def t(self) -> Tensor:
        return torch.tensor([self.target], dtype=torch.float64)

    def network(self) -> TinyNet:
        """Build the network with its first weights."""
        network = TinyNet(ACTIVATIONS[self.activation].module())
        vector_to_parameters(torch.tensor(self.weights, dtype=torch.float64), network.parameters())
        return network

    def loss_of(self) -> nn.Module:
        return LOSSES[self.loss].module()

    def make_optimizer(self, network: nn.Module) -> torch.optim.Optimizer:
        return OPTIMIZERS[self.optimizer].make(network.parameters(), self)


@dataclass(frozen=True)
class Moment:
    """The state of things after one line of a step; arrays of shape (9,) are in the order of WEIGHTS.

    Attributes:
        step: from 1.
        stage: which line has just run, as `training_step` names it.
        weights: (9,).
        gradients: what is in `.grad`, (9,); None while nothing is.
        state: the optimizer's memory, by PyTorch's names, each (9,).
        nodes: "z", "h" (2,) and "y" (1,) as the last forward pass left them; empty before it.
        node_gradients: the loss's derivative by each of the nodes, from autograd; empty before backward.
        loss: of this step; None before it is computed.
        loss_after: of the same sample with the weights as they are now; None before the step is done.
    """

    step: int
    stage: str
    weights: NDArray
    gradients: NDArray | None
    state: dict[str, NDArray]
    nodes: dict[str, NDArray]
    node_gradients: dict[str, NDArray]
    loss: float | None
    loss_after: float | None

    @property
    def finite(self) -> bool:
        """Whether all its numbers are, as float32 too, so that there is something to show and to go on from."""
        numbers = [self.weights, *self.state.values(), *self.nodes.values(), *self.node_gradients.values()]
        numbers += [number for number in (self.gradients, self.loss, self.loss_after) if number is not None]
        return all((np.abs(number) <= np.finfo(np.float32).max).all() for number in numbers)


Made = TypeVar("Made")


def made(what: Made | None) -> Made:
    """Return what the lines up to a moment have made.

    Raises:
        ValueError: none of them has made it yet.
    """
    if what is None:
        raise ValueError("no line has made this yet")
    return what


@lru_cache(maxsize=32)  # going from line to line asks for the same steps again
def trace(setup: Setup, steps: int) -> tuple[Moment, ...]:
    """Train for so many steps on the one sample and return each moment, five a step.

    It ends before the first moment that has a number past what a float32 holds, as after steps that are far too large.
    """
    network, loss_of, x, t = setup.network(), setup.loss_of(), setup.x, setup.t
    optimizer = setup.make_optimizer(network)
    loss_at = loss_surface(setup)
    nodes: dict[str, Tensor] = {}
    for name, module in (("z", network.hidden), ("h", network.activation), ("y", network.output)):
        module.register_forward_hook(_remember(nodes, name))

    moments = []
    for step in range(1, steps + 1):
        nodes.clear()
        for stage, loss in training_step(network, loss_of, optimizer, x, t, setup.zero_grad):
            weights = parameters_to_vector(network.parameters()).detach().numpy()
            moment = Moment(
                step=step,
                stage=stage,
                weights=weights,
                gradients=_gradients(network),
                state=_state(optimizer),
                nodes={name: node.detach().numpy() for name, node in nodes.items()},
                node_gradients={
                    name: node.grad.numpy().copy() for name, node in nodes.items() if node.grad is not None
                },
                loss=None if loss is None else loss.item(),
                loss_after=loss_at(weights) if stage == "step" else None,
            )
            if not moment.finite:
                return tuple(moments)
            moments.append(moment)
    return tuple(moments)


def loss_surface(setup: Setup) -> Callable[[NDArray], float]:
    """Return the loss of the setup's sample as a function of the weights (9,)."""
    network, loss_of, x, t = setup.network(), setup.loss_of(), setup.x, setup.t

    @torch.no_grad()
    def loss_at(weights: NDArray) -> float:
        vector_to_parameters(torch.from_numpy(weights), network.parameters())
        return loss_of(network(x), t).item()

    return loss_at


def finite_differences(setup: Setup, weights: NDArray) -> NDArray:
    """Return the slope of the loss along each weight, (9,), without calculus: (L(w + e) - L(w - e)) / 2e.

    The central difference is off by about e² times the third derivative. At a kink of the loss or the activation it is
    the mean of the slopes at both sides, where backpropagation takes one of them.
    """
    loss_at = loss_surface(setup)
    nudges = EPSILON * np.eye(len(weights))
    return np.array([loss_at(weights + nudge) - loss_at(weights - nudge) for nudge in nudges]) / (2 * EPSILON)


def chain(setup: Setup, moment: Moment, name: str) -> list[tuple[str, float]]:
    """Return the factors whose product is the gradient of a weight, from the loss back to it: (LaTeX, number).

    For a weight of hidden neuron j that multiplies input i: dL/dy · dy/dh_j · dh_j/dz_j · dz_j/dw; for one of the
    output: dL/dy · dy/dv. A bias is added as it is, so its last factor is 1.

    Args:
        moment: after backward, before the weights are moved.
        name: a key of WEIGHTS.
    """
    weight = WEIGHTS[name]
    j = weight.neuron
    factors = [(_derivative("L", "y"), moment.node_gradients["y"][0])]
    if j is None:
        sources, sum_ = moment.nodes["h"], "y"
    else:
        sources, sum_ = setup.inputs, f"z_{j + 1}"
        with torch.enable_grad():
            z = torch.tensor(moment.nodes["z"][j], requires_grad=True)
            (slope,) = torch.autograd.grad(ACTIVATIONS[setup.activation].function(z), z)
        factors += [
            (_derivative("y", f"h_{j + 1}"), moment.weights[list(WEIGHTS).index(f"v{j + 1}")]),
            (_derivative(f"h_{j + 1}", sum_), slope.item()),
        ]
    factors.append((_derivative(sum_, weight.symbol), 1.0 if weight.source is None else sources[weight.source]))
    return [(symbol, float(number)) for symbol, number in factors]


def snippet(setup: Setup, steps: int) -> str:
    """Return a whole PyTorch program that trains the same network for so many steps and prints each loss."""
    network = setup.network()
    optimizer = setup.make_optimizer(network)
    default = inspect.signature(type(optimizer)).parameters
    # `fused` only says how the same numbers are computed.
    arguments = [
        f", {name}={value!r}"
        for name, value in optimizer.defaults.items()
        if name in default and name not in ("lr", "fused") and value != default[name].default
    ]
    activation, loss = type(network.activation).__name__, type(setup.loss_of()).__name__
    zero_grad = "optimizer.zero_grad()" if setup.zero_grad else "# optimizer.zero_grad() is forgotten"
    values = "\n".join(
        f"    net.{name}.copy_(torch.tensor({parameter.tolist()}))" for name, parameter in network.named_parameters()
    )
    return f"""\
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


class TinyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 2)
        self.activation = nn.{activation}()
        self.output = nn.Linear(2, 1)

    def forward(self, x):
        z = self.hidden(x)
        h = self.activation(z)
        return self.output(h)


net = TinyNet()
with torch.no_grad():
{values}
x, target = torch.tensor({list(setup.inputs)}), torch.tensor([{setup.target!r}])
loss_of = nn.{loss}()
optimizer = torch.optim.{type(optimizer).__name__}(net.parameters(), lr={setup.learning_rate!r}{"".join(arguments)})

for step in range(1, {steps + 1}):
    {zero_grad}
    y = net(x)
    loss = loss_of(y, target)
    loss.backward()
    optimizer.step()
    print(step, loss.item())

for name, parameter in net.named_parameters():
    print(name, list(parameter.shape), parameter.tolist(), parameter.grad.tolist())
"""


def _remember(nodes: dict[str, Tensor], name: str) -> Callable:
    def hook(_module: nn.Module, _inputs: tuple, output: Tensor) -> None:
        output.retain_grad()
        nodes[name] = output

    return hook


def _gradients(network: nn.Module) -> NDArray | None:
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    return parameters_to_vector(gradients).numpy() if gradients else None


def _state(optimizer: torch.optim.Optimizer) -> dict[str, NDArray]:
    """Return what the optimizer remembers of each weight; its step counter is no such thing."""
    parameters = optimizer.param_groups[0]["params"]
    first = optimizer.state[parameters[0]] if optimizer.state else {}
    names = [name for name, value in first.items() if torch.is_tensor(value) and value.shape == parameters[0].shape]
    return {
        name: parameters_to_vector([optimizer.state[parameter][name] for parameter in parameters]).numpy()
        for name in names
    }


def _derivative(of: str, by: str) -> str:
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


# With one decimal each, so that the first step can be followed with pencil and paper.
WEIGHTS = {
    "w11": Weight("hidden.weight[0, 0]", "w_{11}", 0.5, neuron=0, source=0),
    "w12": Weight("hidden.weight[0, 1]", "w_{12}", -0.2, neuron=0, source=1),
    "w21": Weight("hidden.weight[1, 0]", "w_{21}", 0.3, neuron=1, source=0),
    "w22": Weight("hidden.weight[1, 1]", "w_{22}", 0.4, neuron=1, source=1),
    "b1": Weight("hidden.bias[0]", "b_1", 0.1, neuron=0, source=None),
    "b2": Weight("hidden.bias[1]", "b_2", -0.1, neuron=1, source=None),
    "v1": Weight("output.weight[0, 0]", "v_1", 0.6, neuron=None, source=0),
    "v2": Weight("output.weight[0, 1]", "v_2", -0.5, neuron=None, source=1),
    "c": Weight("output.bias[0]", "c", 0.2, neuron=None, source=None),
}
