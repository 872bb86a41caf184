"""Optimizers racing from the same point over the same surface, each of torch.optim's own, with its state on record."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import Parameter

from core.lessons.optimizers.surfaces import SURFACES, Point, Surface
from core.losses import gradient_of
from core.optimizers import OPTIMIZERS
from core.text.given import told
from core.text.i18n import _

MAX_STEPS = 400
LEARNING_RATES = (1e-5, 10.0)  # what may be chosen, from least to most
MAX_MOMENTUM = 0.99
MAX_WEIGHT_DECAY = 1.0


class RaceError(ValueError):
    """A race cannot be run like this; the message is a sentence that says what is allowed."""


@dataclass(frozen=True)
class OptimizerVariant:
    """One competitor of the menu; those of one family share a colour, and the younger one is drawn hollow.

    Attributes:
        letter: its mark in the pictures.
        optimizer: its key in OPTIMIZERS.
        learning_rate: one that suits every surface, or None where the surface's own has to be taken.
        momentum, nesterov, weight_decay: whether it takes part in them.
        own_rule: LaTeX of its step, where that of its optimizer says more than it does, or something else.
    """

    label: str
    letter: str
    color: str
    optimizer: str
    learning_rate: float | None = None
    hollow: bool = False
    momentum: bool = False
    nesterov: bool = False
    weight_decay: bool = False
    own_rule: str = ""

    @property
    def update(self) -> str:
        """LaTeX of one of its steps, as in OPTIMIZERS."""
        return self.own_rule or OPTIMIZERS[self.optimizer].update

    def default_learning_rate(self, surface: Surface) -> float:
        """Return a learning rate with which it gets along on this surface."""
        return self.learning_rate or surface.learning_rate


@dataclass(frozen=True)
class Setup:
    """Where all racers run: a key of SURFACES, a start within its view, a number of steps, and the noise's seed.

    Raises:
        RaceError: a name is unknown or a number is out of range.
    """

    surface: str
    start: Point
    steps: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        _require_key(_("surface"), self.surface, SURFACES)
        for name, number, ends in zip("xy", self.start, SURFACES[self.surface].view, strict=True):
            _require(_("start {name}").format(name=name), number, *ends)
        _require(_("steps"), self.steps, 1, MAX_STEPS)


@dataclass(frozen=True)
class Entry:
    """One racer with its settings; those that it knows nothing of are ignored.

    Raises:
        RaceError: the racer is unknown or a number is out of range.
    """

    variant: str
    learning_rate: float
    momentum: float = 0.9
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        _require_key(_("racer"), self.variant, VARIANTS)
        _require(_("learning rate"), self.learning_rate, *LEARNING_RATES)
        _require(_("momentum"), self.momentum, 0.0, MAX_MOMENTUM)
        _require(_("weight decay"), self.weight_decay, 0.0, MAX_WEIGHT_DECAY)

    def optimizer(self, point: Parameter) -> torch.optim.Optimizer:
        """Return the optimizer that will move the point."""
        variant = VARIANTS[self.variant]
        hyperparameters = _Hyperparameters(
            learning_rate=self.learning_rate,
            momentum=self.momentum if variant.momentum else 0.0,
            nesterov=variant.nesterov,
            weight_decay=self.weight_decay if variant.weight_decay else 0.0,
        )
        return OPTIMIZERS[variant.optimizer].make([point], hyperparameters)


@dataclass(frozen=True)
class _Hyperparameters:
    """What core.optimizers asks for."""

    learning_rate: float
    momentum: float
    nesterov: bool
    weight_decay: float
    beta2: float = 0.999


@dataclass(frozen=True)
class Path:
    """What one racer did. Row k of the first three is after k steps; row k - 1 of the others belongs to step k.

    Attributes:
        positions: shape [steps + 1, 2].
        values: the surface's height there, without noise, in shape [steps + 1].
        distances: to the nearest minimum, in shape [steps + 1].
        gradients: as the optimizer was given them, noise included, in shape [steps, 2].
        velocities: the running average or sum of gradients that it keeps, in shape [steps, 2]; None if it keeps none.
        squares: the running average or sum of squared gradients, likewise.
        effective: see `effective_step`, in shape [steps, 2].
        left: the step that led off the map and ended the race, else None.
    """

    positions: Tensor
    values: Tensor
    distances: Tensor
    gradients: Tensor
    velocities: Tensor | None
    squares: Tensor | None
    effective: Tensor
    left: int | None

    @property
    def steps(self) -> int:
        """How many steps it made."""
        return len(self.gradients)


def race(setup: Setup, entries: Iterable[Entry]) -> dict[str, Path]:
    """Return the path of each racer by its key. The same course and entries always give the same paths."""
    return {entry.variant: run(setup, entry) for entry in entries}


@lru_cache(maxsize=256)
def run(setup: Setup, entry: Entry) -> Path:
    """Let one racer run."""
    surface = SURFACES[setup.surface]
    noise = torch.Generator().manual_seed(setup.seed)  # the same for all racers
    point = Parameter(torch.tensor(setup.start))
    optimizer = entry.optimizer(point)
    positions, gradients, velocities, squares = [point.detach().clone()], [], [], []
    left = None
    for step in range(1, setup.steps + 1):
        optimizer.zero_grad()
        surface.function(point).backward()
        if surface.noise:
            gradient_of(point).add_(surface.noise * torch.randn(2, generator=noise))
        optimizer.step()

        state = optimizer.state[point]
        positions.append(point.detach().clone())
        gradients.append(gradient_of(point).clone())
        velocities.append(_kept(state, "momentum_buffer", "exp_avg"))
        squares.append(_kept(state, "sum", "square_avg", "exp_avg_sq"))
        if not surface.on_map(point.tolist()):
            left = step
            break
    places, gradients, squares = torch.stack(positions), torch.stack(gradients), _stacked(squares)
    return Path(
        positions=places,
        values=surface.function(places),
        distances=surface.distance(places),
        gradients=gradients,
        velocities=_stacked(velocities),
        squares=squares,
        effective=effective_steps(optimizer, torch.zeros_like(gradients) if squares is None else squares),
        left=left,
    )


def effective_steps(optimizer: torch.optim.Optimizer, squares: Tensor) -> Tensor:
    """Return by what each step multiplied the gradient (or the velocity) of each weight, in shape [steps, 2].

    That is the learning rate for SGD, and learning rate / (root of the squared-gradient average + epsilon) for the
    others; Adam first divides the average by 1 - beta2^step, since it began at zero (https://arxiv.org/abs/1412.6980).

    Args:
        squares: the optimizer's squared-gradient average after each step, in shape [steps, 2]; SGD ignores it.
    """
    options = optimizer.defaults
    if "eps" not in options:
        return torch.full_like(squares, options["lr"])
    if "betas" in options:
        squares = squares / (1 - options["betas"][1] ** torch.arange(1, len(squares) + 1).unsqueeze(-1))
    return options["lr"] / (squares.sqrt() + options["eps"])


def snippet(setup: Setup, entry: Entry) -> str:
    """Return runnable PyTorch that makes the same run, on or off the map, and prints where it ends."""
    surface = SURFACES[setup.surface]
    optimizer = entry.optimizer(Parameter(torch.zeros(2)))
    default = inspect.signature(type(optimizer)).parameters
    options = "".join(
        f", {name}={value!r}"
        for name, value in optimizer.defaults.items()
        if name in default and name not in ("lr", "fused") and value != default[name].default
    )
    seed = noise = ""
    if surface.noise:
        seed = f"generator = torch.Generator().manual_seed({setup.seed})\n"
        noise = f"    point.grad += {surface.noise} * torch.randn(2, generator=generator)  # as a mini-batch would\n"
    return f"""\
import torch
from torch import Tensor


{inspect.getsource(surface.function)}

point = torch.tensor({list(setup.start)}, requires_grad=True)
optimizer = torch.optim.{type(optimizer).__name__}([point], lr={entry.learning_rate!r}{options})
{seed}for step in range({setup.steps}):
    optimizer.zero_grad()
    loss = {surface.function.__name__}(point)
    loss.backward()
{noise}    optimizer.step()
print(point.detach(), loss.item())
"""


def _kept(state: dict, *names: str) -> Tensor | None:
    """Return a copy of what an optimizer keeps under the first of these names that it knows, or None."""
    return next((state[name].clone() for name in names if state.get(name) is not None), None)


def _stacked(kept: list[Tensor | None]) -> Tensor | None:
    found = [tensor for tensor in kept if tensor is not None]
    return torch.stack(found) if found else None


def _require_key(name: str, value: str, menu: dict) -> None:
    if value not in menu:
        raise RaceError(
            _("{name} is “{value}”: choose one of {allowed}.").format(
                name=name, value=told(value), allowed=", ".join(menu)
            )
        )


def _require(name: str, value: float, minimum: float, maximum: float) -> None:
    if not minimum <= value <= maximum:
        raise RaceError(
            _("{name} is {value}: it must be a number from {least:g} to {most:g}.").format(
                name=name, value=told(value), least=minimum, most=maximum
            )
        )


# An adaptive optimizer's step hardly depends on how steep a surface is, so that one learning rate suits them all.
VARIANTS = {
    "sgd": OptimizerVariant("SGD", "S", "blue", "sgd", own_rule=r"w \leftarrow w - \eta\, g"),
    "momentum": OptimizerVariant("SGD + momentum", "M", "orange", "sgd", momentum=True),
    "nesterov": OptimizerVariant(
        "SGD + Nesterov",
        "N",
        "orange",
        "sgd",
        hollow=True,
        momentum=True,
        nesterov=True,
        own_rule=r"\begin{gathered} v \leftarrow \mu v + g \\ w \leftarrow w - \eta\, (g + \mu v) \end{gathered}",
    ),
    "adagrad": OptimizerVariant("Adagrad", "G", "green", "adagrad", 0.5),
    "rmsprop": OptimizerVariant("RMSProp", "R", "green", "rmsprop", 0.05, hollow=True),
    "adam": OptimizerVariant("Adam", "A", "violet", "adam", 0.1),
    "adamw": OptimizerVariant("AdamW", "W", "violet", "adamw", 0.1, hollow=True, weight_decay=True),
}
