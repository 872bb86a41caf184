"""The loss over a plane through the space of all weights, and the path that a training took there.

H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, "Visualizing the Loss Landscape of Neural Nets" (2018,
arXiv:1712.09913): the plane of a path holds the two principal directions of its points; a random plane has directions
whose filters are as long as the network's own.

A point of a plane is a whole network. Its loss is the config's, without penalty and without dropout, on a sample of the
training data that is always the same. The running means of batch norm are no weights: on a plane they stay as they are
in one network, named with each plane.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.config import TrainConfig
from core.datasets import Data, Split
from core.interpret.pca import principal_directions
from core.models import build_network
from core.optimizers import OPTIMIZERS
from core.runs.checkpoints import Checkpoint
from core.text.i18n import _
from core.training import evaluate, make_loss, train

SAMPLE = 500  # training examples that a loss is the mean of
GRIDS = (15, 21, 31)  # points of a side
GRID = 21  # with SAMPLE about 3 s of computing for 784-512-10
MARGIN = 0.25  # of a path's width, on each side of it
NARROWEST = 0.2  # of the longer side: how much of the shorter one is shown at least
CUT = 10.0  # times the highest loss of a path, or of first weights: what is above is not told apart
FAR_TOO_HIGH = 100.0  # times the first loss: one such path among others would make the plane far too wide for them
MAX_POINTS = 12  # of each path where several optimizers set out
MAX_BYTES = 96 * 1024**2  # of all their points; a network too large for that has fewer, but at least two a path
FLAT = 1e-12  # a second direction with less of the variance than this is only rounding


class LandscapeError(ValueError):
    """There is no landscape to see; the message is a sentence that says why, and what to do."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in the space of weights: origin float32 [P], directions float32 [2, P].

    `share` is how much of the variance of the points it was laid through lies along it; None of a random plane.
    """

    origin: Tensor
    directions: Tensor
    share: float | None = None

    def at(self, x: float, y: float) -> Tensor:
        """Return the weights [P] at a point of the plane."""
        return self.origin + x * self.directions[0] + y * self.directions[1]

    def project(self, weights: Tensor) -> list[float]:
        """Return the nearest point (x, y) to weights [P], where the directions have length 1 and a right angle."""
        return (self.directions @ (weights - self.origin)).tolist()


@dataclass(frozen=True, eq=False)
class Path:
    """A training on a plane.

    Attributes:
        optimizer: its key in OPTIMIZERS.
        steps: how many steps it was trained at each point, int64 [n].
        places: the nearest points of the plane, float64 [n, 2].
        losses: of the real networks, float64 [n].
        below: the losses at `places`, where the networks would be if they lay on the plane, float64 [n].
        ran_away: whether its last point is the last before its loss grew beyond all bounds.
    """

    optimizer: str
    steps: NDArray
    places: NDArray
    losses: NDArray
    below: NDArray
    ran_away: bool = False

    @property
    def gap(self) -> float:
        """How far the losses are at most from those on the plane."""
        return float(np.abs(self.losses - self.below).max())


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss over a plane.

    Attributes:
        x, y: coordinates along the two directions, float64 [g]; in the length of weights, or of a random plane in
            lengths of the network's own filters.
        losses: float64 [g, g], row by y, column by x; inf where it is not finite.
        paths: on the plane; of a random one a single point, where the network is.
        share: as of the Plane.
        samples: of how many examples each loss is the mean.
        untrained: the loss with first weights.
    """

    x: NDArray
    y: NDArray
    losses: NDArray
    paths: tuple[Path, ...]
    share: float | None
    samples: int
    untrained: float

    @property
    def ceiling(self) -> float:
        """The loss above which nothing is told apart: walls are often many times higher than all that matters."""
        return CUT * max(self.untrained, *(path.losses.max() for path in self.paths))

    @property
    def cut(self) -> float:
        """The share of the points that lie above the ceiling."""
        return float((self.losses > self.ceiling).mean())


Steps = Generator[float, None, Landscape]
"""Work that yields the share that is done, and returns a landscape."""


def path_landscape(
    config: TrainConfig, data: Data, network: nn.Module, moments: Sequence[Checkpoint], grid: int = GRID
) -> Steps:
    """Survey the plane through a run's last weights that holds as much of its path as any could.

    Batch norm stays as it is in the last network.

    Args:
        network: the run's own; it is changed.
        moments: of the run, with their weights.

    Raises:
        LandscapeError: the weights have run away, or the path has no two directions yet.
    """
    loss_of = Loss(config, data, network)
    track = Track(config.optimizer)
    for moment in moments:
        network.load_state_dict(moment.weights)  # with the batch norm of this moment: this is the loss that it had
        track.add(moment.step, flat(network), loss_of())
        yield 0.0
    if not track.is_sound(-1):
        raise LandscapeError(_ran_away())
    track.keep([place for place in range(len(track.points)) if track.is_sound(place)])
    plane = principal_plane(track.points, track.points[-1])
    return (yield from _survey(loss_of, plane, [track], grid, track.losses[0]))


