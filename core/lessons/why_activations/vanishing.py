"""How large the gradient is in each layer of a deep network, from a real backward pass."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from core.activations import ACTIVATIONS
from core.datasets import load
from core.losses import gradient_of
from core.models import Net
from core.seeding import initialise
from core.text.i18n import N_, _

MAX_LAYERS = 20
WIDTH = 32  # neurons in each hidden layer
BATCH = 64  # pictures


@dataclass(frozen=True)
class Initialisation:
    """A way to draw the first weights of a network.

    Attributes:
        draw: (network, generator) -> None; overwrites all weights and biases of its linear layers.
        source: where it comes from.
    """

    label: str
    draw: Callable[[nn.Module, Generator], None]
    note: str
    source: str


@lru_cache(maxsize=4096)
def gradient_sizes(activation: str, depth: int, initialisation: str, seed: int) -> tuple[float, ...]:
    """Return the size of a typical weight's gradient in each linear layer, from the first to the last.

    A network of `depth` linear layers (784 -> 32 -> ... -> 32 -> 10, with the activation between each two) sees one
    batch of real digits, and the cross-entropy of its answers goes backward once. The size is the root of the mean
    squared gradient over all weights of the layer, so that layers of different shapes can be compared.

    Raises ValueError if there are no layers, or more than MAX_LAYERS.
    """
    if not 1 <= depth <= MAX_LAYERS:
        raise ValueError(_("Choose 1 to {most} layers, not {depth}.").format(most=MAX_LAYERS, depth=depth))
    pictures, digits = _batch()
    network = Net([pictures[0].numel(), *[WIDTH] * (depth - 1), 10], ACTIVATIONS[activation].module)
    INITIALISATIONS[initialisation].draw(network, torch.Generator().manual_seed(seed))

    loss = F.cross_entropy(network(pictures), digits)
    loss.backward()

    # Squared in float64: the square of a gradient below 1e-23 is 0 in float32.
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    return tuple(gradient_of(layer.weight).double().square().mean().sqrt().item() for layer in layers)


def layout(depth: int) -> str:
    """Write how wide the network of `gradient_sizes` is from layer to layer, as "784 → 32 → … → 10"."""
    hidden = {1: [], 2: [WIDTH], 3: [WIDTH, WIDTH]}.get(depth, [WIDTH, "…"])
    return " → ".join(map(str, [784, *hidden, 10]))


def shrinkage(sizes: Sequence[float]) -> float:
    """Return how many times smaller the first layer's gradient is than the last one's.

    Below 1 where it is larger; infinite where nothing reaches the first layer.
    """
    return sizes[-1] / sizes[0] if sizes[0] else math.inf


def notice(sizes: Mapping[str, Sequence[float]]) -> str:
    """Return what to notice about the gradients of at least one activation, each of the same depth.

    It is about the activation whose gradient shrinks most on its way back, and the one whose gradient shrinks least.
    """
    shrunk = {activation: shrinkage(each) for activation, each in sizes.items()}
    worst, best = max(shrunk, key=shrunk.__getitem__), min(shrunk, key=shrunk.__getitem__)
    depth = len(sizes[worst])
    if depth == 1:
        return _(
            "**Only one layer:** no activation stands between it and the loss, and the typical gradient is {size}. "
            "Add layers."
        ).format(size=f"{sizes[worst][0]:.2g}")
    return " ".join(_change(activation, shrunk[activation], depth) for activation in dict.fromkeys((worst, best)))


def times(factor: float) -> str:
    """Write a factor of at least 1 for people: "3.2", "350", "2.1 × 10¹²"."""
    if factor < 100:
        return f"{factor:.2g}"
    if factor < 10_000:
        return f"{float(f'{factor:.2g}'):.0f}"
    digits, exponent = f"{factor:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _change(activation: str, shrunk: float, depth: int) -> str:
    if math.isinf(shrunk):
        sentence = _("**{label}:** the gradient in layer 1 is exactly 0, nothing gets back from layer {depth}.")
        factor = ""
    elif times(max(shrunk, 1 / shrunk)) == "1":
        sentence = _("**{label}:** the gradient in layer 1 is as large as in layer {depth}, to within {percent:.0%}.")
        factor = ""
    elif shrunk > 1:
        sentence = _("**{label}:** the gradient in layer 1 is {times} times smaller than in layer {depth}.")
        factor = times(shrunk)
    else:
        sentence = _("**{label}:** the gradient in layer 1 is {times} times larger than in layer {depth}.")
        factor = times(1 / shrunk)
    return sentence.format(
        label=_(ACTIVATIONS[activation].label), times=factor, depth=depth, percent=abs(1 / shrunk - 1)
    )


@lru_cache(maxsize=1)
def _batch() -> tuple[Tensor, Tensor]:
    data = load("digits")
    return data.prepare(data.train.inputs[:BATCH]), data.train.targets[:BATCH]


def _with_zero_biases(draw: Callable[..., Tensor], **options: object) -> Callable[[nn.Module, Generator], None]:
    def draw_all(network: nn.Module, generator: Generator) -> None:
        for module in network.modules():
            if isinstance(module, nn.Linear):
                draw(module.weight, generator=generator, **options)
                nn.init.zeros_(module.bias)

    return draw_all


INITIALISATIONS = {
    "pytorch": Initialisation(
        label=N_("PyTorch"),
        draw=initialise,
        note=N_("Uniform in ±1/√inputs: what nn.Linear does by itself."),
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html",
    ),
    "xavier": Initialisation(
        label=N_("Xavier"),
        draw=_with_zero_biases(nn.init.xavier_uniform_),
        note=N_("Uniform in ±√(6 / (inputs + outputs)): made for Tanh."),
        source="Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    "he": Initialisation(
        label=N_("He"),
        draw=_with_zero_biases(nn.init.kaiming_uniform_, nonlinearity="relu"),
        note=N_("Uniform in ±√(6 / inputs): made for ReLU, which silences half of its neurons."),
        source="He, Zhang, Ren and Sun 2015, arXiv:1502.01852",
    ),
}
