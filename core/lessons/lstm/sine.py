"""A sine to be continued: a small LSTM learns to say what comes next, and then goes on from its own words."""

import math
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from functools import lru_cache
from threading import Lock

import torch
from torch import Generator, Tensor, nn

from core.interpret.lstm_gates import Steps, require_plain, stack, step
from core.scheduler import SLICE, compute_lock, prepare_torch
from core.seeding import initialise
from core.text.i18n import _

PERIODS = (15, 40)  # steps to a whole wave, of the waves in training
WAVES, LENGTH = 16, 80  # of one batch
NOISE = 0.1
TRAINING = 1000  # steps
NOTCH = 50  # training steps between two networks that are kept
LEARNING_RATE = 0.03
MAX_GRADIENT = 1.0


class Forecaster(nn.Module):
    """An LSTM and a linear layer that say after each value of a sequence what comes next: [N, T, 1] -> [N, T, 1]."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, values: Tensor) -> Tensor:
        return self.head(self.lstm(values)[0])


def wave(period: Tensor | float, phase: Tensor | float, steps: int) -> Tensor:
    """Return sin(2π t / period + phase) for t = 0 .. steps-1: [steps], or [N, steps] for periods and phases [N, 1]."""
    return torch.sin(2 * math.pi * torch.arange(steps) / period + phase)


def practise(forecaster: Forecaster, generator: Generator) -> Iterator[float]:
    """Train a forecaster on TRAINING batches of waves; yield the loss of each before the weights are moved by it.

    The inputs are blurred by noise. Without it the network only learns to prolong what it sees by one step, and is lost
    as soon as its own small errors come back to it as inputs.
    """
    optimizer = torch.optim.Adam(forecaster.parameters(), LEARNING_RATE)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, TRAINING)
    for _step in range(TRAINING):
        # data: waves of any length in the range and any phase; the target of each value is the value after it
        rates = torch.empty(WAVES, 1).uniform_(1 / PERIODS[1], 1 / PERIODS[0], generator=generator)
        phases = torch.empty(WAVES, 1).uniform_(0, 2 * math.pi, generator=generator)
        waves = wave(1 / rates, phases, LENGTH + 1).unsqueeze(2)
        inputs, targets = waves[:, :-1], waves[:, 1:]
        inputs = inputs + NOISE * torch.randn(inputs.shape, generator=generator)

        loss = nn.functional.mse_loss(forecaster(inputs), targets)

        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(forecaster.parameters(), MAX_GRADIENT)
        optimizer.step()
        slower.step()
        yield loss.item()


@dataclass(frozen=True, eq=False)
class Continuation:
    """A wave that was seen for a while and then made up.

    Attributes:
        predictions: what the network said after each step about the next, [T - 1].
        steps: what went on in its LSTM meanwhile, each tensor [T - 1, H].
    """

    predictions: Tensor
    steps: Steps


def continue_wave(forecaster: Forecaster, seen: Tensor, count: int, forget: float | None = None) -> Continuation:
    """Let one forecaster go on, as `continue_waves` has it."""
    return continue_waves([forecaster], seen, count, forget)[0]


@torch.inference_mode()
def continue_waves(
    forecasters: Sequence[Forecaster], seen: Tensor, count: int, forget: float | None = None
) -> list[Continuation]:
    """Show forecasters of one size the values seen, [S], and let each go on for `count` more, fed with what it says.

    T is S + count. The last `count` predictions are the continuation.

    Args:
        forget: what to hold every forget gate at, or None.

    Raises:
        ValueError: nothing was seen, or nothing is to be continued.
    """
    if seen.ndim != 1 or len(seen) == 0 or count < 1:
        raise ValueError(_("Show the network at least one value, and ask it for at least one more."))
    for forecaster in forecasters:
        require_plain(forecaster.lstm)
    # All networks side by side: they cost little more than one.
    each = (forecaster.lstm.all_weights[0] for forecaster in forecasters)
    weights = [torch.stack(of_all) for of_all in zip(*each, strict=True)]
    head = torch.cat([forecaster.head.weight for forecaster in forecasters])
    bias = torch.cat([forecaster.head.bias for forecaster in forecasters])
    hidden = cell = torch.zeros_like(head)
    done, predictions = [], []
    for place in range(len(seen) + count - 1):
        value = seen[place].expand(len(forecasters)) if place < len(seen) else predictions[-1]
        done.append(step(weights, value[:, None], hidden, cell, forget))
        hidden, cell = done[-1].hidden, done[-1].cell
        predictions.append((head * hidden).sum(dim=1) + bias)
    together, said = stack(done), torch.stack(predictions)
    return [
        Continuation(said[:, place], Steps(*(getattr(together, field.name)[:, place] for field in fields(Steps))))
        for place in range(len(forecasters))
    ]


class Practice:
    """One training of a forecaster, of which the network is kept every NOTCH steps; many people may share it.

    Args:
        hidden: the number of cells.
        seed: of first weights and waves; the same seed gives the same networks.
    """

    def __init__(self, hidden: int, seed: int = 0) -> None:
        prepare_torch()
        generator = Generator().manual_seed(seed)
        self._forecaster = Forecaster(hidden)
        initialise(self._forecaster, generator)
        self._losses = practise(self._forecaster, generator)
        self._steps = 0
        self._kept = [deepcopy(self._forecaster)]
        self._working = Lock()

    @property
    def done(self) -> int:
        """How many training steps the newest kept network has behind it."""
        return (len(self._kept) - 1) * NOTCH

    @property
    def kept(self) -> list[Forecaster]:
        """The networks so far, one for every NOTCH training steps; they must not be changed."""
        return list(self._kept)

    def at(self, trained: int) -> Forecaster:
        """Return the network after so many training steps, or the newest one before; it must not be changed."""
        return self._kept[min(trained // NOTCH, len(self._kept) - 1)]

    def advance(self, until: int, slices: int = 1) -> None:
        """Train up to so many steps, but only for so many slices of time, each in this process's turn.

        Returns at once where someone else is at it, as theirs is the same training.
        """
        if not self._working.acquire(blocking=False):
            return
        try:
            for _slice in range(slices):
                if self.done >= min(until, TRAINING):
                    return
                with compute_lock:
                    self._train_for_a_slice(until)
        finally:
            self._working.release()

    def _train_for_a_slice(self, until: int) -> None:
        deadline = time.thread_time() + SLICE
        while time.thread_time() < deadline and self.done < min(until, TRAINING):
            next(self._losses)
            self._steps += 1
            if self._steps % NOTCH == 0:
                self._kept.append(deepcopy(self._forecaster))


@lru_cache(maxsize=16)
def practice(hidden: int, seed: int = 0) -> Practice:
    """Return the one training of this size and seed in this process."""
    return Practice(hidden, seed)


def mean_error(continuation: Continuation, truth: Tensor, seen: int) -> float:
    """Return how far a continuation is from the truth [T] on average, over the values that were not seen."""
    return (continuation.predictions[seen - 1 :] - truth[seen:]).abs().mean().item()


def notice(error: float, untrained: float, made_up: int, trained: int, period: int) -> str:
    """Say how good a continuation is, compared with what it was before the training, and why that may be."""
    low, high = PERIODS
    if trained == 0:
        return _(
            "The {count} values that it makes up are {error:.2f} off on average, and a wave only goes from −1 to 1: it "
            "has not learned anything yet."
        ).format(count=made_up, error=error)
    sentence = _(
        "The {count} values that it makes up are {error:.2f} off on average; before its {trained:,} training steps it "
        "was {untrained:.2f}."
    ).format(count=made_up, error=error, trained=trained, untrained=untrained)
    if not low <= period <= high:
        sentence += " " + _(
            "It practised on waves of {low} to {high} steps; one of {period} it has never seen."
        ).format(low=low, high=high, period=period)
    return sentence