def random_landscape(config: TrainConfig, data: Data, network: nn.Module, seed: int, grid: int = GRID) -> Steps:
    """Survey a random plane around a network, as far as its own filters are long in each direction.

    Args:
        network: in the middle, with its batch norm; it is changed.
        seed: of the two directions.

    Raises:
        LandscapeError: the weights have run away.
    """
    loss_of = Loss(config, data, network)
    track = Track(config.optimizer)
    track.add(0, flat(network), loss_of())
    if not track.is_sound(-1):
        raise LandscapeError(_ran_away())
    generator = torch.Generator().manual_seed(seed)
    plane = Plane(track.points[0], torch.stack([filter_normalised(network, generator) for _direction in range(2)]))
    untrained = Loss(config, data, build_network(config, data.input_shape, data.problem.outputs))()
    return (yield from _survey(loss_of, plane, [track], grid, untrained, side=1.0))


def optimizers_landscape(
    config: TrainConfig, data: Data, optimizers: Sequence[str], steps: int, grid: int = GRID
) -> Steps:
    """Train a config's network from the same first weights with several optimizers, and survey one plane of all paths.

    The plane goes through the first weights. The config's own optimizer keeps its learning rate, others have their
    usual one; it stays the same all the way. Batch norm stays as it is at the end of the first path.

    Args:
        optimizers: keys of OPTIMIZERS.
        steps: of each path.

    Raises:
        LandscapeError: the paths have no two directions.
    """
    first, tracks = None, []
    for number, name in enumerate(optimizers):
        own = trial(config, data, name, steps)
        network = build_network(own, data.input_shape, data.problem.outputs)
        loss_of = Loss(own, data, network)
        first = first or loss_of
        track = Track(name)
        track.add(0, flat(network), loss_of())
        tracks.append(track)
        stops = _stops(steps, track.points[0].nbytes * len(optimizers))
        for snapshot in train(own, data, network):
            yield 0.5 * (number + snapshot.step / steps) / len(optimizers)
            if not math.isfinite(snapshot.loss):
                track.ran_away = True
                break
            if snapshot.step in stops:
                track.add(snapshot.step, flat(network), loss_of())
            if snapshot.step == steps:
                break
        track.end_where_it_ran_away()
    if first is None:
        raise ValueError("there is no optimizer to follow")
    plane = principal_plane([point for track in tracks for point in track.points], tracks[0].points[0])
    return (yield from _survey(first, plane, tracks, grid, tracks[0].losses[0], done=0.5))


def trial(config: TrainConfig, data: Data, optimizer: str, steps: int) -> TrainConfig:
    """Return the settings with which an optimizer goes so many steps."""
    rate = OPTIMIZERS[optimizer].default_learning_rate
    return replace(
        config,
        optimizer=optimizer,
        learning_rate=config.learning_rate if optimizer == config.optimizer else rate,
        schedule="constant",
        epochs=math.ceil(steps * config.batch_size / len(data.train)) + 1,
        tests_per_epoch=1,
    )


class Loss:
    """The loss of a network on the sample, in eval mode, as the network is now or with other weights."""

    def __init__(self, config: TrainConfig, data: Data, network: nn.Module) -> None:
        self._loss_of, self._data, self._network = make_loss(config), data, network
        chosen = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(0))[:SAMPLE]
        self.sample = Split(data.train.inputs[chosen], data.train.targets[chosen])

    def __call__(self) -> float:
        """Return the loss of the network as it is."""
        return evaluate(self._network, self._data, self.sample, self._loss_of).loss

    @torch.no_grad()
    def at(self, weights: Tensor) -> float:
        """Return the loss with weights float32 [P], in the order of `flat`, which the network keeps."""
        parameters = list(self._network.parameters())
        parts = weights.split([parameter.numel() for parameter in parameters])
        for parameter, part in zip(parameters, parts, strict=True):
            parameter.copy_(part.view(parameter.shape))
        return self()


