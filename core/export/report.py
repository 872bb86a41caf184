"""A run on one page: settings, curves, mistakes, and how to have it again."""

import math
from html import escape

import numpy as np
import torch
from torch import Tensor

from core.config.describe import used_settings
from core.datasets import Split
from core.export.report_figure import curves
from core.interpret.metrics import confusion_matrix, worst_mistakes
from core.losses import class_indices
from core.models import count_parameters
from core.plots.images import png_address
from core.runs import Run, View
from core.scheduler import compute_lock
from core.text.i18n import _
from core.training import outputs_in_batches

MISTAKES = 10
PIXELS = 48  # the side of a mistake's picture on paper


def report(run: Run, name: str, script: str) -> str:
    """Return a page of HTML that needs nothing else, for a browser or a printer; the same run gives the same page.

    Of a run that still trains it shows this moment. What its network mixes up is counted on the whole test set once the
    run is over, and on a sample of it before.

    Args:
        name: what the person calls the run.
        script: the program that does it again.
    """
    view = run.view()
    title = f"{name}: {run.title}"
    parts = [f"<h1>{escape(title)}</h1>", *(f"<p class='note'>{escape(note)}</p>" for note in notes(run, view))]
    parts.append(f"<section class='halves'>{_settings(run)}{_numbers(run, view)}</section>")
    parts.append(f"<section class='halves'>{_curves(run, view)}</section>")
    if run.data.task != "regression":
        parts.append(_mistakes(run, view))
    words, whole = _("How to have it again"), _("The whole program")
    parts.append(
        f"<section class='script'><h2>{escape(words)}</h2><p class='screen'>{escape(how_to_repeat(run))}</p>"
        f"<p class='paper'>{escape(where_the_program_is())}</p>"
        f"<details><summary>{escape(whole)}</summary><pre>{escape(script)}</pre></details></section>"
    )
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def notes(run: Run, view: View) -> list[str]:
    """Say what a reader has to know before all numbers."""
    said = []
    if not view.status.over:
        step = view.last.step if view.last else 0
        said.append(_("This run was not over yet: these are its numbers after step {step:,}.").format(step=step))
    if view.message:
        said.append(view.message)
    if run.modified:
        said.append(
            _("Its settings or weights were changed on the way: the settings below are those that it began with.")
        )
    return said


def how_to_repeat(run: Run) -> str:
    """Say how the same numbers can be had again, or why they cannot."""
    if run.modified:
        return _("The program starts from the same settings; it cannot repeat what was changed on the way.")
    return _("The program gives the same numbers, as it draws from the same seed, {seed}.").format(seed=run.config.seed)


def where_the_program_is() -> str:
    """Say on paper, which has not got it, where the program that repeats the run is."""
    return _("The program is not printed: it is at the end of this page in a browser.")


def _settings(run: Run) -> str:
    return _table(_("Settings"), used_settings(run.config))


def _numbers(run: Run, view: View) -> str:
    blank = "–"
    score = view.outcome.score if view.outcome else view.last_test
    accuracy = score.accuracy if score else math.nan
    last = view.last
    parameters = count_parameters(run.config, run.data.input_shape, run.data.problem.outputs)
    rows = [
        (_("Loss on a sample of the training data"), f"{view.last_sample.loss:.4g}" if view.last_sample else blank),
        (_("Test loss"), f"{score.loss:.4g}" if score else blank),
        (_("Test accuracy"), blank if math.isnan(accuracy) else f"{accuracy:.2%}"),
        (_("Tested on"), _("{count:,} examples").format(count=score.samples) if score else blank),
        (_("Epochs done"), f"{last.epoch:.4g}" if last else blank),
        (_("Steps done"), f"{last.step:,}" if last else blank),
        (_("Seconds of training"), f"{last.seconds:.3g}" if last else blank),
        (_("Weights and biases"), f"{parameters:,}"),
    ]
    return _table(_("What it came to"), rows)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in rows)
    return f"<div><h2>{escape(title)}</h2><table class='facts'>{cells}</table></div>"


def _curves(run: Run, view: View) -> str:
    train, test, epochs = view.sample_curve, view.test_curve, max(view.last.epoch if view.last else 0.0, 1.0)
    drawn = [curves(_("Loss"), (train.epoch, train.loss), (test.epoch, test.loss), epochs)]
    if run.data.task != "regression":
        drawn.append(curves(_("Accuracy"), (train.epoch, train.accuracy), (test.epoch, test.accuracy), epochs))
    return "".join(f"<div>{svg}</div>" for svg in drawn)


