"""The same deep network from different initial weights: its values and gradients in each layer while it learns."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from core.activations import ACTIVATIONS
from core.lessons.generalize.kept import Kept, Work, portion
from core.lessons.generalize.sets import make_sets
from core.lessons.generalize.training import measure
from core.losses import gradient_of
from core.models import Net
from core.seeding import initialise
from core.text.i18n import N_

HIDDEN, WIDTH = 5, 64
IMAGES, BATCH = 1000, 50
LEARNING_RATE = 0.1
LOOKS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 32, 38, 46, 55, 66, 80, 95, 115, 140, 165, 200, 250, 300)
BARS = 24
PROBE = 100  # images whose values the histograms show
ACTIVE = ("tanh", "relu")  # keys of ACTIVATIONS to choose from
SMALLEST, LARGEST = -10, 2  # powers of 10: the gradients that the histograms tell apart


@dataclass(frozen=True)
class Start:
    """A way to draw the initial weights: `draw` overwrites those of all linear layers of a network."""

    label: str
    note: str
    draw: Callable[[nn.Module, Generator], None]


@dataclass(frozen=True)
class Case:
    """`activation` is a key of ACTIVATIONS, `start` one of STARTS."""

    activation: str = "tanh"
    start: str = "small"
    seed: int = 0

    @property
    def race(self) -> tuple[str, int]:
        """What it shares with the cases of all other starts: activation and seed."""
        return self.activation, self.seed


@dataclass(frozen=True, eq=False)
class Trace:
    """A training, seen after LOOKS steps, or after as many of them as its numbers were finite.

    Attributes:
        loss: on all training images, [looks].
        outputs: histograms of the values of each hidden layer, from -reach to reach, as fractions,
            [looks, HIDDEN, BARS].
        gradients: histograms of log10 of the size of the gradients of its weights, from SMALLEST to LARGEST, the same.
        spread: the standard deviation of the values of each hidden layer, [looks, HIDDEN].
        size: the root of the mean squared gradient of its weights, [looks, HIDDEN].
        validation_accuracy: at the end.
    """

    case: Case
    loss: Tensor
    outputs: Tensor
    gradients: Tensor
    spread: Tensor
    size: Tensor
    reach: float
    validation_accuracy: float

    @property
    def diverged(self) -> bool:
        """Whether the loss or a gradient was no longer finite."""
        return len(self.loss) < len(LOOKS)


def learn(case: Case) -> Work[Trace]:
    """Train for LOOKS[-1] steps."""
    sets = make_sets(IMAGES, 0.0, case.seed)
    x, labels = sets.training.inputs, sets.training.targets
    generator = torch.Generator().manual_seed(case.seed)
    network = Net([x[0].numel(), *[WIDTH] * HIDDEN, 10], ACTIVATIONS[case.activation].module)
    STARTS[case.start].draw(network, generator)
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    looks: list[Look] = []
    places: list[Tensor] = []
    for step in range(LOOKS[-1] + 1):
        if step in LOOKS:
            yield step / LOOKS[-1]
            seen = look(network, x, labels)
            if not (seen.loss.isfinite() and seen.size.isfinite().all()):
                break
            looks.append(seen)
        places = places or list(torch.randperm(len(x), generator=generator).split(BATCH))
        batch = places.pop()
        loss = F.cross_entropy(network(x[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    outputs = torch.stack([each.outputs for each in looks])
    reach = REACHES.get(case.activation) or outputs.abs().flatten(1).quantile(0.999, 1).median().item()
    return Trace(
        case,
        torch.stack([each.loss for each in looks]),
        fractions(outputs, -reach, reach),
        torch.stack([each.gradients for each in looks]),
        outputs.std(2),
        torch.stack([each.size for each in looks]),
        reach,
        measure(network, sets.validation)[1],
    )


@dataclass(frozen=True, eq=False)
class Look:
    """loss []; outputs [HIDDEN, values]; the histograms of the gradients [HIDDEN, BARS] and their size [HIDDEN]."""

    loss: Tensor
    outputs: Tensor
    gradients: Tensor
    size: Tensor


def look(network: Net, x: Tensor, labels: Tensor) -> Look:
    """Return what goes on in the hidden layers now, by one forward and one backward pass over all images."""
    network.zero_grad()
    outputs, values = [], x
    for layer in network.layers:
        values = layer(values)
        if not isinstance(layer, nn.Linear | nn.Flatten):
            outputs.append(values.detach()[:PROBE].flatten())
    loss = F.cross_entropy(values, labels)
    loss.backward()
    weights = [layer.weight for layer in network.layers if isinstance(layer, nn.Linear)][:HIDDEN]
    sizes = [gradient_of(weight).double().abs().flatten() for weight in weights]
    bars = [fractions(size.log10(), SMALLEST, LARGEST) for size in sizes]
    size = torch.stack([size.square().mean().sqrt() for size in sizes])
    return Look(loss.detach(), torch.stack(outputs), torch.stack(bars), size)


def fractions(values: Tensor, low: float, high: float) -> Tensor:
    """Return which fraction of the values is in each of BARS equal ranges.

    What is beyond them counts at the ends, and NaN at the lower one.

    Shape: [..., values] -> [..., BARS].
    """
    bins = ((values - low) / (high - low) * BARS).nan_to_num(0).clamp(0, BARS - 1).long()
    return F.one_hot(bins, BARS).float().mean(-2)


def scaled(factor: float) -> Callable[[nn.Module, Generator], None]:
    """Return what draws normal weights with `factor` times He's standard deviation, and biases of 0."""

    def draw(network: nn.Module, generator: Generator) -> None:
        for layer in network.modules():
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
                nn.init.zeros_(layer.bias)
                layer.weight.data *= factor

    return draw


def race(shared: tuple[str, int]) -> Work[dict[str, Trace]]:
    """Train from each of STARTS, with the same activation and seed."""
    activation, seed = shared
    traces = {}
    for place, start in enumerate(STARTS):
        traces[start] = yield from portion(learn(Case(activation, start, seed)), place, len(STARTS))
    return traces


STARTS = {
    "small": Start(N_("Too small"), N_("Normal with a tenth of He’s standard deviation."), scaled(0.1)),
    "he": Start(N_("He"), N_("Normal with the standard deviation √(2 / inputs)."), scaled(1.0)),
    "pytorch": Start(N_("PyTorch’s default"), N_("Uniform in ±1/√inputs: what nn.Linear does by itself."), initialise),
    "large": Start(N_("Too large"), N_("Normal with five times He’s standard deviation."), scaled(5.0)),
}
REACHES = {"tanh": 1.0}  # of an activation's values, where they have bounds

RACES = Kept(race, 16)
