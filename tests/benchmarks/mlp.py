"""One epoch of the course's network: this project's loop against the usual one."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, median, stdev

from core.config import TrainConfig
from core.datasets import Data, load
from core.lessons.train.presets import PRESETS
from tests.benchmarks.reference import torchvision_mnist, usual_loop
from tests.benchmarks.report import Table, percent
from tests.benchmarks.scale import Scale
from tests.benchmarks.trained import accuracy, shortened, train_timed

GOAL = 3.0
WARM_UP = 640


def measure(scale: Scale) -> None:
    """Print samples per second and test accuracy of both sides, seed by seed."""
    data = shortened(load("mnist"), scale.samples)
    config = replace(PRESETS["course"].config("mnist"), epochs=1, tests_per_epoch=1)
    _warm_up(config, data)
    table = Table("seed  ", "usual, samples/s", "here, samples/s", "ratio", "usual, accuracy", "here, accuracy")
    rows = []
    with torchvision_mnist(scale.samples) as dataset:
        for seed in range(scale.repeats):
            default, here = usual_loop(dataset, seed), train_timed(replace(config, seed=seed), data)
            rows.append(
                (
                    default.samples_per_second,
                    here.samples_per_second,
                    here.samples_per_second / default.samples_per_second,
                    accuracy(default.network, data, data.test),
                    accuracy(here.network, data, data.test),
                )
            )
            table.row(seed, *_written(rows[-1]))
    columns = list(zip(*rows, strict=True))
    table.row("median", *_written([median(column) for column in columns]))
    print(f"\nGoal: a ratio of {GOAL:g}, at the same accuracy. {_difference(*columns[-2:])}")


def _warm_up(config: TrainConfig, data: Data) -> None:
    with torchvision_mnist(WARM_UP) as dataset:
        usual_loop(dataset, 0)
    train_timed(config, shortened(data, WARM_UP))


def _written(row: Sequence[float]) -> list[str]:
    default, here, ratio, *accuracies = row
    return [f"{default:,.0f}", f"{here:,.0f}", f"{ratio:.2f}", *map(percent, accuracies)]


def _difference(default: Sequence[float], here: Sequence[float]) -> str:
    text = f"Mean accuracy {percent(fmean(here))} here, {percent(fmean(default))} in the usual loop"
    if len(here) > 1:
        noise = ((stdev(default) ** 2 + stdev(here) ** 2) / len(here)) ** 0.5
        text += f"; the difference is {100 * (fmean(here) - fmean(default)):+.2f} ± {100 * noise:.2f} points"
    return text + "."
