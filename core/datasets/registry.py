"""The data sets in the menu, each read once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from core.datasets.offline_digits import read_digits
from core.datasets.points import POINTS, draw_points
from core.datasets.torchvision_files import Source, read_pictures
from core.datasets.types import Data, Problem
from core.text.i18n import N_, _

if TYPE_CHECKING:
    from core.config import TrainConfig


@dataclass(frozen=True)
class Dataset:
    """A data set in the menu. `source` says where its files come from; None means that it is always there.

    `read` returns the data, or raises DatasetMissing or DatasetDamaged. `shape` is that of one example.
    """

    label: str
    note: str
    classes: tuple[str, ...]
    read: partial[Data]
    source: Source | None = None
    augment_by_default: bool = False
    shape: tuple[int, ...] = (1, 28, 28)


_lock = Lock()
_loaded: dict[tuple[str, Path | None], Data] = {}


def find_dataset(name: str) -> Dataset:
    """Return the record of a data set. Raises ValueError, naming the choices, if there is none of that name."""
    if name not in DATASETS:
        raise ValueError(
            _("There is no data set “{name}”. Choose one of: {choices}.").format(name=name, choices=", ".join(DATASETS))
        )
    return DATASETS[name]


def load(name: str) -> Data:
    """Return a data set, read on the first call of the process and shared, so its tensors must not be changed.

    Raises DatasetMissing or DatasetDamaged, both ValueErrors whose text says what to do.
    """
    dataset = find_dataset(name)
    key = (name, dataset.source and dataset.source.folder)
    with _lock:  # Two people who choose the same data set at once wait for one reading, and it is kept once.
        if key not in _loaded:
            _loaded[key] = dataset.read()
        return _loaded[key]


def data_of(config: TrainConfig) -> Data:
    """Return the data of a TrainConfig: pictures as `load` has them, or points drawn by its settings.

    Raises ValueError, with a sentence that says what to do, where the data cannot be had.
    """
    if config.dataset in POINTS:
        return draw_points(config.dataset, config.points, config.samples, config.noise, config.test_share, config.seed)
    return load(config.dataset)


def problem_of(name: str, text: str = "") -> Problem:
    """Return what a data set asks of a network; `text` is the formula or the points of a set that a person makes.

    Raises ValueError, with a sentence that says what to do, where the text cannot be read.
    """
    if name in POINTS:
        return POINTS[name].problem(text)
    dataset = find_dataset(name)
    return Problem(dataset.shape, "multi_class", dataset.classes)


def available(name: str) -> bool:
    """Return whether a data set can be loaded without a download. Cheap: nothing is unpacked."""
    source = find_dataset(name).source
    return source is None or source.available()


def default_dataset() -> str:
    """Return the data set to begin with: MNIST where its files are, otherwise the offline digits."""
    return "mnist" if available("mnist") else "digits"


def why_default() -> str:
    """Return one sentence that says which data set is the default, and why."""
    if available("mnist"):
        return _("Using MNIST, which is on this computer.")
    if (source := DATASETS["mnist"].source) and source.damaged():
        return _("Using the offline digits, because MNIST’s files are damaged; download it again.")
    return _("Using the offline digits, because MNIST has not been downloaded yet.")


def _from_torchvision(
    name: str, torchvision_class: str, label: str, note: str, classes: tuple[str, ...], mean: float, std: float
) -> Dataset:
    source = Source(torchvision_class)
    return Dataset(label, note, classes, partial(read_pictures, name, label, source, classes, mean, std), source)


_DIGITS = tuple("0123456789")

DATASETS: dict[str, Dataset] = {
    "mnist": _from_torchvision(
        "mnist",
        "MNIST",
        label=N_("MNIST"),
        note=N_("70,000 handwritten digits, 28×28 pixels: the classic first data set."),
        classes=_DIGITS,
        mean=0.1307,
        std=0.3081,
    ),
    "fashion_mnist": _from_torchvision(
        "fashion_mnist",
        "FashionMNIST",
        label=N_("Fashion-MNIST"),
        note=N_("70,000 pictures of clothes in MNIST’s format: harder than digits."),
        classes=(
            N_("T-shirt/top"),
            N_("Trouser"),
            N_("Pullover"),
            N_("Dress"),
            N_("Coat"),
            N_("Sandal"),
            N_("Shirt"),
            N_("Sneaker"),
            N_("Bag"),
            N_("Ankle boot"),
        ),
        mean=0.2860,
        std=0.3530,
    ),
    "kmnist": _from_torchvision(
        "kmnist",
        "KMNIST",
        label=N_("Kuzushiji-MNIST"),
        note=N_("70,000 cursive Japanese characters from old books, in MNIST’s format."),
        classes=tuple("おきすつなはまやれを"),
        mean=0.1918,
        std=0.3483,
    ),
    "digits": Dataset(
        label=N_("Offline digits"),
        note=N_("1,797 handwritten digits that come with scikit-learn: no download needed."),
        classes=_DIGITS,
        read=partial(read_digits, "digits", _DIGITS),
        augment_by_default=True,
    ),
}
