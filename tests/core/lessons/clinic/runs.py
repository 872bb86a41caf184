"""Trainings of the clinic, each done once for all tests."""

from core.lessons.clinic.cases import CASES, Repair
from core.lessons.clinic.program import Program
from core.lessons.clinic.training import Run, train

_runs: dict[tuple[Program, int], Run] = {}


def run_of(key: str, repair: Repair | None = None, seed: int = 0) -> Run:
    """Return a patient's training, as it came or with a repair."""
    program = CASES[key].program(repair)
    if (program, seed) not in _runs:
        _runs[program, seed] = finish(train(program, seed))
    return _runs[program, seed]


def cured(key: str, seed: int = 0) -> Run:
    return run_of(key, CASES[key].cure, seed)


def finish(training) -> Run:
    while True:
        try:
            next(training)
        except StopIteration as end:
            return end.value
