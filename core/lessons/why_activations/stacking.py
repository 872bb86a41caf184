"""A stack of linear layers, the one linear layer that it comes to, and what an activation between them changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.text.i18n import _

MAX_LAYERS = 20
STRAIGHT = 1e-5  # of the largest number: float32 keeps 7 digits, of which 20 layers cost at most two


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the stack and the one layer give for one input.

    Attributes:
        stacked, single: float32 [n].
        allowance: float64 [n], how far rounding alone can take one from the other where nothing stands between layers.
    """

    stacked: Tensor
    single: Tensor
    allowance: Tensor

    @property
    def difference(self) -> Tensor:
        """float64 [n]."""
        return (self.stacked.double() - self.single.double()).abs()

    @property
    def equal(self) -> bool:
        """Whether they are equal as far as float32 allows."""
        return bool((self.difference <= self.allowance).all())


@dataclass(frozen=True, eq=False)
class Sweep:
    """The outputs while the first input moves and the others stay: all float64.

    Attributes:
        x: [points].
        y: [points, n].
        line: [points, n], the straight lines that come nearest to them.
    """

    x: Tensor
    y: Tensor
    line: Tensor

    @property
    def bend(self) -> float:
        """The largest distance of an output from its straight line."""
        return float((self.y - self.line).abs().max())

    @property
    def height(self) -> float:
        """How far the output that changes most goes up and down."""
        return float((self.y.amax(0) - self.y.amin(0)).max())

    @property
    def straight(self) -> bool:
        """Whether the outputs are straight lines as far as float32 can tell."""
        return self.bend <= STRAIGHT * float(self.y.abs().max())


def stack(depth: int, width: int, activation: str, seed: int) -> nn.Sequential:
    """Build `depth` linear layers, [..., width] -> [..., width], with an activation between each two.

    The weights are orthogonal (Saxe, McClelland and Ganguli 2014, arXiv:1312.6120), which keeps numbers in range
    through any number of layers; the biases are uniform in ±0.5. The same seed gives the same first layers at every
    depth and with every activation.

    Raises ValueError if there are no layers, or more than MAX_LAYERS.
    """
    if not 1 <= depth <= MAX_LAYERS:
        raise ValueError(_("Stack 1 to {most} layers, not {depth}.").format(most=MAX_LAYERS, depth=depth))
    generator = torch.Generator().manual_seed(seed)
    modules: list[nn.Module] = []
    for _layer in range(depth):
        layer = _unset(width, width)
        nn.init.orthogonal_(layer.weight, generator=generator)
        nn.init.uniform_(layer.bias, -0.5, 0.5, generator=generator)
        modules += [layer, ACTIVATIONS[activation].module()]
    return nn.Sequential(*modules[:-1])


def _unset(inputs: int, outputs: int) -> nn.Linear:
    # Declared as a Module, and an instance of the class that is given.
    return cast("nn.Linear", nn.utils.skip_init(nn.Linear, inputs, outputs))


def linear_layers(network: nn.Sequential) -> list[nn.Linear]:
    """Return the linear layers of a stack, from input to output."""
    return [module for module in network if isinstance(module, nn.Linear)]


@torch.no_grad()
def collapse(layers: Sequence[nn.Linear]) -> nn.Linear:
    """Return the one layer that does what these do one after the other.

    W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2), and so on. It is worked out in float64 and rounded once, so that
    the one layer is as exact as float32 can hold it.
    """
    weight = layers[0].weight.double()
    bias = layers[0].bias.double()
    for layer in layers[1:]:
        weight = layer.weight.double() @ weight
        bias = layer.weight.double() @ bias + layer.bias.double()
    outputs, inputs = weight.shape
    single = _unset(inputs, outputs)
    single.weight.copy_(weight)
    single.bias.copy_(bias)
    return single


