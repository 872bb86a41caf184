"""What the page asks before it shows it, and what is true, computed."""

from functools import lru_cache

import torch
from torch import Tensor

from core.datasets import Data
from core.datasets.types import normalize
from core.interpret.lstm_gates import read_rows
from core.lessons.lstm.sine import Forecaster
from core.models import LSTMNet
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

FORGET = Prediction(
    "lstm.forget",
    N_("All forget gates are held at 0. How many of {count} digits does the network still read right?"),
    {
        "all": N_("Nearly all: the other gates are as they were"),
        "half": N_("About half"),
        "few": N_("Hardly more than by guessing"),
    },
)
STATE = Prediction(
    "lstm.state",
    N_("After {seen} values: how many numbers does the LSTM hand on to the next step?"),
    {
        "values": N_("{seen}: all values that it has seen"),
        "last": N_("1: the last value"),
        "state": N_("{state}: two for each of its {cells} cells"),
        "grows": N_("{grows:,}: one for each cell and value"),
    },
)
COUNT = 100  # digits
_NEARLY_ALL, _FEW = 0.85, 0.3


def forget_truth(network: LSTMNet, data: Data, mean: float, std: float, gate: float = 0.0) -> Truth:
    """Let the network read the first COUNT test digits as it has learned to, and with its forget gates held.

    Args:
        mean, std: of the images in the network's training.
    """
    learned, held = (count_right(network, data, mean, std, forget) for forget in (None, gate))
    share = held / COUNT
    answer = "all" if share >= _NEARLY_ALL else "few" if share <= _FEW else "half"
    sentence = _(
        "Of {count} test digits it reads {learned} right as it has learned to, and **{held}** with all forget gates "
        "at {gate:g}. It answers after the last row; all that it remembers of the others has come through these gates."
    )
    return Truth(answer, sentence.format(count=COUNT, learned=learned, held=held, gate=gate))


@lru_cache(maxsize=8)
def count_right(network: LSTMNet, data: Data, mean: float, std: float, gate: float | None) -> int:
    """Return how many of the first COUNT test digits a network reads right, with its forget gates held or not."""
    images = normalize(data.test.inputs[:COUNT].float() / 255, mean, std)
    answers = [read_rows(network, image, gate).answers[-1] for image in images]
    return int((torch.tensor(answers) == data.test.targets[:COUNT]).sum())


def state_counts(seen: int, cells: int) -> dict[str, int]:
    """Return the numbers that STATE names."""
    return {"seen": seen, "cells": cells, "state": 2 * cells, "grows": cells * seen}


@torch.no_grad()
def state_truth(forecaster: Forecaster, values: Tensor, seen: int) -> Truth:
    """Let the LSTM of a forecaster read `seen` of the values [T], and all of them, and count what it has in the end."""
    hidden, after_all = (forecaster.lstm(values[:count, None])[1] for count in (seen, len(values)))
    found, at_the_end = (sum(part.numel() for part in state) for state in (hidden, after_all))
    counts = state_counts(seen, forecaster.lstm.hidden_size)
    if found != at_the_end:
        answer = "grows" if found == counts["grows"] else "values"
    else:
        answer = "state" if found == counts["state"] else "last"
    sentence = _(
        "The hidden state h is {h} and the cell state c is {c}: **{found} numbers** after {seen} values, and "
        "{at_the_end} after {all}. Whatever it still needs of the values before has to fit into them."
    )
    h, c = (list(part.shape) for part in hidden)
    return Truth(answer, sentence.format(h=h, c=c, found=found, seen=seen, at_the_end=at_the_end, all=len(values)))
