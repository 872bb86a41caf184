"""Forty people train at once: do all their runs get on, and do their pages stay quick?"""

import time
from itertools import cycle
from statistics import median, quantiles

from core.config import TrainConfig
from core.config.fields import MAX_EPOCHS
from core.datasets import load
from core.runs import Run
from tests.benchmarks.report import Table
from tests.benchmarks.run import REFRESH, poll
from tests.benchmarks.scale import Scale

PEOPLE = 40
FAIRNESS_GOAL = 0.5
POLL_GOAL = 50  # milliseconds


def measure(scale: Scale) -> None:
    """Print how far the runs get and how long a look at one of them takes."""
    runs = _start()
    polls = _poll_in_turn(runs, scale.seconds)
    steps = sorted(_steps(run) for run in runs)
    for run in runs:
        run.stop()
    for run in runs:
        run.wait()  # a thread that still computes when Python ends brings the process down
    table = Table("measured                         ", "    value", "    goal")
    table.row(f"steps per second, all {PEOPLE} runs", f"{sum(steps) / scale.seconds:,.0f}", "")
    table.row("steps of the slowest run", f"{steps[0]:,}", "")
    table.row("steps of the fastest run", f"{steps[-1]:,}", "")
    table.row("slowest / fastest", f"{steps[0] / steps[-1]:.2f}", f">= {FAIRNESS_GOAL}")
    table.row("polls", f"{len(polls):,}", "")
    table.row("poll, median", f"{1000 * median(polls):.1f} ms", f"< {POLL_GOAL} ms")
    table.row("poll, 95th percentile", f"{1000 * quantiles(polls, n=20)[-1]:.1f} ms", "")
    table.row("poll, longest", f"{1000 * max(polls):.1f} ms", "")


def _start() -> list[Run]:
    """Return runs of a tiny network that begin together, each with a seed of its own and enough to do."""
    data = load("digits")
    epochs = MAX_EPOCHS
    configs = [
        TrainConfig(dataset="digits", hidden=(16,), batch_size=10, epochs=epochs, seed=seed) for seed in range(PEOPLE)
    ]
    runs = [Run(config, data, paused=True) for config in configs]
    for run in runs:
        run.play()
    return runs


def _steps(run: Run) -> int:
    last = run.view().last
    return last.step if last else 0


def _poll_in_turn(runs: list[Run], seconds: float) -> list[float]:
    """Poll as many pages do that look twice a second each; return the seconds that each poll took."""
    taken = []
    turns = cycle(runs)
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        began = time.perf_counter()
        poll(next(turns))
        taken.append(time.perf_counter() - began)
        time.sleep(max(0.0, REFRESH / len(runs) - taken[-1]))
    return taken
