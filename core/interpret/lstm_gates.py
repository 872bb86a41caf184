"""An LSTM taken step by step: what its gates let through, what it keeps in mind and what it gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn

from core.models import LSTMNet
from core.text.i18n import N_, _


@dataclass(frozen=True, eq=False)
class Steps:
    """All that goes on inside an LSTM of H cells; each tensor is [H] for one step, or [T, H] for a sequence.

    Attributes:
        forget: how much of its memory each cell keeps, in 0..1.
        input: how much of the candidate is let in, in 0..1.
        candidate: what could be remembered, in -1..1.
        output: how much of the memory is shown, in 0..1.
        cell: the memory after the step.
        hidden: what the LSTM gives, in -1..1.
    """

    forget: Tensor
    input: Tensor
    candidate: Tensor
    output: Tensor
    cell: Tensor
    hidden: Tensor


@torch.inference_mode()
def step(weights: Sequence[Tensor], x: Tensor, hidden: Tensor, cell: Tensor, forget: float | None = None) -> Steps:
    """Do one step by the formulas of https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html.

    Several networks of one size do it at once where every tensor has a further dimension in front.

    Args:
        weights: `all_weights[0]` of an LSTM that passes `require_plain`: [4H, F], [4H, H], [4H] and [4H].
        x: the input of this step, [F].
        hidden, cell: what the step before has left, [H] each; zeros before the first.
        forget: what to hold every forget gate at; None leaves them as they were learned.
    """
    of_input, of_hidden, input_bias, hidden_bias = weights
    of_x, of_h = (of_input @ x.unsqueeze(-1)).squeeze(-1), (of_hidden @ hidden.unsqueeze(-1)).squeeze(-1)
    i, f, g, o = (of_x + input_bias + of_h + hidden_bias).chunk(4, dim=-1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    if forget is not None:
        f = torch.full_like(f, forget)
    cell = f * cell + i * g
    hidden = o * cell.tanh()
    return Steps(f, i, g, o, cell, hidden)


def steps(lstm: nn.LSTM, sequence: Tensor, forget: float | None = None) -> Steps:
    """Read a sequence [T, F] from an empty memory on; return every step, each tensor [T, H].

    Raises:
        ValueError: the sequence is empty or of another width, or the LSTM is not a plain one.
    """
    require_plain(lstm)
    if sequence.ndim != 2 or len(sequence) == 0 or sequence.shape[1] != lstm.input_size:
        raise ValueError(
            _("The sequence must be [steps, {width}] with at least one step, but it is {shape}.").format(
                width=lstm.input_size, shape=list(sequence.shape)
            )
        )
    hidden = cell = sequence.new_zeros(lstm.hidden_size)
    done = []
    for x in sequence:
        done.append(step(lstm.all_weights[0], x, hidden, cell, forget))
        hidden, cell = done[-1].hidden, done[-1].cell
    return stack(done)


def stack(done: list[Steps]) -> Steps:
    """Put single steps, [H] each, together: [T, H]."""
    return Steps(*(torch.stack([getattr(one, field.name) for one in done]) for field in fields(Steps)))


def liveliest(steps: Steps, count: int) -> list[int]:
    """Return the cells whose memory varies most over a sequence, the liveliest first; at most so many."""
    start = steps.cell.new_zeros(1, steps.cell.shape[1])
    memory = torch.cat([start, steps.cell])
    return (memory.amax(dim=0) - memory.amin(dim=0)).argsort(descending=True, stable=True)[:count].tolist()


def only(steps: Steps, cells: list[int]) -> Steps:
    """Return what goes on in these cells alone: [T, H] -> [T, len(cells)]."""
    return Steps(*(getattr(steps, field.name)[:, cells] for field in fields(Steps)))


def require_plain(lstm: nn.LSTM) -> None:
    """Raise ValueError unless the LSTM has one layer with biases, reads forwards and projects nothing."""
    if lstm.num_layers != 1 or lstm.bidirectional or lstm.proj_size or not lstm.bias:
        raise ValueError(
            _("Only an LSTM of one layer with biases, which reads forwards, can be followed step by step.")
        )


@dataclass(frozen=True, eq=False)
class Reading:
    """A picture read row by row.

    Attributes:
        steps: of the last LSTM, one for each of the T rows.
        probabilities: what the network would say if the picture ended with this row, [T, C].
    """

    steps: Steps
    probabilities: Tensor

    @property
    def answers(self) -> list[int]:
        """The likeliest class after each row."""
        return self.probabilities.argmax(dim=1).tolist()

    @property
    def decided(self) -> int:
        """How many rows were read when the final answer took the lead for good; 1 is the first."""
        changes = [row for row, (before, after) in enumerate(pairwise(self.answers), start=2) if before != after]
        return changes[-1] if changes else 1


@torch.inference_mode()
def read_rows(network: LSTMNet, inputs: Tensor, forget: float | None = None) -> Reading:
    """Let a network in eval mode read a picture [C, H, W], normalized as in its training, row by row.

    Args:
        forget: what to hold every forget gate at, or None.
    """
    sequence = inputs.transpose(0, 1).flatten(1)  # one row at a time: [H, C * W]
    *earlier, last = cast("Iterable[nn.LSTM]", network.lstms)
    for lstm in earlier:
        sequence = steps(lstm, sequence, forget).hidden
    read = steps(last, sequence, forget)
    return Reading(read, network.layers(read.hidden).softmax(dim=1))


def notice(reading: Reading, row: int, classes: tuple[str, ...]) -> str:
    """Say what the network answers after so many rows, and when it made up its mind."""
    now, end = reading.probabilities[row - 1], reading.probabilities[-1]
    return _(
        "After row {row} it says {now} ({now_probability:.0%}). From row {decided} on it says {final} for good, in the "
        "end with {final_probability:.1%}."
    ).format(
        row=row,
        now=classes[now.argmax()],
        now_probability=now.max().item(),
        decided=reading.decided,
        final=classes[end.argmax()],
        final_probability=end.max().item(),
    )


@dataclass(frozen=True)
class Quantity:
    """One of the tensors of Steps; `largest` is the size its numbers cannot exceed, None where there is no limit."""

    label: str
    symbol: str
    note: str
    largest: float | None = 1.0


@dataclass(frozen=True)
class Forgetting:
    """What to do with the forget gates: hold them at `gate`, or leave them alone where it is None."""

    label: str
    gate: float | None


QUANTITIES = {
    "forget": Quantity(N_("Forget gate"), "f", N_("how much of its memory each cell keeps")),
    "input": Quantity(N_("Input gate"), "i", N_("how much of the candidate is let in")),
    "candidate": Quantity(N_("Candidate"), "g", N_("what could be remembered")),
    "output": Quantity(N_("Output gate"), "o", N_("how much of the memory is shown")),
    "cell": Quantity(N_("Cell state"), "c", N_("the memory"), largest=None),
    "hidden": Quantity(N_("Hidden state"), "h", N_("what the LSTM gives")),
}

FORGETTING = {
    "learnt": Forgetting(N_("as learned"), None),
    "zero": Forgetting(N_("always 0"), 0.0),
    "one": Forgetting(N_("always 1"), 1.0),
}
