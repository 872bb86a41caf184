"""A small network that learns one curve while it is watched: the universal approximator at work."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.digits.rasterize import Stroke
from core.lessons.why_activations.stacking import STRAIGHT, best_line
from core.models import Net
from core.optimizers import OPTIMIZERS
from core.scheduler import compute_lock
from core.seeding import initialise
from core.text.i18n import N_, _

LIMIT = 3.0  # x runs from −LIMIT to LIMIT
POINTS = 128  # an even number, so that a step at 0 lies between two of them
KNOTS = 33  # the heights that are kept of a curve drawn by hand
MAX_WIDTH, MAX_DEPTH = 64, 6
MAX_STEPS = 3000
BENT = 0.2  # a change of slope below which nobody sees a corner
NEAR = 0.3  # the distance in x below which two corners look like one
CLOSE = 0.01  # an error below which nobody can tell the two curves apart
SLICE = 0.05  # seconds of computing before others have their turn
GROWTH = 1.15  # of the number of steps from one look to the next: a fit does most of its learning early
PARTS_AT = torch.linspace(-LIMIT, LIMIT, 41)  # where the part of each neuron is looked at

Curve = tuple[float, ...]
"""A curve drawn by hand: KNOTS heights from left to right, in hundredths from −1 to 1; empty where nothing is drawn."""


class FitError(ValueError):
    """A fit cannot be had with these settings; the message is a sentence that says what to do."""


class Ending(Enum):
    """Why a fit has ended; the value is the sentence to show."""

    CLOSE = N_("Close enough: it stopped after {steps:,} steps, {error:.3g} away from the target on average.")
    OUT_OF_STEPS = N_("It stopped after {steps:,} steps, {error:.3g} away from the target on average.")
    DIVERGED = N_(
        "At step {steps:,} the error was no longer a finite number: the weights had run away. "
        "Take a learning rate smaller than {rate:g}."
    )


@dataclass(frozen=True)
class Target:
    """A curve to learn.

    Attributes:
        function: x [N] -> y [N]; None where a person draws it.
        code: the same in PyTorch, as an expression of x.
    """

    label: str
    function: Callable[[Tensor], Tensor] | None
    code: str


@dataclass(frozen=True)
class FitConfig:
    """All settings of a fit; target, activation and optimizer are keys of their registries.

    Raises FitError for anything that cannot be fitted.
    """

    target: str = "sine"
    curve: Curve = ()
    activation: str = "tanh"
    width: int = 16
    depth: int = 2
    optimizer: str = "adam"
    learning_rate: float = 0.01
    seed: int = 0
    momentum: float = 0.9
    nesterov: bool = False
    beta2: float = 0.999
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        for name, registry in (("target", TARGETS), ("activation", ACTIVATIONS), ("optimizer", OPTIMIZERS)):
            if getattr(self, name) not in registry:
                raise FitError(_("Choose for {name} one of: {choices}.").format(name=name, choices=", ".join(registry)))
        if not (1 <= self.width <= MAX_WIDTH and 1 <= self.depth <= MAX_DEPTH):
            raise FitError(
                _("Take 1 to {depth} hidden layers of 1 to {width} neurons.").format(depth=MAX_DEPTH, width=MAX_WIDTH)
            )
        if not 0 < self.learning_rate <= 10:
            raise FitError(_("The learning rate must be above 0 and at most 10."))
        if TARGETS[self.target].function is None and not self.curve:
            raise FitError(_("Draw a curve in the box, from its left edge to its right one."))
        if self.curve and (len(self.curve) != KNOTS or not all(-1 <= height <= 1 for height in self.curve)):
            raise FitError(_("A drawn curve is {knots} heights from −1 to 1.").format(knots=KNOTS))


def samples(config: FitConfig) -> tuple[Tensor, Tensor]:
    """Return what is learnt from: x and y, float32 [POINTS, 1]."""
    x = torch.linspace(-LIMIT, LIMIT, POINTS)
    function = TARGETS[config.target].function
    y = function(x) if function else through_knots(torch.tensor(config.curve))
    return x.reshape(-1, 1), y.reshape(-1, 1)


def through_knots(heights: Tensor) -> Tensor:
    """Join evenly spaced heights [KNOTS] by straight lines: [POINTS]."""
    return F.interpolate(heights[None, None], POINTS, mode="linear", align_corners=True)[0, 0]


def distance(first: Tensor, second: Tensor) -> float:
    """Return how far apart two curves are on average: the root of their mean squared distance."""
    return F.mse_loss(first, second).sqrt().item()


class Fit:
    """A network on its way to a curve, which moves on when it is told to and ends by itself.

    Attributes:
        x, y: what it learns from, float32 [POINTS, 1].
        line: the straight line that comes nearest to y.
        outputs: what the network gives for x now, never changed in place, so that it may be read at any time.
        steps: how many training steps it has done.
        error: how far `outputs` is from y on average.
        ending: why it is over, or None.
    """

    def __init__(self, config: FitConfig) -> None:
        self.config = config
        self.x, self.y = samples(config)
        self.line = best_line(self.x[:, 0].double(), self.y.double()).float()
        self.network = Net([1, *[config.width] * config.depth, 1], ACTIVATIONS[config.activation].module)
        initialise(self.network, torch.Generator().manual_seed(config.seed))
        self.optimizer = OPTIMIZERS[config.optimizer].make(self.network.parameters(), config)
        self.steps = 0
        self.ending: Ending | None = None
        self._look()

    @property
    def last_layer(self) -> nn.Linear:
        """The layer that adds up the parts of the neurons."""
        return [module for module in self.network.modules() if isinstance(module, nn.Linear)][-1]

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def line_error(self) -> float:
        """How far the best straight line is from the target on average."""
        return distance(self.line, self.y)

    @property
    def bend(self) -> float:
        """The largest distance of the network's curve from its own best straight line."""
        outputs = self.outputs.double()
        return float((outputs - best_line(self.x[:, 0].double(), outputs)).abs().max())

    @property
    def corners(self) -> list[float] | None:
        """Where the curve has a corner that can be seen, ascending; None unless it is one layer of neurons with a kink.

        A neuron a(w x + b) with the weight v behind it changes the slope at −b / w by v |w| times the kink of a.
        """
        if self.config.depth > 1 or self.config.activation not in KINKS:
            return None
        hidden, last = (module for module in self.network.modules() if isinstance(module, nn.Linear))
        weights, biases = hidden.weight[:, 0].detach(), hidden.bias.detach()
        changes = last.weight[0].detach() * weights.abs() * KINKS[self.config.activation]
        corners: list[tuple[float, float]] = []  # place and change of slope
        for place, change in sorted(zip((-biases / weights).tolist(), changes.tolist(), strict=True)):
            if not abs(place) < LIMIT:
                continue
            if corners and place - corners[-1][0] < NEAR:
                corners[-1] = (corners[-1][0], corners[-1][1] + change)
            else:
                corners.append((place, change))
        return [place for place, change in corners if abs(change) > BENT]

    def advance_to(self, steps: int) -> None:
        """Train until so many steps are done, or the fit has ended; in turn with all other trainings of the process."""
        while self.ending is None and self.steps < steps:
            with compute_lock:
                deadline = time.thread_time() + SLICE
                while self.ending is None and self.steps < steps and time.thread_time() < deadline:
                    self._step()
        self._look()

    @torch.no_grad()
    def parts(self) -> Tensor:
        """Return what each neuron of the last hidden layer adds to the curve at PARTS_AT: [width, points].

        Together with the bias of the output they are the curve: y = v₁ a₁(x) + … + vₙ aₙ(x) + b.
        """
        return self.network.layers[:-1](PARTS_AT[:, None]).T * self.last_layer.weight[0, :, None]

    def _step(self) -> None:
        loss = F.mse_loss(self.network(self.x), self.y)
        if not loss.isfinite():
            self.ending = Ending.DIVERGED
        elif loss < CLOSE**2:
            self.ending = Ending.CLOSE
        elif self.steps == MAX_STEPS:
            self.ending = Ending.OUT_OF_STEPS
        else:
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.steps += 1

    @torch.no_grad()
    def _look(self) -> None:
        self.outputs = self.network(self.x)
        self.error = distance(self.outputs, self.y)


