"""What a network that has only seen scikit-learn's 1,437 training digits knows of MNIST, with and without augmentation.

Its settings are those of the Train page's presets, and the same with EPOCHS epochs. The MNIST test pictures are scaled
by the mean and deviation of the digits that it learnt from.
"""

from dataclasses import dataclass, replace
from statistics import fmean

from core.config import TrainConfig
from core.datasets import Data, Split, load
from core.lessons.train.presets import PRESETS, default_augmentation
from tests.benchmarks.report import Table, percent, spread
from tests.benchmarks.scale import Scale
from tests.benchmarks.trained import accuracy, shortened, train_timed

EPOCHS = 40


@dataclass(frozen=True)
class Network:
    """One network to train: a preset, and the accuracy with augmentation that is aimed at."""

    label: str
    preset: str
    goal: float


NETWORKS = (Network("MLP", "course", 0.81), Network("CNN", "fast_cnn", 0.88))


def measure(scale: Scale) -> None:
    """Print the mean accuracy on MNIST's test set over some seeds, and its range."""
    digits, mnist = shortened(load("digits"), scale.samples), load("mnist").test
    table = Table(
        "network, epochs          ", "augmentation", "seconds", "mean accuracy", "over the seeds    ", "goal "
    )
    for network in NETWORKS:
        own = PRESETS[network.preset].config("digits")
        for epochs, whose in ((own.epochs, "the preset’s"), (EPOCHS, "to converge")):
            for augmentation in ("none", default_augmentation("digits")):
                config = replace(own, epochs=scale.epochs(epochs), augmentation=augmentation, tests_per_epoch=1)
                seconds, accuracies = _accuracies(config, digits, mnist, scale.repeats)
                table.row(
                    f"{network.label}, {config.epochs} ({whose})",
                    augmentation,
                    f"{seconds:.1f}",
                    percent(fmean(accuracies)),
                    spread(accuracies),
                    "" if augmentation == "none" else f"{network.goal:.0%}",
                )


def _accuracies(config: TrainConfig, digits: Data, mnist: Split, seeds: int) -> tuple[float, list[float]]:
    """Return the mean seconds of training and the accuracies on MNIST's test set, seed by seed."""
    trained = [train_timed(replace(config, seed=seed), digits) for seed in range(seeds)]
    return fmean(run.seconds for run in trained), [accuracy(run.network, digits, mnist) for run in trained]
