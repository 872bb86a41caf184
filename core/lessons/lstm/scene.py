"""What the browser plays: a digit that is read row by row, and a wave that is continued better and better."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from core.interpret.lstm_gates import QUANTITIES, Reading, Steps, liveliest, notice, only
from core.lessons.lstm import sine
from core.lessons.lstm.sine import NOTCH, Continuation, mean_error
from core.text.i18n import _

MIDDLE = 128  # the byte that stands for 0


def digit_scene(reading: Reading, ink: Tensor, classes: tuple[str, ...], cells: list[int]) -> dict[str, Any]:
    """Return the picture of a reading of T rows.

    Arrays:
        ink: [T, W], from 0 to 1; probabilities: [T, C], after each row.
        activity: what goes on in these cells, [6, T, cells], in the order of QUANTITIES.
    """
    steps = only(reading.steps, cells)
    activity = torch.stack([getattr(steps, name) for name in QUANTITIES])
    rows = range(1, len(ink) + 1)
    return {
        "ink": ink,
        "probabilities": reading.probabilities,
        "activity": activity,
        "cells": cells,
        "classes": classes,
        "quantities": _quantities(),
        "largest": [_largest(name, activity[place]) for place, name in enumerate(QUANTITIES)],
        "sentences": [notice(reading, row, classes) for row in rows],
        "says": {
            "rows": _("Rows read"),
            "cell": _("Cell, liveliest first"),
            "does": _("Cell {cell} keeps {kept} of its memory in row {row} and adds {added}."),
            "answer": _("It says {answer} ({probability})"),
            "head": [_("row"), _("answer"), _("probability"), *(_(each.label) for each in QUANTITIES.values())],
        },
    }


def wave_scene(
    continuations: Sequence[Continuation], truth: Tensor, seen: int, period: int, cells: int, finished: bool
) -> dict[str, Any]:
    """Return the picture of a wave [T] as each of K networks continues it.

    Arrays:
        truth: [T]; predictions: [K, T - 1].
        activity: what goes on in the liveliest cells, [K, 6, cells, T - 1] as bytes: MIDDLE is 0.
    """
    made_up = len(truth) - seen
    errors = [mean_error(each, truth, seen) for each in continuations]
    return {
        "truth": truth,
        "predictions": torch.stack([each.predictions for each in continuations]),
        "activity": torch.stack([_bytes(only(each.steps, liveliest(each.steps, cells))) for each in continuations]),
        "middle": MIDDLE,
        "seen": seen,
        "notch": NOTCH,
        "growing": not finished,
        "quantities": _quantities(),
        "sentences": [
            sine.notice(error, errors[0], made_up, place * NOTCH, period) for place, error in enumerate(errors)
        ],
        "errors": errors,
        "says": {
            "trained": _("Training steps"),
            "sees": _("it sees {count}").format(count=seen),
            "makes_up": _("it makes up {count}").format(count=made_up),
            "head": [_("training steps"), _("mean error")],
        },
    }


def _bytes(steps: Steps) -> Tensor:
    """Return every quantity [T, cells] of some steps as bytes, [6, cells, T]."""
    parts = []
    for name in QUANTITIES:
        values = getattr(steps, name).T
        parts.append((values / _largest(name, values) * (MIDDLE - 1)).round() + MIDDLE)
    return torch.stack(parts).to(torch.uint8)


def _largest(name: str, values: Tensor) -> float:
    """Return the size of number that gets the strongest color."""
    return QUANTITIES[name].largest or values.abs().max().item() or 1.0


def _quantities() -> list[dict[str, str]]:
    return [{"label": _(each.label), "symbol": each.symbol, "note": _(each.note)} for each in QUANTITIES.values()]
