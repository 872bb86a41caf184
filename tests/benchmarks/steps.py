"""What do the dearest steps that are allowed really cost? `python -m tests.benchmarks.steps` trains each of them.

Each has a process of its own, in which a small network trains as well: how long that stood still, how long a step of
the dear one took, and by how much the process grew. Every step is followed by a test. The goals are 1 s and 500 MB.
`--random 30` takes so many random networks beside those that are known to be awkward.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import replace

from core.config import TrainConfig
from core.config.json_file import config_json, read_config
from core.config.step_price import anatomy, price_of_step, price_of_test
from core.datasets import Split, load
from core.runs import Run
from core.scheduler import prepare_torch
from tests.benchmarks.report import Table, parser
from tests.core.config.dearest import AWKWARD, dearest, with_the_largest_batch

STEPS = 5
LOOK = 0.002  # seconds from one look at the small network's training to the next
SECONDS_GOAL, MEMORY_GOAL = 1.0, 500
MEGABYTE = 10**6
SMALL = TrainConfig(dataset="digits", hidden=(16,), batch_size=10, epochs=10_000, tests_per_epoch=1)


def main() -> None:
    """Measure all and print a row each; or, in a process of its own, one."""
    asked = _arguments()
    if asked.one:
        print(*_measure(read_config(asked.one)))
        return
    print(f"load {os.getloadavg()[0]:.1f}\n")
    table = Table(
        *("network" + " " * 40, "batch", "GFLOPs", "test's", "   MB", "test's"),
        *("step, s", "others stood still, s", "grew, MB"),
    )
    configs = [*filter(None, map(with_the_largest_batch, AWKWARD)), *dearest(asked.seed, asked.random)]
    worst = [0.0, 0.0, 0.0]
    for config in configs:
        network = anatomy(config, config.problem.shape, config.problem.outputs)
        step, test = price_of_step(config, network), price_of_test(network)
        command = [sys.executable, "-m", "tests.benchmarks.steps", "--one", config_json(config)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        measured = [float(number) for number in answer.split()]
        worst = [max(pair) for pair in zip(worst, measured, strict=True)]
        name = (config.blocks if config.model == "blocks" else config.title)[:47]
        table.row(
            *(name, config.batch_size, f"{step.gflops:.1f}", f"{test.gflops:.1f}"),
            *(f"{step.megabytes:.0f}", f"{test.megabytes:.0f}"),
            *(f"{measured[0]:.2f}", f"{measured[1]:.2f}", f"{measured[2]:.0f}"),
        )
    table.row("worst", "", "", "", "", "", f"{worst[0]:.2f}", f"{worst[1]:.2f}", f"{worst[2]:.0f}")
    print(f"\nGoals: at most {SECONDS_GOAL:g} s and {MEMORY_GOAL} MB.")


def _arguments() -> argparse.Namespace:
    expected = parser("steps", __doc__)
    expected.add_argument("--random", type=int, default=12, help="how many random networks")
    expected.add_argument("--seed", type=int, default=0, help="of the random networks")
    expected.add_argument("--one", help=argparse.SUPPRESS)
    return expected.parse_args()


def _measure(config: TrainConfig) -> tuple[float, float, float]:
    """Return the seconds of the longest step, those that a small training stood still, and the megabytes grown by."""
    prepare_torch()
    data = load("digits")
    small = Run(SMALL, data)
    while small.view().last is None:
        time.sleep(LOOK)
    many = -(-config.batch_size // len(data.train))
    train = Split(data.train.inputs.repeat(many, 1, 1, 1), data.train.targets.repeat(many))
    full = replace(data, train=Split(train.inputs[: config.batch_size], train.targets[: config.batch_size]))
    before = _megabytes("VmRSS")
    dear = Run(replace(config, epochs=STEPS, tests_per_epoch=1), full)  # of one step each
    step, since, longest, took, seconds = 0, time.perf_counter(), 0.0, 0.0, 0.0
    while not dear.wait(LOOK):
        now = time.perf_counter()
        if step != (step := small.view().last.step):
            since = now
        longest = max(longest, now - since)
        if (last := dear.view().last) and last.seconds != seconds:
            took, seconds = max(took, last.seconds - seconds), last.seconds
    small.stop()
    small.wait()
    return took, longest, _megabytes("VmHWM") - before


def _megabytes(field: str) -> float:
    with open("/proc/self/status") as status:
        kilobytes = next(line.split()[1] for line in status if line.startswith(f"{field}:"))
    return int(kilobytes) * 1024 / MEGABYTE


if __name__ == "__main__":
    main()
