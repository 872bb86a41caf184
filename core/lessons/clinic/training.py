"""A training of the clinic: what a program of `program.py` does, and what is seen of it."""

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.datasets.offline_digits import read_table
from core.lessons.clinic.program import Program
from core.seeding import give_generator

LEVELS = 16  # of a pixel in the file
FRESH = slice(1400, None)  # images that no program learns from or is tested on
SAMPLE = 200  # training images whose hidden values are counted
LOW, HIGH, PER_DECADE = -8, 3, 2  # powers of ten that the bins of a histogram reach over
BINS = 1 + (HIGH - LOW) * PER_DECADE  # the first is for zeros
PANELS = ("activations", "gradients_1", "gradients_2", "weights_1", "weights_2")


@dataclass(frozen=True, eq=False)
class Run:
    """What was seen of a training.

    Attributes:
        loss: of each step, float32 [steps].
        accuracies: on the training set and on the test set as the program measures them, and on FRESH images without
            dropout, after each epoch: float32 [epochs, 3].
        histograms: how large the numbers are after each epoch, as shares of them: float32 [epochs, len(PANELS), BINS];
            the gradients are those that the optimizer saw in the last step. Numbers that are not finite are left out.
    """

    loss: NDArray[np.float32]
    accuracies: NDArray[np.float32]
    histograms: NDArray[np.float32]

    @property
    def epochs(self) -> int:
        return len(self.accuracies)

    @property
    def final_loss(self) -> float:
        """The mean loss of the last epoch."""
        return float(self.loss[-(len(self.loss) // self.epochs) :].mean())

    @property
    def first_loss(self) -> float:
        return float(self.loss[0])

    @property
    def train(self) -> float:
        return float(self.accuracies[-1, 0])

    @property
    def test(self) -> float:
        return float(self.accuracies[-1, 1])

    @property
    def fresh(self) -> float:
        return float(self.accuracies[-1, 2])


@cache
def _images() -> tuple[Tensor, Tensor]:
    coarse, labels = read_table()
    return coarse.flatten(1) * LEVELS, labels


def dataset(program: Program, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return images [1797, 64] and labels [1797] as the program scales and shuffles them."""
    x, y = _images()
    match program.value("scale"):
        case "standard":
            x = (x - x.mean()) / x.std()
        case "larger":
            x = x * LEVELS
    order = torch.randperm(len(x), generator=generator)
    match program.value("order"):
        case "together":
            x, y = x[order], y[order]
        case "apart":
            x, y = x[order], y[torch.randperm(len(y), generator=generator)]
        case "images":
            x = x[order]
    return x, y


def network(program: Program, generator: torch.Generator) -> nn.Sequential:
    """Return the program's network with its initial weights."""
    hidden = program.value("hidden")
    made = [program.value(place) for place in ("activation", "dropout", "last")]
    activation, dropout, last = [[make()] if make else [] for make in made]
    net = nn.Sequential(nn.Linear(64, hidden), *activation, *dropout, nn.Linear(hidden, 10), *last)
    give_generator(net, generator)
    with torch.no_grad():
        match program.value("init"):
            case "zeros" | "equal" as kind:
                for parameter in net.parameters():
                    parameter.fill_(0.1 if kind == "equal" else 0)
            case "low_bias" | "zero_bias" as kind:
                nn.init.constant_(net[0].get_parameter("bias"), -10 if kind == "low_bias" else 0)
    return net


def train(program: Program, seed: int) -> Generator[float, None, Run]:
    """Train as the program does; yield the share that is done after each epoch, return what was seen."""
    generator = torch.Generator().manual_seed(seed)
    x, y = dataset(program, generator)
    some, tested = program.value("train"), program.value("test")
    tested = some if tested is None else tested
    x_train, y_train = x[some], y[some]
    net = network(program, generator)
    measure_loss = program.value("loss")()
    optimizer = torch.optim.SGD(net.parameters(), program.value("rate"), weight_decay=program.value("optimizer"))
    losses, accuracies, histograms = [], [], []
    epochs = program.value("epochs")
    for epoch in range(epochs):
        for batch in torch.randperm(len(x_train), generator=generator).split(program.value("batch")):
            loss = measure_loss(net(x_train[batch]), y_train[batch])
            if program.value("before"):
                optimizer.zero_grad()
            loss.backward()
            if program.value("between"):
                optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
        mode = program.value("mode")
        seen = [accuracy(net, x[part], y[part], mode) for part in (some, tested)]
        accuracies.append([*seen, accuracy(net, x[FRESH], y[FRESH], False)])
        histograms.append(look_inside(net, x_train[:SAMPLE]))
        yield (epoch + 1) / epochs
    return Run(*(np.array(seen, np.float32) for seen in (losses, accuracies, histograms)))


@torch.no_grad()
def accuracy(net: nn.Module, x: Tensor, y: Tensor, mode: bool) -> float:
    """Return the share of images [N, 64] whose largest score is that of their label; `mode` True is train mode."""
    net.train(mode)
    right = net(x).argmax(1) == y
    net.train()
    return right.float().mean().item()


@torch.no_grad()
def look_inside(net: nn.Sequential, x: Tensor) -> list[list[float]]:
    """Return the histograms of PANELS, as Run has them for one moment."""
    first, second = (layer for layer in net if isinstance(layer, nn.Linear))
    hidden = net[1](first(x))
    none = torch.zeros(1)
    gradients = [none if layer.weight.grad is None else layer.weight.grad for layer in (first, second)]
    return [sizes(numbers).tolist() for numbers in (hidden, *gradients, first.weight, second.weight)]


def sizes(numbers: Tensor) -> Tensor:
    """Return how many of the finite numbers are of which size, as shares [BINS]: zeros, then half powers of ten."""
    flat = numbers.flatten()
    flat = flat[flat.isfinite()].abs()
    places = ((flat.log10() - LOW) * PER_DECADE).floor().clamp(0, BINS - 2) + 1
    places = places.masked_fill(flat == 0, 0).long()
    return torch.bincount(places, minlength=BINS) / max(1, len(flat))


class RunCache:
    """The last few trainings, by program and seed: many people look at the same ones."""

    def __init__(self, size: int) -> None:
        self._size, self._runs, self._guard = size, OrderedDict[tuple[Program, int], Run](), Lock()

    def train(self, program: Program, seed: int) -> Generator[float, None, Run]:
        """Return the run of `train`, at once where it is known."""
        with self._guard:
            run = self._runs.get((program, seed))
        if run is None:
            run = yield from train(program, seed)
        with self._guard:
            self._runs[program, seed] = run
            self._runs.move_to_end((program, seed))
            if len(self._runs) > self._size:
                self._runs.popitem(last=False)
        return run


trained = RunCache(128)
