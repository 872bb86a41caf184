"""What a person who watches a run costs it: a Run polled like the Train page does, against the bare loop."""

import time
from dataclasses import replace
from itertools import islice
from statistics import median

from core.config import WHOLE_NUMBERS, TrainConfig
from core.datasets import Data, load
from core.figures.learning import learning_curves
from core.presets import PRESETS
from core.runs import Run
from core.training import train
from tests.benchmarks.report import Table
from tests.benchmarks.scale import Scale
from tests.benchmarks.trained import shortened

REFRESH = 0.5  # seconds between two looks, as on the Train page
GOAL = 0.9


def measure(scale: Scale) -> None:
    """Print samples per second of a watched run and of the bare loop over the same steps, pair by pair."""
    data = shortened(load("mnist"), scale.samples)
    config = replace(PRESETS["course"].config("mnist"), epochs=WHOLE_NUMBERS["epochs"][1])
    table = Table("pair  ", "steps ", "bare, samples/s", "run, samples/s", "ratio")
    ratios = []
    for pair in range(scale.repeats):
        first, last, watched = _watched(config, data, scale.seconds / 3)
        bare = _bare(config, data, first, last)
        ratios.append(watched / bare)
        table.row(pair, f"{last - first:,}", f"{bare:,.0f}", f"{watched:,.0f}", f"{ratios[-1]:.3f}")
    table.row("median", "", "", "", f"{median(ratios):.3f}")
    print(f"\nGoal: a ratio of {GOAL:g}.")


def poll(run: Run) -> None:
    """Do what the Train page does with a run each time it looks: its numbers and the charts of loss and accuracy."""
    run.look()
    view = run.view()
    for field, percent in (("loss", False), ("accuracy", True)):
        learning_curves(view.train_curve, view.test_curve, field, field, run.config.epochs, percent)


def _watched(config: TrainConfig, data: Data, seconds: float) -> tuple[int, int, float]:
    """Watch a run for a while; return the steps at which that began and ended, and the samples per second between."""
    run = Run(config, data)
    while run.view().last is None:
        time.sleep(0.01)
    begun, first = time.perf_counter(), run.view().last
    while time.perf_counter() - begun < seconds:
        time.sleep(REFRESH)
        poll(run)
    ended, last = time.perf_counter(), run.view().last
    run.stop()
    run.wait()
    return first.step, last.step, (last.samples - first.samples) / (ended - begun)


def _bare(config: TrainConfig, data: Data, first: int, last: int) -> float:
    """Return the samples per second of `for snapshot in train(...)` from one step to another."""
    steps = train(config, data)
    *_, before = islice(steps, first)
    begun = time.perf_counter()
    *_, after = islice(steps, last - first)
    return (after.samples - before.samples) / (time.perf_counter() - begun)