def _mistakes(run: Run, view: View) -> str:
    if view.outcome:
        answers, tested = view.outcome.probabilities, run.data.test
    else:
        tested = run.data.test_sample
        answers = run.probabilities(_outputs(run, tested))
    truths = class_indices(tested.targets)
    classes = [_(label) for label in run.data.classes]
    matrix = _matrix(confusion_matrix(answers, truths), classes)
    if run.data.train.inputs.dtype != torch.uint8:
        return f"<section class='halves'>{matrix}</section>"
    worst = worst_mistakes(answers, truths, MISTAKES)
    pictures = "".join(
        _picture(
            tested.inputs[mistake.index, 0].numpy(),
            _("{truth}, read as {answer} ({confidence:.0%})").format(
                truth=classes[mistake.truth], answer=classes[mistake.answer], confidence=mistake.confidence
            ),
        )
        for mistake in worst
    )
    title = _("Worst mistakes: wrong and sure of it") if worst else _("No mistake at all")
    return f"<section class='halves'>{matrix}<div><h2>{escape(title)}</h2>{pictures}</div></section>"


def _outputs(run: Run, tested: Split) -> Tensor:
    batches, outputs = outputs_in_batches(run.model_snapshot(), run.data, tested), []
    while True:
        with compute_lock:
            batch = next(batches, None)
        if batch is None:
            return torch.cat(outputs)
        outputs.append(batch)


def _matrix(counts: Tensor, classes: list[str]) -> str:
    title = _("What it mixes up, of {count:,} examples").format(count=int(counts.sum()))
    head = "".join(f"<th>{escape(label)}</th>" for label in classes)
    rows = "".join(
        f"<tr><th>{escape(classes[truth])}</th>"
        + "".join(f"<td class='{_look(truth == answer, count)}'>{count}</td>" for answer, count in enumerate(row))
        + "</tr>"
        for truth, row in enumerate(counts.tolist())
    )
    corner = escape(_("is ↓  read as →"))
    return f"<div><h2>{escape(title)}</h2><table class='matrix'><tr><th>{corner}</th>{head}</tr>{rows}</table></div>"


def _look(right: bool, count: int) -> str:
    return "right" if right else "wrong" if count else "none"


def _picture(pixels: np.ndarray, caption: str) -> str:
    words = escape(caption)
    return (
        f"<figure><img width='{PIXELS}' height='{PIXELS}' alt='{words}' src='{png_address(pixels)}'>"
        f"<figcaption>{words}</figcaption></figure>"
    )


STYLE = """
:root {color-scheme: light}
body {font: 15px/1.45 system-ui, sans-serif; color: #1a2230; background: #fff; max-width: 190mm; margin: 24px auto;
  padding: 0 16px}
h1 {font-size: 1.35rem; margin: 0 0 .6rem} h2 {font-size: 1rem; margin: 1rem 0 .4rem}
.note {border-left: 3px solid #ce7b00; padding-left: .6rem}
.halves {display: flex; flex-wrap: wrap; gap: 0 28px; align-items: flex-start}
.halves > div {flex: 1 1 300px; min-width: 0}
table {border-collapse: collapse; font-size: .82rem}
.facts th {text-align: left; font-weight: 400; color: #5a6270; padding: 1px 14px 1px 0; vertical-align: top}
.facts td {font-variant-numeric: tabular-nums; overflow-wrap: anywhere}
.matrix {font-size: .72rem; font-variant-numeric: tabular-nums} .matrix th {font-weight: 400; padding: 1px 4px}
.matrix td {text-align: right; border: 1px solid #dce2ea; padding: 1px 4px}
.matrix .right {font-weight: 600} .matrix .wrong {background: #fbebd3} .matrix .none {color: #c3c9d2}
figure {display: inline-block; width: 58px; margin: 0 4px 6px 0; vertical-align: top}
figure img {image-rendering: pixelated; border: 1px solid #dce2ea} figcaption {font-size: .66rem; line-height: 1.2}
pre {font-size: .72rem; white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f6f9; padding: 10px}
@page {size: A4; margin: 12mm}
.paper {display: none}
@media print {
  .screen {display: none} .paper {display: block}
  html {font-size: 9pt} body {margin: 0; max-width: none; padding: 0; font-size: 1rem} h2 {margin-top: .5rem}
  .halves svg {max-width: 330px !important}
  section {break-inside: avoid} details {display: none}
  * {print-color-adjust: exact; -webkit-print-color-adjust: exact}
}
"""
