"""What the browser draws of a patient: the curves and histograms of its training, and its program with the places."""

from typing import Any

import numpy as np

from core.lessons.clinic.cases import Case, Repair
from core.lessons.clinic.program import HEAD as PREAMBLE
from core.lessons.clinic.program import PLACES, lines
from core.lessons.clinic.sentences import CHANCE
from core.lessons.clinic.training import BINS, LOW, PER_DECADE, Run
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

TICKS = {-6: "10⁻⁶", -3: "10⁻³", 0: "1", 3: "10³"}  # powers of ten under a histogram
TOP, ROOM = 1.08, 2.0  # the loss axis reaches so many times beyond its highest, but beyond its first at most so far


def training_scene(broken: Run, run: Run | None) -> dict[str, Any]:
    """Return the picture of a training as it came, and of the same with a repair in front of it.

    Args:
        run: with the repair; None where there is none.
    """
    shown = run or broken
    both = [broken, run] if run else [broken]
    names = [(_("training set"), "blue"), (_("test set"), "orange"), (_("fresh images"), "green")]
    known = names if run else names[:2]  # what fresh images say may tell the fault
    scene = {
        "loss": shown.loss,
        "accuracies": np.ascontiguousarray(shown.accuracies[:, : len(known)]),
        "histograms": shown.histograms,
        "epochs": [each.epochs for each in (shown, broken)],
        "top": _top(both),
        "bottom": min(0.0, *(_finite(each.loss).min() for each in both)),
        "tallest": np.max([each.histograms.max((0, 2)) for each in both], 0),
        "chance": [CHANCE, 0.1],
        "lines": [{"label": label, "color": COLORS[color], "dash": "solid"} for label, color in known],
        "gray": {"label": _("as it came"), "color": GRAY, "dash": "solid"},
        "bins": BINS,
        "ticks": [[0.5, "0"], *([1 + (power - LOW) * PER_DECADE, text] for power, text in TICKS.items())],
        "panels": [
            _("hidden values"),
            _("gradients, layer 1"),
            _("gradients, layer 2"),
            _("weights, layer 1"),
            _("weights, layer 2"),
        ],
        "says": {
            "epoch": _("Epoch"),
            "loss": _("training loss"),
            "loss_title": _("Training loss, by epoch"),
            "accuracy_title": _("Accuracy, by epoch"),
            "guessing": _("guessing"),
            "sizes": _("How large the numbers are: exactly 0, then by powers of ten"),
            "now": _("After epoch {epoch}: loss {loss}, accuracy {train} on the training set, {test} on the test set."),
        },
    }
    if run:
        scene |= {
            "loss_before": broken.loss,
            "accuracies_before": np.ascontiguousarray(broken.accuracies[:, :2]),
            "histograms_before": broken.histograms,
        }
    return scene


def code_scene(case: Case, repair: Repair, seed: int, told: str = "") -> dict[str, Any]:
    """Return the program of a patient, with what may stand in each of its places.

    Args:
        told: what came of it, to stand below it where the curves are out of sight.
    """
    came = case.program()
    nothing = _("# nothing here")
    return {
        "lines": [
            {"text": line.text, "place": line.place if line.place in case.places else ""}
            for line in lines(case.program(repair), seed, case.places)[PREAMBLE:]
        ],
        "choices": {
            place: [[choice, PLACES[place][choice].code or nothing] for choice in case.offered[place]]
            for place in case.places
        },
        "came": {place: getattr(came, place) for place in case.places},
        "told": told,
        "says": {
            "choose": _("Line {number}: {code}"),
            "program": _("The program, with {count} places where a line can be another"),
        },
    }


def _top(runs: list[Run]) -> float:
    highest = max(_finite(run.loss).max() for run in runs)
    return float(min(TOP * highest, ROOM * max(CHANCE, *(run.first_loss for run in runs))))


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]