@torch.no_grad()
def rounding_allowance(layers: Sequence[nn.Linear], single: nn.Linear, inputs: Tensor) -> Tensor:
    """Return how far rounding alone can take the stack and the one layer apart, for inputs [n]: float64 [outputs].

    A sum of k rounded terms is off by at most k·u / (1 − k·u) times the sum of their sizes, with u = 2^-24 in float32,
    in whatever order it is added up (Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapter 3). What a
    layer is off by goes through all layers after it; the one layer has its own error, and one rounding more since it
    was made from float64.
    """
    # A column for each rounded number so far: how far it can move each of the present ones.
    reach = torch.zeros(len(inputs), 0, dtype=torch.float64)
    values = inputs
    for layer in layers:
        own = _rounding(layer.in_features + 1) * _sizes(layer, values)
        reach = torch.cat([layer.weight.double() @ reach, own.diag()], dim=1)
        values = layer(values)
    return reach.abs().sum(1) + _rounding(single.in_features + 2) * _sizes(single, inputs)


def _rounding(terms: int) -> float:
    unit = torch.finfo(torch.float32).eps / 2
    return terms * unit / (1 - terms * unit)


def _sizes(layer: nn.Linear, values: Tensor) -> Tensor:
    return layer.weight.double().abs() @ values.double().abs() + layer.bias.double().abs()


@torch.no_grad()
def compare(network: nn.Sequential, single: nn.Linear, inputs: Tensor) -> Comparison:
    """Send inputs [n] through the stack and through the one layer."""
    return Comparison(network(inputs), single(inputs), rounding_allowance(linear_layers(network), single, inputs))


@torch.no_grad()
def layer_outputs(network: nn.Sequential, inputs: Tensor) -> list[Tensor]:
    """Return what each linear layer hands on, after the activation that follows it: [n] each."""
    outputs = []
    values = inputs
    for module in network:
        values = module(values)
        if isinstance(module, nn.Linear):
            outputs.append(values)
        else:
            outputs[-1] = values
    return outputs


@torch.no_grad()
def sweep(network: nn.Module, inputs: Tensor, x: Tensor) -> Sweep:
    """Let the first of the inputs [n] take the values x [points], while the others stay."""
    batch = inputs.repeat(len(x), 1)
    batch[:, 0] = x
    x, y = x.double(), network(batch).double()
    return Sweep(x, y, best_line(x, y))


def best_line(x: Tensor, y: Tensor) -> Tensor:
    """Return the straight line with the least squared distance to y, for x [points] and y [points, n]: [points, n]."""
    centred = x - x.mean()
    slope = centred @ (y - y.mean(0)) / centred.square().sum()
    return y.mean(0) + centred[:, None] * slope


def bent_depth(depth: int, activation: str, seed: int, inputs: Tensor, x: Tensor) -> int:
    """Return how many layers, fewer than `depth`, still bend the line of `sweep`: the most of them; 0 if none do."""
    fewer = range(depth - 1, 0, -1)
    return next((n for n in fewer if not sweep(stack(n, len(inputs), activation, seed), inputs, x).straight), 0)


def notice(comparison: Comparison, line: Sweep, depth: int, activation: str, bent: int = 0) -> str:
    """Return what to notice, made from the numbers of a stack with this activation between its layers.

    Args:
        bent: where the line is straight, how many layers would bend it, as `bent_depth` finds; 0 if unknown.
    """
    numbers = {
        "depth": depth,
        "bent": bent,
        "label": _(ACTIVATIONS[activation].label),
        "difference": f"{comparison.difference.max():.2g}",
        "allowance": f"{comparison.allowance.max():.2g}",
        "bend": f"{line.bend:.2g}",
        "share": f"{line.bend / line.height:.0%}" if line.height else "0%",
    }
    if depth == 1:
        sentence = _(
            "**A single layer** has nothing in between: along x₁ its output is a straight line, to within {bend}. "
            "Stack more of them."
        )
    elif comparison.equal and line.straight:
        sentence = _(
            "**One layer does what {depth} layers do.** Their outputs differ by {difference} at most; rounding to "
            "float32 allows {allowance}. Along x₁ the output is a straight line, to within {bend}."
        )
    elif line.straight:
        sentence = _(
            "**Hardly a bend left.** {label} makes the stack differ from the one layer by {difference}, but so little "
            "of x₁ gets through {depth} layers that the output is within {bend} of a straight line."
        )
        sentence += " " + (_("With {bent} layers it bends.") if bent else _("Try other weights."))
    else:
        sentence = _(
            "**No longer a straight line.** With {label} in between, the output leaves its best straight line by "
            "{bend}, {share} of its height, and the product of the {depth} layers is off by {difference}: no single "
            "linear layer can do this."
        )
    return sentence.format(**numbers)
