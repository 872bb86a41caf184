"""Sets of points in the plane for a network to learn: drawn by a rule, by a formula, or made by a person.

The classic ones have the measures of TensorFlow Playground's dataset.ts (https://github.com/tensorflow/playground), but
the noise here moves the points once they have their targets, so that the classes stay equally large.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Generator, Tensor

from core.datasets.formula import FormulaError, parse
from core.datasets.points_table import PointsError
from core.datasets.types import Data, Problem, Split
from core.datasets.user_points import LARGEST, PLANE, parse_points, read_number
from core.text.i18n import N_, _
from core.text.numbers import plain

MAX_SAMPLES = 5000
MAX_NOISE = 0.5
MAX_CLASSES = 6
ALWAYS_LEARNT = 3  # of a person’s own points, in each class
REACH = 2.0  # times the noise is how far a point strays: the standard deviation of its x1 and of its x2

Drawn = tuple[Tensor, Tensor]
"""Points float32 [N, 2] and targets: int64 [N] of more than two classes, else float32 [N, 1], 1 or 0 for two."""


@dataclass(frozen=True)
class PointSet:
    """A set of points in the menu.

    Attributes:
        note: what is to be learnt from it.
        problem: (text) -> what is asked of a network. Raises FormulaError or PointsError where the text is no good.
        draw: (generator, samples, noise, text) -> points and targets. Raises likewise.
        takes: which of samples, noise and text it makes use of.
        default_text: the text to begin with, where it takes one.
    """

    label: str
    note: str
    problem: Callable[[str], Problem]
    draw: Callable[[Generator, int, float, str], Drawn]
    takes: tuple[str, ...] = ("samples", "noise")
    default_text: str = ""

    @property
    def single(self) -> bool:
        """Whether a person made each of its points."""
        return self.takes == ("text",)


def draw_points(name: str, text: str, samples: int, noise: float, test_share: float, seed: int) -> Data:
    """Draw a set of points and part it into training and test points.

    Those that are drawn are parted by chance, at least one on each side. Those that a person made are parted by
    `set_aside`, so that each stays on its side whatever comes after it; of a few of them none may be for testing. The
    same arguments give the same data.

    Args:
        name: a key of POINTS.
        text: the formula or the points, for a set that takes a text.
        samples: how many points to draw, 2 to MAX_SAMPLES.
        noise: how far points stray from where they got their targets, 0 to MAX_NOISE.
        test_share: how much of them is for testing, 0 to 1.

    Raises:
        FormulaError, PointsError: the text is no good.
        ValueError: another argument is not allowed.
    """
    if name not in POINTS:
        raise ValueError(_("There are no points “{name}”: choose {names}.").format(name=name, names=", ".join(POINTS)))
    if not (2 <= samples <= MAX_SAMPLES and 0 <= noise <= MAX_NOISE and 0 <= test_share <= 1):
        raise ValueError(
            _("Take 2 to {samples:,} points, a noise of 0 to {noise:g} and a share of 0 to 1 for testing.").format(
                samples=MAX_SAMPLES, noise=MAX_NOISE
            )
        )
    generator = Generator().manual_seed(seed)
    points, targets = POINTS[name].draw(generator, samples, noise, text)
    problem = POINTS[name].problem(text)
    if POINTS[name].single:
        groups = parse_points(text).labels if problem.classes else ("",) * len(points)
        for_testing = torch.tensor(set_aside(groups, test_share))
        chosen, others = for_testing.nonzero()[:, 0], (~for_testing).nonzero()[:, 0]
    else:
        order = torch.randperm(len(points), generator=generator)
        chosen, others = order.tensor_split([min(max(round(test_share * len(points)), 1), len(points) - 1)])
    test, train = (Split(points[part], targets[part]) for part in (chosen, others))
    return Data(name, train, test, problem.classes, mean=0.0, std=1.0, task=problem.task)


def set_aside(groups: Sequence[str], share: float) -> list[bool]:
    """Return which of a person's points are for testing, by their places within their classes alone.

    The first ALWAYS_LEARNT of each class are to be learnt from; of those after them a share is for testing, evenly
    spread. So each class can be learnt, and a point stays on its side when others come after it.
    """
    seen: Counter[str] = Counter()
    chosen = []
    for group in groups:
        place = seen[group] - ALWAYS_LEARNT
        chosen.append(place >= 0 and math.floor((place + 1) * share) > math.floor(place * share))
        seen[group] += 1
    return chosen


# --- Sets drawn by a rule ---------------------------------------------------------------------------------------------

Rule = Callable[[Generator, int], Drawn]
"""(generator, samples) -> points and targets before any noise."""


def _circle(generator: Generator, samples: int) -> Drawn:
    inside = torch.arange(samples) % 2
    share = torch.rand(samples, generator=generator)
    return _on_circles(generator, torch.where(inside == 1, 2.5 * share, 3.5 + 1.5 * share)), _column(inside)


def _xor(generator: Generator, samples: int) -> Drawn:
    alike = torch.arange(samples) % 2
    sign1 = 2 * torch.randint(2, (samples,), generator=generator) - 1
    sign2 = sign1 * (2 * alike - 1)
    return _uniform(generator, samples, 0.3, 5.3) * torch.stack([sign1, sign2], dim=1), _column(alike)


def _gaussians(generator: Generator, samples: int) -> Drawn:
    upper = torch.arange(samples) % 2
    centres = (4.0 * upper - 2).unsqueeze(1)
    return centres + math.sqrt(0.5) * torch.randn(samples, 2, generator=generator), _column(upper)


def _spiral(generator: Generator, samples: int) -> Drawn:
    arm = torch.arange(samples) % 2
    along = (torch.arange(samples) // 2 + 0.5) / math.ceil(samples / 2)  # never 0, where the arms would meet
    angle = 1.75 * 2 * math.pi * along + math.pi * arm
    return 5 * along.unsqueeze(1) * torch.stack([angle.sin(), angle.cos()], dim=1), _column(arm)


def _moons(generator: Generator, samples: int) -> Drawn:
    """As sklearn.datasets.make_moons, but centred and 10/3 as large."""
    upper, lower = (torch.linspace(0, math.pi, count) for count in (samples - samples // 2, samples // 2))
    x1 = torch.cat([upper.cos(), 1 - lower.cos()]) - 0.5
    x2 = torch.cat([upper.sin(), 0.5 - lower.sin()]) - 0.25
    return torch.stack([x1, x2], dim=1) * 10 / 3, _column(torch.arange(samples) >= len(upper))


def _rings(classes: int, generator: Generator, samples: int) -> Drawn:
    """Class 0 is a disc in the middle; on the way outwards 7 parts of 10 are ring, 3 are gap."""
    ring = torch.arange(samples) % classes
    return _on_circles(generator, (ring + 0.7 * torch.rand(samples, generator=generator)) * 5.5 / classes), ring


def _plane(generator: Generator, samples: int) -> Drawn:
    points = _uniform(generator, samples, -PLANE, PLANE)
    return points, points.sum(dim=1, keepdim=True) / 10


def _multi_gaussian(generator: Generator, samples: int) -> Drawn:
    """Cones of radius 2, every other one upside down."""
    points = _uniform(generator, samples, -PLANE, PLANE)
    tops = torch.tensor([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    heights = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    distances = (points.unsqueeze(1) - tops).norm(dim=2)
    return points, (heights * (1 - distances / 2).relu()).sum(dim=1, keepdim=True)


def _ruled(label: str, note: str, problem: Problem, rule: Rule, reach: float = REACH) -> PointSet:
    def draw(generator: Generator, samples: int, noise: float, text: str) -> Drawn:
        points, targets = rule(generator, samples)
        return _strayed(generator, points, reach * noise), targets

    return PointSet(label, note, lambda text: problem, draw)


# --- Sets that a person makes -----------------------------------------------------------------------------------------


def _by_formula(
    label: str, note: str, problem: Problem, targets_of: Callable[[Tensor], Tensor], largest: float, default_text: str
) -> PointSet:
    """`targets_of` makes targets [N, 1] of the formula's values [N, 1], which are at most `largest`."""

    def problem_of(text: str) -> Problem:
        parse(text)
        return problem

    def draw(generator: Generator, samples: int, noise: float, text: str) -> Drawn:
        points = _uniform(generator, samples, -PLANE, PLANE)
        values = parse(text)(*points.unbind(1))
        too_large = ~(values.isfinite() & (values.abs() <= largest))
        if too_large.any():
            place = too_large.nonzero()[0, 0]
            x1, x2, value = map(plain, [*points[place].tolist(), values[place].item()])
            wanted = _("a finite number") if math.isinf(largest) else _("a number from −{largest:g} to {largest:g}")
            raise FormulaError(
                _("At x1 = {x1}, x2 = {x2} the formula gives {value}, expected {wanted}.").format(
                    x1=x1,
                    x2=x2,
                    value=value,
                    wanted=wanted.format(largest=largest),
                )
            )
        return _strayed(generator, points, REACH * noise), targets_of(values.unsqueeze(1))

    return PointSet(label, note, problem_of, draw, ("samples", "noise", "text"), default_text)


