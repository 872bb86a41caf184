"""Seven questions about tensors that trip beginners up; PyTorch answers them, and a test proves each right answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.text.i18n import N_, _


@dataclass(frozen=True)
class Puzzle:
    """One question; its key in PUZZLES is its stable id.

    Attributes:
        idea: what it is about, in a word or two.
        tensors: the tensors that the code begins with, by name.
        setup: lines of Python that make them.
        expression: what is asked about, as Python.
        compute: the same, of the tensors in their order.
        by_shape: whether the answers are shapes; else they are values.
        answers: stable id -> the answer as Python writes it.
        right: the id of the right one.
        because: why, in one sentence.
    """

    idea: str
    tensors: Callable[[], Mapping[str, Tensor]]
    setup: str
    expression: str
    compute: Callable[..., Tensor]
    by_shape: bool
    answers: Mapping[str, str]
    right: str
    because: str

    def result(self) -> Tensor:
        """Return what PyTorch makes of the tensors."""
        return self.compute(*self.tensors().values())

    def program(self) -> str:
        """Return the whole as a program, which prints the answer."""
        value = f"list(({self.expression}).shape)" if self.by_shape else f"({self.expression}).tolist()"
        imports = ["import torch", *(["from torch import nn"] if "nn." in self.expression else [])]
        return "\n".join([*imports, "", self.setup, f"print({value})"])


ERROR = N_("an error")


def answer_of(puzzle: Puzzle, tensor: Tensor) -> str:
    """Return a tensor as the answers of a puzzle are written."""
    return str(list(tensor.shape) if puzzle.by_shape else tensor.tolist())


def verdict(puzzle: Puzzle, guess: str) -> str:
    """Say what PyTorch gives, against the guess, in Markdown."""
    truth = answer_of(puzzle, puzzle.result())
    if guess == puzzle.right:
        return _("PyTorch gives **{truth}**, as you said.").format(truth=_code(truth))
    if guess in puzzle.answers:
        return _("PyTorch gives **{truth}**, not {guess}.").format(
            truth=_code(truth), guess=_written(puzzle.answers[guess])
        )
    return _("PyTorch gives **{truth}**.").format(truth=_code(truth))


def label_of(answer: str) -> str:
    """Return what stands on the button of an answer; an error is a word, all else is as Python writes it."""
    return _(answer)


def _written(answer: str) -> str:
    return _(answer) if answer == ERROR else _code(answer)


def _code(words: str) -> str:
    return f"`{words}`"


def _counted(*shape: int) -> Tensor:
    size = torch.Size(shape).numel()
    return torch.arange(size).view(shape)


_SIX = "x = torch.arange(6).view(2, 3)"

PUZZLES: dict[str, Puzzle] = {
    "dtype_overflow": Puzzle(
        "dtype",
        lambda: {"x": torch.tensor([10, 100, 200], dtype=torch.uint8)},
        "x = torch.tensor([10, 100, 200], dtype=torch.uint8)",
        "x * 2",
        lambda x: x * 2,
        False,
        {"exact": "[20, 200, 400]", "clipped": "[20, 200, 255]", "wrapped": "[20, 200, 144]", "error": ERROR},
        "wrapped",
        N_("A uint8 has no room above 255 and begins again at 0: make pixels float before you compute with them."),
    ),
    "shape_index": Puzzle(
        N_("shape"),
        lambda: {"x": _counted(2, 1, 2, 3)},
        "x = torch.arange(12).view(2, 1, 2, 3)",
        "x[:, 0]",
        lambda x: x[:, 0],
        True,
        {"kept": "[2, 1, 2, 3]", "dropped": "[2, 2, 3]", "first": "[1, 2, 3]"},
        "dropped",
        N_("A colon keeps its axis, and a number picks one entry, so that its axis is gone: here the channel."),
    ),
    "view_order": Puzzle(
        "view",
        lambda: {"x": _counted(2, 3)},
        _SIX,
        "x.view(3, 2)",
        lambda x: x.view(3, 2),
        False,
        {"turned": "[[0, 3], [1, 4], [2, 5]]", "refilled": "[[0, 1], [2, 3], [4, 5]]", "error": ERROR},
        "refilled",
        N_("`view` never moves a number: it reads the same six in the same order, and breaks the rows elsewhere."),
    ),
    "transpose_reshape": Puzzle(
        "transpose",
        lambda: {"x": _counted(2, 3)},
        _SIX,
        "x.T.reshape(2, 3)",
        lambda x: x.T.reshape(2, 3),
        False,
        {"back": "[[0, 1, 2], [3, 4, 5]]", "mixed": "[[0, 3, 1], [4, 2, 5]]", "error": ERROR},
        "mixed",
        N_("`T` swaps the axes, `reshape` reads row after row: the shape is back, but the numbers are mixed up."),
    ),
    "broadcast_targets": Puzzle(
        N_("broadcasting"),
        lambda: {"outputs": torch.tensor([[1.0], [2.0], [3.0]]), "targets": torch.tensor([1.0, 2.0, 3.0])},
        "outputs = torch.tensor([[1.0], [2.0], [3.0]])\ntargets = torch.tensor([1.0, 2.0, 3.0])",
        "outputs - targets",
        lambda outputs, targets: outputs - targets,
        True,
        {"vector": "[3]", "column": "[3, 1]", "square": "[3, 3]", "error": ERROR},
        "square",
        N_("[3, 1] and [3] are both stretched to [3, 3]: each output minus every target, without a word of warning."),
    ),
    "batch_axis": Puzzle(
        N_("batch axis"),
        lambda: {"x": _counted(2, 3)},
        _SIX,
        "nn.Flatten()(x)",
        lambda x: nn.Flatten()(x),
        True,
        {"flat": "[6]", "batch": "[1, 6]", "unchanged": "[2, 3]"},
        "unchanged",
        N_("Layers take the first axis for the batch: here two samples of 3. `x.unsqueeze(0)` makes one sample of it."),
    ),
    "sum_dim": Puzzle(
        "dim",
        lambda: {"x": _counted(2, 3)},
        _SIX,
        "x.sum(dim=0)",
        lambda x: x.sum(dim=0),
        False,
        {"rows": "[3, 12]", "columns": "[3, 5, 7]", "all": "15"},
        "columns",
        N_("`dim` names the axis that goes away: [2, 3] without its axis 0 is [3], the sum of each column."),
    ),
}
