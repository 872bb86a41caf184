"""Landscapes with two weights, on which optimizers can be watched: the height is the loss."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.text.i18n import N_

Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """One landscape of the menu.

    Attributes:
        function: points of shape [..., 2] -> heights of shape [...].
        formula: LaTeX of the height at the point (x, y).
        view: the part that is drawn, (least, most) of x and of y; five to four, so that all have the same frame.
        minima: the points to be found.
        start: where a race begins unless told otherwise.
        learning_rate: one with which plain SGD gets along here.
        noise: standard deviation of what is added to each part of the gradient at each step.
    """

    label: str
    function: Callable[[Tensor], Tensor]
    formula: str
    view: tuple[Point, Point]
    minima: tuple[Point, ...]
    start: Point
    learning_rate: float
    note: str
    noise: float = 0.0

    def grid(self, columns: int, rows: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return x of shape [columns], y of shape [rows] and the heights [rows, columns] over the view."""
        x, y = (torch.linspace(*ends, points) for ends, points in zip(self.view, (columns, rows), strict=True))
        return x, y, self.function(torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1))

    def distance(self, points: Tensor) -> Tensor:
        """Return how far points of shape [..., 2] are from the nearest minimum, in shape [...]."""
        return (points.unsqueeze(-2) - torch.tensor(self.minima)).norm(dim=-1).amin(dim=-1)

    def on_map(self, point: Iterable[float]) -> bool:
        """Return whether a point lies in the view, or no further outside than the view is long. NaN does not."""
        return all(
            minimum - (maximum - minimum) <= number <= maximum + (maximum - minimum)
            for number, (minimum, maximum) in zip(point, self.view, strict=True)
        )


def bowl(point: Tensor) -> Tensor:
    x, y = point.unbind(-1)
    return (x**2 + 3 * y**2) / 2


def ravine(point: Tensor) -> Tensor:
    x, y = point.unbind(-1)
    return (x**2 + 90 * y**2) / 20


def saddle(point: Tensor) -> Tensor:
    x, y = point.unbind(-1)
    return x**2 / 2 + y**4 / 4 - y**2 / 2


def rosenbrock(point: Tensor) -> Tensor:
    x, y = point.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau(point: Tensor) -> Tensor:
    x, y = point.unbind(-1)
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


SURFACES = {
    "bowl": Surface(
        label=N_("Bowl"),
        function=bowl,
        formula=r"\tfrac12 x^2 + \tfrac32 y^2",
        view=((-3.0, 3.0), (-2.4, 2.4)),
        minima=((0.0, 0.0),),
        start=(-2.5, 1.8),
        learning_rate=0.1,
        note=N_("As simple as it gets: every way down leads to the middle."),
    ),
    "ravine": Surface(
        label=N_("Ravine"),
        function=ravine,
        formula=r"\tfrac{1}{20} x^2 + \tfrac{9}{2} y^2",
        view=((-6.0, 3.0), (-3.6, 3.6)),
        minima=((0.0, 0.0),),
        start=(-5.0, 2.0),
        learning_rate=0.1,
        note=N_("Steep across, almost flat along: the gradient points at the other wall and not at the minimum."),
    ),
    "saddle": Surface(
        label=N_("Saddle"),
        function=saddle,
        formula=r"\tfrac12 x^2 + \tfrac14 y^4 - \tfrac12 y^2",
        view=((-2.0, 2.0), (-1.6, 1.6)),
        minima=((0.0, 1.0), (0.0, -1.0)),
        start=(-1.8, 0.01),
        learning_rate=0.1,
        note=N_("Between its two minima the gradient is almost 0, and yet it is no minimum."),
    ),
    "rosenbrock": Surface(
        label="Rosenbrock",
        function=rosenbrock,
        formula=r"(1 - x)^2 + 100\,(y - x^2)^2",
        view=((-2.0, 2.0), (-1.0, 2.2)),
        minima=((1.0, 1.0),),
        start=(-1.2, 1.0),
        learning_rate=0.001,
        note=N_("A bent valley: easy to find, and then hardly any slope along its floor."),
    ),
    "himmelblau": Surface(
        label="Himmelblau",
        function=himmelblau,
        formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        view=((-6.0, 6.0), (-4.8, 4.8)),
        minima=((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)),
        start=(0.0, -1.0),
        learning_rate=0.01,
        note=N_("Four minima, all equally deep: which one is found depends on the way taken."),
    ),
    "noisy": Surface(
        label=N_("Noisy bowl"),
        function=bowl,
        formula=r"\tfrac12 x^2 + \tfrac32 y^2",
        view=((-3.0, 3.0), (-2.4, 2.4)),
        minima=((0.0, 0.0),),
        start=(-2.5, 1.8),
        learning_rate=0.05,
        note=N_("Each gradient is a little wrong, like that of a mini-batch."),
        noise=0.5,
    ),
}