def _own_problem(text: str) -> Problem:
    classes = tuple(sorted(set(parse_points(text).labels)))
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise PointsError(
            _("Found {count} different labels, expected 2 to {most}: each is a class.").format(
                count=len(classes), most=MAX_CLASSES
            )
        )
    return Problem((2,), "binary" if len(classes) == 2 else "multi_class", classes)


def _draw_own(generator: Generator, samples: int, noise: float, text: str) -> Drawn:
    own, problem = parse_points(text), _own_problem(text)
    numbers = torch.tensor([problem.classes.index(label) for label in own.labels])
    return torch.tensor(own.points), _column(numbers) if problem.task == "binary" else numbers


def _own_values(text: str) -> list[float]:
    labels = parse_points(text).labels
    values = [read_number(label) for label in labels]
    for number, (value, label) in enumerate(zip(values, labels, strict=True), start=1):
        if math.isnan(value):
            raise PointsError(
                _("Point {number}: its label is “{label}”, expected a number from −{largest:g} to {largest:g}.").format(
                    number=number, label=label, largest=LARGEST
                )
            )
    return values


def _own_values_problem(text: str) -> Problem:
    _own_values(text)
    return VALUE


def _draw_own_values(generator: Generator, samples: int, noise: float, text: str) -> Drawn:
    return torch.tensor(parse_points(text).points), _column(torch.tensor(_own_values(text)))


