"""PyTorch itself answers every puzzle: the code that is shown, run as it stands."""

import contextlib
import io

import pytest
import torch
from torch import nn

from core.lessons.data.puzzles import ERROR, PUZZLES, Puzzle, answer_of, verdict
from core.text.prediction import SHOWN


@pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=PUZZLES)
def test_the_right_answer_is_what_pytorch_prints(puzzle: Puzzle):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(puzzle.program(), {})
    assert printed.getvalue().strip() == puzzle.answers[puzzle.right]
    assert answer_of(puzzle, puzzle.result()) == puzzle.answers[puzzle.right]


@pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=PUZZLES)
def test_the_drawn_tensors_are_those_of_the_code(puzzle: Puzzle):
    made = {"torch": torch, "nn": nn}
    exec(puzzle.setup, made)
    for name, tensor in puzzle.tensors().items():
        assert made[name].dtype == tensor.dtype
        assert torch.equal(made[name], tensor)


@pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=PUZZLES)
def test_the_answers_are_a_few_and_differ(puzzle: Puzzle):
    assert 2 <= len(puzzle.answers) <= 4
    assert len(set(puzzle.answers.values())) == len(puzzle.answers)
    assert puzzle.right in puzzle.answers
    assert SHOWN not in puzzle.answers


def test_there_are_seven_and_their_ids_stay():
    assert list(PUZZLES) == [
        "dtype_overflow", "shape_index", "view_order", "transpose_reshape", "broadcast_targets", "batch_axis",
        "sum_dim",
    ]  # fmt: skip


def test_the_verdict_stands_over_the_guess():
    puzzle = PUZZLES["sum_dim"]
    assert verdict(puzzle, "columns") == "PyTorch gives **`[3, 5, 7]`**, as you said."
    assert verdict(puzzle, "rows") == "PyTorch gives **`[3, 5, 7]`**, not `[3, 12]`."
    assert verdict(puzzle, SHOWN) == "PyTorch gives **`[3, 5, 7]`**."
    assert verdict(PUZZLES["view_order"], "error").endswith(f"not {ERROR}.")


# What the sentences say beside the answers.


def test_what_the_reasons_say_holds():
    x = torch.arange(6).view(2, 3)
    assert nn.Flatten()(x.unsqueeze(0)).shape == (1, 6)
    assert torch.tensor([200], dtype=torch.uint8).mul(2).item() == 400 - 256
    assert torch.equal(x.view(3, 2).flatten(), x.flatten())
    assert x.T.reshape(2, 3).flatten().sort().values.tolist() == x.flatten().tolist()
