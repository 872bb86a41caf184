"""How many images a second each way to make batches hands out, measured on this computer."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from core.datasets import Data
from core.datasets.types import normalize
from core.plots.palette import COLORS
from core.text.i18n import N_, _

IMAGES = 2000  # of the training set, at most
ROUNDS = 8  # the ways take turns, so that what else the computer does slows all of them alike
TURN = 0.05  # seconds

Batches = Iterator[Any]


@dataclass(frozen=True, eq=False)
class Source:
    """What batches are made of: images uint8 [N, 1, 28, 28], labels [N], mean and std; `generator` shuffles them."""

    images: Tensor
    labels: Tensor
    mean: float
    std: float
    generator: torch.Generator

    @property
    def normalized(self) -> Tensor:
        """All images at once, float32."""
        return normalize(self.images, self.mean, self.std)


@dataclass(frozen=True)
class Speed:
    """What was measured of one way, a key of WAYS."""

    way: str
    images: int
    seconds: float

    @property
    def rate(self) -> float:
        """Images a second."""
        return self.images / self.seconds


class PictureDataset(Dataset):
    """Images as torchvision's MNIST hands them out: each made an image of PIL, and then transformed."""

    def __init__(self, images: Tensor, labels: Tensor, transform: Callable[[Image.Image], Tensor]) -> None:
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = Image.fromarray(self.images[index, 0].numpy())
        return self.transform(image), int(self.labels[index])


@dataclass(frozen=True)
class Way:
    """`begin` takes a Source, and gives what makes an epoch of batches of a size."""

    label: str
    begin: Callable[[Source], Callable[[int], Batches]]


def measure(data: Data, size: int) -> Generator[float, None, tuple[Speed, ...]]:
    """Take batches of this size in every way by turns; yield the share that is done, and return the speeds."""
    some, generator = slice(IMAGES), torch.Generator().manual_seed(0)
    source = Source(data.train.inputs[some], data.train.targets[some], data.mean, data.std, generator)
    endless = {name: _endless(way.begin(source), size) for name, way in WAYS.items()}
    counts, seconds = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0.0)
    for name in WAYS:
        next(endless[name])  # the first batch pays for what is done once
    for turn in range(ROUNDS):
        for place, name in enumerate(WAYS):
            yield (turn + place / len(WAYS)) / ROUNDS
            begun = time.perf_counter()
            while (now := time.perf_counter()) - begun < TURN:
                counts[name] += next(endless[name])
            seconds[name] += now - begun
    return tuple(Speed(name, counts[name], seconds[name]) for name in WAYS)


def _endless(epoch: Callable[[int], Batches], size: int) -> Iterator[int]:
    while True:
        for x, _y in epoch(size):
            yield len(x)


def notice(speeds: tuple[Speed, ...], size: int) -> str:
    """Say how many times faster the fastest way is than the slowest, in Markdown."""
    slow, fast = (pick(speeds, key=lambda speed: speed.rate) for pick in (min, max))
    return _(
        "In batches of {size}: **{fast}** handed out {rate:,.0f} images a second, {times:.0f} times as many as "
        "**{slow}**."
    ).format(
        size=size,
        fast=_(WAYS[fast.way].label),
        rate=fast.rate,
        times=fast.rate / slow.rate,
        slow=_(WAYS[slow.way].label),
    )


def chart(speeds: tuple[Speed, ...]) -> dict:
    """Return the speeds as bars, a Vega-Lite specification."""
    rows = [{"way": _(WAYS[speed.way].label), "rate": round(speed.rate)} for speed in speeds]
    place = {
        "field": "way",
        "type": "nominal",
        "title": None,
        "sort": None,
        "axis": {"labelLimit": 260, "labelOverlap": False},
    }
    rate = {"field": "rate", "type": "quantitative", "title": _("images a second"), "axis": {"tickCount": 5}}
    return {
        "height": 170,
        "data": {"values": rows},
        "encoding": {"y": place, "x": rate},
        "mark": {"type": "bar", "color": COLORS["blue"]},
    }


def _images_one_by_one(source: Source) -> Callable[[int], Batches]:
    from core.datasets.torchvision_import import transforms  # takes seconds, so only where it is wanted

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((source.mean,), (source.std,))])
    pictures = PictureDataset(source.images, source.labels, transform)
    return lambda size: iter(DataLoader(pictures, batch_size=size, shuffle=True, generator=source.generator))


def _tensors_one_by_one(source: Source) -> Callable[[int], Batches]:
    tensors = TensorDataset(source.normalized, source.labels)
    return lambda size: iter(DataLoader(tensors, batch_size=size, shuffle=True, generator=source.generator))


def _by_index(source: Source) -> Callable[[int], Batches]:
    x, labels, generator = source.normalized, source.labels, source.generator
    return lambda size: (
        (x[places], labels[places]) for places in torch.randperm(len(x), generator=generator).split(size)
    )


WAYS = {
    "transforms": Way(N_("DataLoader with transforms"), _images_one_by_one),
    "tensors": Way(N_("DataLoader over tensors"), _tensors_one_by_one),
    "indexing": Way(N_("plain indexing"), _by_index),
}
