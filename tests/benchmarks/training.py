"""How fast and how good is the training? `python -m tests.benchmarks.training [section ...]` prints a table for each.

    python -m tests.benchmarks.training                 every section, with one and with two threads
    python -m tests.benchmarks.training mlp --threads 1 one section, one thread
    python -m tests.benchmarks.training --quick         a smoke test of the benchmark itself: its numbers mean nothing

Sections: mlp, cnn, run, forty, memory, digits (see SECTIONS).

How to read the tables:

* The two sides of a ratio are measured in turns within one process, so that a machine that is busy for a while slows
  both. Trust the ratios; samples per second and seconds belong to one machine and one moment.
* "Threads" are those that PyTorch computes with. The app uses one: two are faster on an idle machine and far slower on
  a busy one.
* Training time is wall-clock time without tests. The other side's tests are not counted either.
* Accuracy is the share of right answers on the whole test set, in the run whose time is given.
* Every section runs in a fresh process. The line above the tables gives the load at the start: when it is not near 0,
  something else was running, and the numbers are worth little.

MNIST is read from the app's cache folder (NEURAL_PLAYGROUND_DATA moves it) and never downloaded. No number is checked:
the goals stand beside the numbers for the reader.
"""

import argparse
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version

from tests.benchmarks.report import parser
from tests.benchmarks.scale import FULL, QUICK


@dataclass(frozen=True)
class Section:
    """One table: `measure(scale)` of the module tests.benchmarks.<name> prints it.

    `threads` are the numbers of threads that it is worth measuring with.
    """

    title: str
    threads: tuple[int, ...] = (1,)
    needs_mnist: bool = True


def main() -> None:
    """Run the sections that are asked for, one process each, and print their tables."""
    asked = _arguments()
    if asked.inside:
        _measure_here(asked)
        return
    names = asked.sections or list(SECTIONS)
    missing = _without_their_data(names)
    if missing:
        print(f"MNIST is missing or damaged in the cache folder, so these sections cannot run: {', '.join(missing)}.\n")
    print(_machine(), flush=True)
    options = ["--quick"] * asked.quick + (["--repeats", str(asked.repeats)] if asked.repeats else [])
    for name in names:
        if name in missing:
            continue
        section = SECTIONS[name]
        for threads in [count for count in section.threads if count in asked.threads] or section.threads:
            print(f"\n## {section.title} ({threads} thread{'s' * (threads > 1)})\n", flush=True)
            itself = [sys.executable, "-m", "tests.benchmarks.training"]
            subprocess.run([*itself, name, *options, "--threads", str(threads), "--inside"], check=True)


def _arguments() -> argparse.Namespace:
    expected = parser("training", __doc__)
    expected.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section", help=", ".join(SECTIONS))
    expected.add_argument("--quick", action="store_true", help="a fraction of the data")
    expected.add_argument("--repeats", type=int, help="pairs or seeds of each comparison")
    expected.add_argument("--threads", type=int, nargs="+", choices=(1, 2), default=(1, 2), help="of PyTorch")
    expected.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)  # already in a fresh process
    return expected.parse_args()


def _measure_here(asked: argparse.Namespace) -> None:
    (name,), (threads,) = asked.sections, asked.threads
    scale = QUICK if asked.quick else FULL
    if asked.repeats:
        scale = replace(scale, repeats=asked.repeats)
    section = import_module(f"tests.benchmarks.{name}")
    if name != "memory":  # which measures the imports themselves
        _set_up(threads)
    section.measure(scale)


def _set_up(threads: int) -> None:
    import torch

    from core.scheduler import prepare_torch

    prepare_torch()  # as the app does, so that no side pays for torch's first optimizer
    torch.set_num_threads(threads)


def _without_their_data(names: list[str]) -> list[str]:
    from core.datasets import available

    return [] if available("mnist") else [name for name in names if SECTIONS[name].needs_mnist]


def _machine() -> str:
    parts = [
        f"Python {platform.python_version()}, PyTorch {version('torch')}, {platform.system()} {platform.machine()}",
        f"{os.cpu_count()} cores",
    ]
    if hasattr(os, "getloadavg"):
        parts.append(f"load {os.getloadavg()[0]:.1f} at the start")
    return ", ".join(parts)


SECTIONS = {
    "mlp": Section("MLP 784-512-10 against the usual loop", threads=(1, 2)),
    "cnn": Section("The fast CNN against PyTorch’s MNIST example", threads=(1, 2)),
    "run": Section("A run in the app against the bare loop"),
    "forty": Section("Forty runs at once", needs_mnist=False),
    "memory": Section("Memory of the process"),
    "digits": Section("Offline digits, tested on MNIST: what augmentation gives"),
}

if __name__ == "__main__":
    main()
