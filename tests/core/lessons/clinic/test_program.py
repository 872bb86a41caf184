"""The program that is shown is what is trained: it is run alone, in every form, and prints the same numbers."""

import json
import subprocess
import sys

import numpy as np
import pytest

from core.lessons.clinic.cases import CASES
from core.lessons.clinic.program import PLACES, TEMPLATE, Program, lines, text
from tests.core.lessons.clinic.runs import run_of

SEED = 3
FORMS = [(key, repair) for key, case in CASES.items() for repair in ({}, case.cure, *case.single_repairs())]

# Runs each program of a list in a namespace of its own, and tells what it has printed.
ALONE = """
import contextlib, io, json, sys
import torch
torch.set_num_threads(1)
told = []
for code in json.load(sys.stdin):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "shown", "exec"), {"__name__": "__main__"})
    told.append(printed.getvalue())
json.dump([told, [name for name in sys.modules if name.split(".")[0] == "core"]], sys.stdout)
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> list[np.ndarray]:
    """What each form prints: rows of epoch, last loss, accuracy on the training set, accuracy on the test set."""
    programs = [text(CASES[key].program(repair), SEED) for key, repair in FORMS]
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE],
        input=json.dumps(programs),
        cwd=tmp_path_factory.mktemp("alone"),
        capture_output=True,
        text=True,
        check=True,
    )
    told, leaked = json.loads(done.stdout)
    assert not leaked
    return [np.array([line.split() for line in each.splitlines()], float) for each in told]


@pytest.mark.parametrize("place", range(len(FORMS)), ids=[f"{key}-{repair}" for key, repair in FORMS])
def test_the_shown_program_alone_prints_the_numbers_of_the_training(printed, place):
    key, repair = FORMS[place]
    run = run_of(key, repair, SEED)
    rows = printed[place]
    assert rows[:, 0].tolist() == list(range(1, run.epochs + 1))
    steps = len(run.loss) // run.epochs
    np.testing.assert_allclose(rows[:, 1], run.loss[steps - 1 :: steps], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(rows[:, 2:], run.accuracies[:, :2], atol=1e-6)


def test_every_place_is_a_line_of_the_program_and_every_choice_is_tried():
    assert [line.strip(" {}") for line in TEMPLATE.splitlines() if line.strip(" {}") in PLACES] != []
    assert all(f"{{{place}}}\n" in TEMPLATE for place in PLACES)
    tried = {(place, choice) for key, repair in FORMS for place, choice in vars(CASES[key].program(repair)).items()}
    assert {(place, choice) for place in PLACES for choice in PLACES[place]} == tried


def test_an_empty_place_has_a_line_only_where_it_is_asked_for():
    without, kept = lines(Program(), 0), lines(Program(), 0, ("last",))
    assert "last" not in {line.place for line in without}
    assert [line.text.strip() for line in kept if line.place == "last"] == [""]
    assert len(kept) == len(without) + 1


def test_a_program_has_only_what_is_known():
    with pytest.raises(ValueError, match="rate"):
        Program(rate="enormous")