@dataclass(frozen=True, eq=False)
class FitTrace:
    """A whole fit as it was seen after 0, 1, 2, … steps, ever more of them between two looks.

    Attributes:
        fit: as it has ended.
        steps: [looks].
        outputs: the network's curve over fit.x, [looks, POINTS].
        parts: what each neuron of the last hidden layer adds to it at PARTS_AT, [looks, width, points]; those that come
            to add most first.
        biases: what is added to their sum, [looks].
        errors: how far the curve is from the target on average, [looks].
    """

    fit: Fit
    steps: Tensor
    outputs: Tensor
    parts: Tensor
    biases: Tensor
    errors: Tensor


@lru_cache(maxsize=32)
def trace(config: FitConfig) -> FitTrace:
    """Do a whole fit."""
    fit = Fit(config)
    looks = []
    while True:
        bias = fit.last_layer.bias.detach()[0].clone()
        looks.append((torch.tensor(fit.steps), fit.outputs[:, 0], fit.parts(), bias, torch.tensor(fit.error)))
        if fit.ending:
            break
        before = fit.steps
        further = max(before + 1, int(before * GROWTH))
        fit.advance_to(min(MAX_STEPS, further) if before < MAX_STEPS else further)
        if fit.steps == before:  # it has ended where it stood, which the look before shows already
            break
    steps, outputs, parts, biases, errors = (torch.stack(each) for each in zip(*looks, strict=True))
    order = (parts[-1].amax(1) - parts[-1].amin(1)).argsort(descending=True)
    return FitTrace(fit, steps, outputs, parts[:, order], biases, errors)


