"""How much memory one process of the app takes. Nothing is imported above that the app would not import."""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from tests.benchmarks.report import Table
from tests.benchmarks.scale import Scale

GOAL = 600
STATUS = Path("/proc/self/status")


def measure(scale: Scale) -> None:
    """Print the memory of this process after the app's imports, and after one run on MNIST."""
    table = Table("after                             ", "now, MB", "at most so far, MB")
    table.row("the start of Python", *_megabytes())
    _import_the_app()
    table.row("the imports of the app", *_megabytes())
    _run_on_mnist(scale)
    table.row("one MNIST run of the course’s MLP", *_megabytes())
    print(f"\nGoal: under {GOAL} MB.")


def _import_the_app() -> None:
    import core

    import_module("streamlit.web.bootstrap")  # the server
    for module in walk_packages(core.__path__, "core."):
        import_module(module.name)


def _run_on_mnist(scale: Scale) -> None:
    from dataclasses import replace

    from core.datasets import load
    from core.lessons.train.presets import PRESETS
    from core.runs import Run
    from core.scheduler import prepare_torch
    from tests.benchmarks.run import REFRESH, poll
    from tests.benchmarks.trained import shortened

    prepare_torch()
    config = PRESETS["course"].config("mnist")
    run = Run(replace(config, epochs=scale.epochs(config.epochs)), shortened(load("mnist"), scale.samples))
    while not run.wait(REFRESH):
        poll(run)


def _megabytes() -> tuple[str, str]:
    """Return the resident memory of this process, now and at its highest."""
    if STATUS.exists():
        fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return tuple(f"{int(fields[name].split()[0]) / 1024:,.0f}" for name in ("VmRSS", "VmHWM"))
    import resource  # which knows the highest only

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return "", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f}"
