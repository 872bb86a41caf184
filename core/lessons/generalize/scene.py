"""What the browser draws of the trainings."""

from math import floor
from typing import Any

import numpy as np
import torch

from core.lessons.generalize.initial_weights import (
    BARS,
    HIDDEN,
    LARGEST,
    LOOKS,
    SMALLEST,
    STARTS,
    Trace,
)
from core.lessons.generalize.remedies import REMEDIES, Comparison
from core.lessons.generalize.sentences import epoch_sentence, remedies_sentence, start_sentence
from core.lessons.generalize.training import EPOCHS, History
from core.plots.palette import COLORS, series_style
from core.text.i18n import _

FIRST_EPOCHS = 4  # whose steep ascent is cut off where remedies are compared
ROOM = 1.06  # above the highest curve
HIGHEST_LOSS = 10.0  # of the initial weights; what is beyond is cut off


def history_scene(history: History) -> dict[str, Any]:
    """Return the curves of one training: `curves` [loss and accuracy, series, EPOCHS + 1]."""
    nothing = torch.full_like(history.memorized, torch.nan)
    loss, accuracy = torch.stack([*history.loss, nothing]), torch.stack([*history.accuracy, history.memorized])
    series = [
        {"label": _("training"), "color": COLORS["green"], "dash": "solid"},
        {"label": _("validation"), "color": COLORS["blue"], "dash": "solid"},
        {"label": _("wrong labels memorized"), "color": COLORS["violet"], "dash": "dotted"},
    ]
    count = 3 if history.setup.noise else 2
    tests = [
        {"epoch": EPOCHS, "value": history.test_accuracy},
        {"epoch": history.best, "value": history.stopped_test_accuracy},
    ]
    return {
        "curves": torch.stack([loss, accuracy])[:, :count],
        "series": series[:count],
        "panels": [
            {"label": _("loss"), "low": 0.0, "high": loss.nan_to_num(0).max().item() * ROOM, "percent": False},
            {"label": _("accuracy"), "low": 0.0, "high": 1.03, "percent": True},
        ],
        "best": history.best,
        "tests": tests,
        "test_color": COLORS["orange"],
        "sentences": [epoch_sentence(history, epoch) for epoch in range(EPOCHS + 1)],
        "says": _says() | {"best": _("lowest validation loss"), "test": _("test")},
    }


def remedies_scene(comparison: Comparison) -> dict[str, Any]:
    """Return the mean curves of all remedies, and in `runs` those of each seed."""
    runs = torch.stack([comparison.validation, comparison.gap])
    low, high = comparison.gap.min().item(), comparison.gap.max().item()
    least = comparison.validation[:, :, FIRST_EPOCHS:].min().item()
    return {
        "curves": runs.mean(2),
        "runs": runs,
        "series": [{"label": _(each.label), **series_style(place)} for place, each in enumerate(REMEDIES.values())],
        "panels": [
            {"label": _("validation accuracy"), "low": floor(10 * least) / 10, "high": 1.03, "percent": True},
            {
                "label": _("gap: training − validation accuracy"),
                "low": low - 0.02,
                "high": high * ROOM,
                "percent": True,
            },
        ],
        "best": None,
        "tests": [],
        "sentences": [remedies_sentence(comparison, epoch) for epoch in range(EPOCHS + 1)],
        "says": _says(),
    }


def starts_scene(traces: dict[str, Trace], start: str) -> dict[str, Any]:
    """Return the losses from all starts, [STARTS, LOOKS], NaN where one has diverged, and the layers from one of them.

    `outputs` and `gradients` are [looks, HIDDEN, BARS]; they have at least two looks, the last one again.
    """
    losses = np.full((len(STARTS), len(LOOKS)), np.nan)
    for line, trace in zip(losses, traces.values(), strict=True):
        line[: len(trace.loss)] = trace.loss
    shown = traces[start]
    last = len(shown.loss) - 1
    kept = [min(place, last) for place in range(len(LOOKS))]
    return {
        "losses": losses,
        "steps": np.array(LOOKS),
        "outputs": shown.outputs[kept],
        "gradients": shown.gradients[kept],
        "highest": min(HIGHEST_LOSS, float(np.nanmax(losses)) * ROOM),
        "chosen": list(traces).index(start),
        "series": [{"label": _(each.label), **series_style(place)} for place, each in enumerate(STARTS.values())],
        "ranges": [f"±{shown.reach:.2g}", f"{power(SMALLEST)} … {power(LARGEST)}"],
        "sentences": [start_sentence(shown, place) for place in range(len(LOOKS))],
        "says": {
            "step": _("Training step"),
            "loss": _("loss"),
            "layer": _("layer {layer}"),
            "rows": [_("values"), _("gradients (log)")],
            "bars": BARS,
            "layers": HIDDEN,
        },
    }


def power(exponent: int) -> str:
    """Write a power of 10, as 10⁻³."""
    return f"10{str(exponent).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _says() -> dict[str, str]:
    return {"epoch": _("Epoch")}