def notice(fit: Fit) -> str:
    """Return what to notice about a fit, made from its present numbers."""
    if fit.ending is Ending.DIVERGED:
        return _(fit.ending.value).format(steps=fit.steps, rate=fit.config.learning_rate)
    numbers = {"steps": fit.steps, "error": fit.error, "line": fit.line_error, "weights": fit.parameters}
    if not fit.steps:
        sentence = _(
            "Untrained, the {weights:,} weights and biases give a curve {error:.3g} away from the target on average; "
            "the best straight line is {line:.3g} away."
        )
    elif fit.ending:
        sentence = _(fit.ending.value) + " " + _("The best straight line is {line:.3g} away.")
    else:
        sentence = _(
            "After {steps:,} steps the network is {error:.3g} away from the target on average; the best straight "
            "line is {line:.3g} away."
        )
    if fit.bend <= STRAIGHT * max(1.0, float(fit.outputs.abs().max())):
        sentence += " " + _("**It is a straight line itself:** nowhere farther than {bend:.1g} from one.")
        numbers["bend"] = fit.bend
    if fit.corners is not None:
        sentence += " " + _("**Corners: {corners}**, and no more than one for each neuron: {width}.")
        numbers |= {"corners": len(fit.corners), "width": fit.config.width}
    return sentence.format(**numbers)


def script(config: FitConfig) -> str:
    """Return a PyTorch script that does the same fit, number for number."""
    target = TARGETS[config.target]
    knots = "" if target.function else f"knots = torch.tensor({list(config.curve)})\n"
    activation = ACTIVATIONS[config.activation].module.__name__
    widths = [1, *[config.width] * config.depth]
    layers = "".join(
        f"    nn.Linear({inputs}, {outputs}), nn.{activation}(),\n" for inputs, outputs in pairwise(widths)
    )
    return f"""\
import torch
import torch.nn.functional as F
from torch import nn

x = torch.linspace({-LIMIT:g}, {LIMIT:g}, {POINTS}).reshape(-1, 1)
{knots}y = {target.code}

torch.manual_seed({config.seed})
network = nn.Sequential(
{layers}    nn.Linear({config.width}, 1),
)
optimizer = {_optimizer_code(config)}

for step in range({MAX_STEPS}):
    loss = F.mse_loss(network(x), y)
    if loss < {CLOSE}**2:
        break
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(F.mse_loss(network(x), y).sqrt().item())
"""


