"""What a person who watches a run costs it: a Run polled like the Train page does, against the bare loop.

Both do the same steps of the same training, in short spells by turns.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from statistics import median

from core.config.fields import MAX_EPOCHS
from core.datasets import load
from core.lessons.train.presets import PRESETS
from core.runs import Run
from core.runs.learning_curves import learning_charts
from core.scheduler import SLICE
from core.training import Snapshot, train
from tests.benchmarks.report import Table
from tests.benchmarks.scale import Scale
from tests.benchmarks.trained import shortened

REFRESH = 0.5  # seconds between two looks, as on the Train page
SPELL = 2.0
GOAL = 0.9


def measure(scale: Scale) -> None:
    """Print samples per second of a watched run and of the bare loop over the same steps, spell by spell."""
    data = shortened(load("mnist"), scale.samples)
    config = replace(PRESETS["course"].config("mnist"), epochs=MAX_EPOCHS)
    run, steps = Run(config, data, paused=True), train(config, data)
    done = 0
    ratios = []
    table = Table("spell ", "steps ", "bare, samples/s", "run, samples/s", "ratio")
    for spell in range(max(1, round(scale.seconds / SPELL))):
        watched_seconds, now = _watch(run)
        bare_seconds = _go_on(steps, now - done)
        speeds = [(now - done) * config.batch_size / seconds for seconds in (bare_seconds, watched_seconds)]
        ratios.append(bare_seconds / watched_seconds)
        table.row(spell, f"{now - done:,}", *(f"{speed:,.0f}" for speed in speeds), f"{ratios[-1]:.3f}")
        done = now
    run.stop()
    run.wait()
    table.row("median", "", "", "", f"{median(ratios):.3f}")
    print(f"\nGoal: a ratio of {GOAL:g}.")


def poll(run: Run) -> None:
    """Do what the Train page does with a run each time it looks: its numbers and the charts of loss and accuracy."""
    run.heartbeat()
    view = run.view()
    learning_charts(view, run.config.epochs)


def _watch(run: Run) -> tuple[float, int]:
    """Let a paused run go on for a spell, watched; return the seconds that took and the steps it has done in all."""
    began = time.perf_counter()
    run.play()
    while time.perf_counter() - began < SPELL:
        time.sleep(REFRESH)
        poll(run)
    run.pause()
    seconds = time.perf_counter() - began
    time.sleep(SLICE)  # for the step that is being done
    return seconds, run.view().last.step


def _go_on(steps: Iterator[Snapshot], count: int) -> float:
    """Do so many steps of the bare loop; return the seconds that took."""
    began = time.perf_counter()
    for _snapshot in islice(steps, count):
        pass
    return time.perf_counter() - began
