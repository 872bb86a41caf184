"""The fast CNN preset against PyTorch's own MNIST example: seconds of training to 99 % on the test set."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from statistics import median

from torch.utils.data import Dataset

from core.datasets import Data, load
from core.lessons.train.presets import PRESETS
from tests.benchmarks.mlp import WARM_UP
from tests.benchmarks.reference import pytorch_example, torchvision_mnist
from tests.benchmarks.report import Table, percent, spread
from tests.benchmarks.scale import Scale
from tests.benchmarks.trained import accuracy, shortened, train_timed

WANTED = 0.99
MAX_EPOCHS = 6
GOAL, AIM = 40, 75

Row = tuple[str, float, float]  # who, seconds, accuracy


def measure(scale: Scale) -> None:
    """Print the seconds and the accuracy of each seed of the preset and of each epoch of the example."""
    data = shortened(load("mnist"), scale.samples)
    _warm_up(data)
    table = Table("training                 ", "seconds", "accuracy")
    fast, example = [], []
    with torchvision_mnist(scale.samples) as dataset:
        # The example's epochs and the preset's seeds take turns, so that both see the same machine.
        both = zip_longest(_fast(data, scale.repeats), _example(dataset, data, scale.epochs(MAX_EPOCHS)))
        for pair in both:
            for row, rows in zip(pair, (fast, example), strict=True):
                if row is not None:
                    rows.append(row)
                    table.row(row[0], f"{row[1]:.2f}", percent(row[2]))
    print(f"\n{_summary(fast, example)}")


def _fast(data: Data, seeds: int) -> Iterator[Row]:
    for seed in range(seeds):
        config = replace(PRESETS["fast_cnn"].config("mnist"), seed=seed)
        trained = train_timed(config, data)
        yield f"fast CNN, seed {seed}", trained.seconds, accuracy(trained.network, data, data.test)


def _example(dataset: Dataset, data: Data, most_epochs: int) -> Iterator[Row]:
    for epoch, trained in enumerate(pytorch_example(dataset, seed=1), start=1):
        reached = accuracy(trained.network, data, data.test)
        yield f"example, after epoch {epoch}", trained.seconds, reached
        if reached >= WANTED or epoch == most_epochs:
            return


def _warm_up(data: Data) -> None:
    train_timed(PRESETS["fast_cnn"].config("mnist"), shortened(data, WARM_UP))
    with torchvision_mnist(WARM_UP) as dataset:
        next(pytorch_example(dataset, seed=1))


def _summary(fast: list[Row], example: list[Row]) -> str:
    seconds, accuracies = median(row[1] for row in fast), [row[2] for row in fast]
    _who, example_seconds, example_accuracy = example[-1]
    reached = sum(share >= WANTED for share in accuracies)
    lines = [
        f"Fast CNN: median {seconds:.2f} s; accuracy {spread(accuracies)}; "
        f"{reached} of {len(fast)} seeds reach {WANTED:.1%} (goal: all).",
        f"Ratio: {example_seconds / seconds:.1f} (goal {GOAL}, aim {AIM}).",
    ]
    if example_accuracy < WANTED:
        lines.append(f"The example did not reach {WANTED:.1%} in {len(example)} epochs: the true ratio is higher.")
    return "\n".join(lines)