def _optimizer_code(config: FitConfig) -> str:
    """Write the call that makes the optimizer, with the settings that are not PyTorch's own."""
    weights = [nn.Parameter(torch.zeros(1))]
    made = OPTIMIZERS[config.optimizer].make(weights, config)
    by_default = cast("Callable[[list[nn.Parameter]], torch.optim.Optimizer]", type(made))
    default = by_default(weights).defaults
    settings = [f"{name}={value!r}" for name, value in made.defaults.items() if value != default[name]]
    return f"torch.optim.{type(made).__name__}({', '.join(['network.parameters()', *settings])})"


# --- A curve drawn by hand --------------------------------------------------------------------------------------------


def curve_from_strokes(strokes: Sequence[Stroke], width: float, height: float) -> Curve:
    """Read the strokes on a canvas of this size as a curve: what was drawn last counts, gaps are bridged.

    The canvas's edges are −LIMIT and LIMIT from left to right, and 1 and −1 from top to bottom. Strokes too narrow to
    tell how the curve goes give an empty one.
    """
    at = np.linspace(0, width, KNOTS)
    heights = np.full(KNOTS, np.nan)
    for stroke in strokes:
        covered, y = _heights(stroke, at)
        heights[covered] = y
    known = ~np.isnan(heights)
    if known.sum() < 2:
        return ()
    filled = np.interp(at, at[known], heights[known])
    # Adding 0 turns −0.0 into 0.0, which is written and read as the same curve.
    return tuple((np.round(1 - 2 * filled / height, 2).clip(-1, 1) + 0.0).tolist())


def curve_to_stroke(curve: Curve, width: float, height: float) -> Stroke:
    """Return the stroke that draws a curve across a canvas of this size: curve_from_strokes undone."""
    return np.stack([np.linspace(0, width, KNOTS), (1 - np.array(curve)) / 2 * height], axis=1)


def parse_curve(text: str) -> Curve:
    """Read a curve as `format_curve` writes it. Raises FitError where the text is none."""
    words = text.split(".") if text else []
    if len(words) not in (0, KNOTS) or not all(word.removeprefix("-").isdecimal() and len(word) <= 4 for word in words):
        raise FitError(_("A drawn curve is {knots} heights from −1 to 1.").format(knots=KNOTS))
    curve = tuple(int(word) / 100 for word in words)
    if not all(-1 <= height <= 1 for height in curve):
        raise FitError(_("A drawn curve is {knots} heights from −1 to 1.").format(knots=KNOTS))
    return curve


def format_curve(curve: Curve) -> str:
    """Write a curve in few characters for the address: its hundredths with dots between."""
    return ".".join(str(round(100 * height)) for height in curve)


def _heights(stroke: Stroke, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the places `at` a stroke [n, 2] passes, and its y at each of these on its last way past."""
    (x0, y0), (x1, y1) = stroke[:-1].T, stroke[1:].T
    passes = (np.minimum(x0, x1)[:, None] <= at) & (at <= np.maximum(x0, x1)[:, None])
    covered = passes.any(axis=0)
    last = (len(passes) - 1 - passes[::-1].argmax(axis=0))[covered] if len(passes) else np.zeros(0, dtype=int)
    run = x1[last] - x0[last]
    share = np.divide(at[covered] - x0[last], run, out=np.ones(len(last)), where=run != 0)
    return covered, y0[last] + share * (y1[last] - y0[last])


# How much the slope of an activation with a kink changes there, at 0.
KINKS = {"relu": 1.0, "leaky_relu": 1 - nn.LeakyReLU().negative_slope}

TARGETS = {
    "sine": Target(N_("Sine"), lambda x: torch.sin(2 * x), "torch.sin(2 * x)"),
    "zigzag": Target(N_("Zigzag"), lambda x: 1 - (x.abs() - 1.5).abs() / 0.75, "1 - (x.abs() - 1.5).abs() / 0.75"),
    "step": Target(N_("Step"), torch.sign, "torch.sign(x)"),
    "bump": Target(N_("Bump"), lambda x: torch.exp(-(x**2) * 4), "torch.exp(-(x**2) * 4)"),
    "corner": Target(N_("Corner"), lambda x: x.abs() / 3, "x.abs() / 3"),
    "line": Target(N_("Line"), lambda x: x / 4, "x / 4"),
    "drawn": Target(
        N_("Draw it"),
        None,
        'F.interpolate(knots[None, None], len(x), mode="linear", align_corners=True).reshape(-1, 1)',
    ),
}