@dataclass(eq=False)
class Track:
    """The points of a training in the space of weights: of each the step, the weights [P] and the loss."""

    optimizer: str
    steps: list[int] = field(default_factory=list)
    points: list[Tensor] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    ran_away: bool = False

    def add(self, step: int, point: Tensor, loss: float) -> None:
        """Note where the training is after a step."""
        self.steps.append(step)
        self.points.append(point)
        self.losses.append(loss)

    def is_sound(self, place: int, maximum: float = math.inf) -> bool:
        """Return whether loss and weights of a point are finite numbers, and the loss is not above `maximum`."""
        loss = self.losses[place]
        return math.isfinite(loss) and loss <= maximum and bool(self.points[place].isfinite().all())

    def keep(self, places: Sequence[int]) -> None:
        """Keep the points at these places alone."""
        self.steps = [self.steps[place] for place in places]
        self.points = [self.points[place] for place in places]
        self.losses = [self.losses[place] for place in places]

    def end_where_it_ran_away(self) -> None:
        """Keep the points before the first that is not sound, or whose loss is FAR_TOO_HIGH times the first."""
        maximum = FAR_TOO_HIGH * self.losses[0]
        for place in range(len(self.points)):
            if not self.is_sound(place, maximum):
                self.ran_away = True
                self.keep(range(place))
                return


def flat(network: nn.Module) -> Tensor:
    """Return a copy of all weights and biases of a network in one row, float32 [P]."""
    return torch.cat([parameter.detach().reshape(-1) for parameter in network.parameters()])


def principal_plane(points: Sequence[Tensor], origin: Tensor) -> Plane:
    """Return the plane through `origin` [P] along the two directions in which points [P] differ most.

    They are the first two principal components; a direction and its opposite are as good as each other.

    Raises:
        LandscapeError: the points lie on a line.
    """
    rows = torch.stack(list(points))
    rows -= rows.mean(dim=0)
    directions, squares = principal_directions(rows, 2)
    total = squares.clamp(min=0).sum()
    if len(rows) < 3 or not squares[1] > FLAT * total:
        raise LandscapeError(
            _("The weights have been to fewer than three places, and a plane needs three: let the network train on.")
        )
    return Plane(origin, directions, (squares[:2].sum() / total).item())


@torch.no_grad()
def filter_normalised(network: nn.Module, generator: torch.Generator) -> Tensor:
    """Return a random direction float32 [P] in which each filter is as long as the network's own.

    A filter is what one neuron, or one channel of a convolution, multiplies its inputs with. Biases and the numbers of
    batch norm stay as they are: their part of the direction is 0.
    """
    parts = []
    for parameter in network.parameters():
        part = torch.zeros(parameter.shape)
        if parameter.ndim > 1:
            part.normal_(generator=generator)
            own = parameter.flatten(1).norm(dim=1) / part.flatten(1).norm(dim=1)
            part *= own.view(-1, *[1] * (parameter.ndim - 1))
        parts.append(part.reshape(-1))
    return torch.cat(parts)


def _stops(steps: int, room: int) -> set[int]:
    """Return after which steps a path is noted down, where one point of each path takes `room` bytes."""
    count = max(2, min(MAX_POINTS, MAX_BYTES // room))
    # Weights move fastest at first, so the points lie closer together there.
    return {max(1, round(steps * (number / count) ** 2)) for number in range(1, count + 1)}


def _survey(
    loss_of: Loss,
    plane: Plane,
    tracks: Sequence[Track],
    grid: int,
    untrained: float,
    done: float = 0.0,
    side: float | None = None,
) -> Steps:
    """Measure the loss at the tracks' places and over the plane around them, or as far as `side` around its origin."""
    paths = []
    for track in tracks:
        places = [plane.project(point) for point in track.points]
        below = []
        for place in places:
            below.append(loss_of.at(plane.at(*place)))
            yield done
        paths.append(
            Path(
                track.optimizer,
                np.array(track.steps),
                np.array(places),
                np.array(track.losses),
                np.array(below),
                track.ran_away,
            )
        )
    x, y = [np.linspace(-side, side, grid)] * 2 if side else _axes(np.concatenate([p.places for p in paths]), grid)
    losses: list[float] = []
    for down in y:
        for across in x:
            losses.append(loss_of.at(plane.at(across, down)))
            yield done + (1 - done) * len(losses) / grid**2
    heights = np.nan_to_num(np.array(losses).reshape(grid, grid), nan=np.inf, posinf=np.inf)
    return Landscape(x, y, heights, tuple(paths), plane.share, len(loss_of.sample), untrained)


def _axes(places: NDArray, grid: int) -> list[NDArray]:
    minimum, maximum = places.min(axis=0), places.max(axis=0)
    width = np.maximum(maximum - minimum, NARROWEST * (maximum - minimum).max())
    middle, half = (minimum + maximum) / 2, width * (0.5 + MARGIN)
    return [np.linspace(*ends, grid) for ends in zip(middle - half, middle + half, strict=True)]


def _ran_away() -> str:
    return _(
        "The weights of this network have run away, and around them the loss is no number: train it with a smaller "
        "learning rate."
    )