# --- What several of them do ------------------------------------------------------------------------------------------


def _column(numbers: Tensor) -> Tensor:
    return numbers.float().unsqueeze(1)


def _uniform(generator: Generator, samples: int, low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(samples, 2, generator=generator)


def _on_circles(generator: Generator, radius: Tensor) -> Tensor:
    angle = 2 * math.pi * torch.rand(len(radius), generator=generator)
    return radius.unsqueeze(1) * torch.stack([angle.cos(), angle.sin()], dim=1)


def _strayed(generator: Generator, points: Tensor, spread: float) -> Tensor:
    """Move each point by chance; one that would leave the plane is thrown back from its edge."""
    moved = points + spread * torch.randn(points.shape, generator=generator)
    return torch.where(moved.abs() > PLANE, moved.sign() * 2 * PLANE - moved, moved)


TWO = Problem((2,), "binary", ("0", "1"))
THREE = Problem((2,), "multi_class", ("0", "1", "2"))
FOUR = Problem((2,), "multi_class", ("0", "1", "2", "3"))
VALUE = Problem((2,), "regression", ())

POINTS: dict[str, PointSet] = {
    "circle": _ruled(
        N_("Circle"),
        N_("A disc in a ring: no straight line parts them, but x₁² and x₂² do, or a hidden layer of three."),
        TWO,
        _circle,
    ),
    "xor": _ruled(
        N_("Exclusive or"),
        N_("Opposite corners belong together: it takes x₁x₂ or a hidden layer."),
        TWO,
        _xor,
    ),
    "gaussians": _ruled(
        N_("Two clouds"),
        N_("A straight line parts them as well as anything can: a single neuron is enough."),
        TWO,
        _gaussians,
        reach=math.sqrt(14),  # with the cloud's own variance of 0.5 it comes to 4 at a noise of 0.5
    ),
    "spiral": _ruled(
        N_("Spiral"),
        N_("Two arms wound round each other: it takes hidden layers and patience."),
        TWO,
        _spiral,
        reach=0.6,
    ),
    "moons": _ruled(
        N_("Two moons"),
        N_("A straight line gets most of them right; one bend or two get all."),
        TWO,
        _moons,
    ),
    "rings3": _ruled(
        N_("Three rings"),
        N_("Three classes: three outputs, and softmax makes them probabilities."),
        THREE,
        partial(_rings, 3),
        reach=1.0,
    ),
    "rings4": _ruled(
        N_("Four rings"),
        N_("Four classes one within another: each boundary is closed and lies in the next."),
        FOUR,
        partial(_rings, 4),
        reach=0.75,
    ),
    "plane": _ruled(
        N_("Plane"),
        N_("The value rises steadily: a single neuron without an activation learns it exactly."),
        VALUE,
        _plane,
    ),
    "multi_gaussian": _ruled(
        N_("Hills and hollows"),
        N_("The value goes up and down six times: every hidden neuron adds a bend."),
        VALUE,
        _multi_gaussian,
    ),
    "formula": _by_formula(
        N_("Formula"),
        N_("Class 1 is where your formula is above 0."),
        TWO,
        targets_of=lambda values: (values > 0).float(),
        largest=math.inf,
        default_text="sin(x1) * x2",
    ),
    "formula_values": _by_formula(
        N_("Formula’s value"),
        N_("The value to learn is that of your formula."),
        VALUE,
        targets_of=lambda values: values,
        largest=LARGEST,
        default_text="sin(x1) + x2 / 3",
    ),
    "own": PointSet(
        N_("Your points"),
        N_("Points of your own in two to six classes: can a network learn them, and what does it make of the gaps?"),
        _own_problem,
        _draw_own,
        ("text",),
        default_text="-4,1,A;-3,2,A;-2,0,A;-1,2,A;-1,-1,A;1,1,B;2,-1,B;2,2,B;3,0,B;4,-2,B",
    ),
    "own_values": PointSet(
        N_("Your values"),
        N_("Points of your own with numbers to learn: see what the network says between them."),
        _own_values_problem,
        _draw_own_values,
        ("text",),
        default_text="-4,-3,-1;-4,3,0;-1,0,0.2;0,4,1;0,-4,-0.5;2,1,0.6;4,-3,0;4,3,1",
    ),
}
