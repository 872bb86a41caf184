"""What is to be seen of a training, and what came of a repair, in words and from its numbers."""

import math

import numpy as np

from core.lessons.clinic.cases import ACCURACY_MARGIN, HONESTY_MARGIN, LOSS_MARGIN, Case, Repair, is_mended
from core.lessons.clinic.program import PLACES
from core.lessons.clinic.training import PANELS, Run
from core.text.i18n import _
from core.text.numbers import plain

CHANCE = math.log(10)  # the loss of one who gives each of ten digits the same probability
FAR = 0.5  # from CHANCE, for a first loss
RISE = 1.5  # times the first loss, for one that rises on its way


def symptom(run: Run) -> str:
    """Say how a training ended, and the most striking thing about it, in Markdown."""
    ending = _(
        "After {epochs} epochs the loss is **{loss}** (guessing costs {chance}), and the accuracy is **{train}** on "
        "the training set and **{test}** on the test set."
    ).format(
        epochs=run.epochs,
        loss=number(run.final_loss),
        chance=number(CHANCE),
        train=share(run.train),
        test=share(run.test),
    )
    return f"{ending} {_striking(run)}".strip()


def _striking(run: Run) -> str:
    zeros = dict(zip(PANELS, run.histograms[-1, :, 0], strict=True))
    highest = float(np.nanmax(run.loss))
    if abs(run.first_loss - CHANCE) > FAR:
        return _("It begins at {first}.").format(first=number(run.first_loss))
    if highest > RISE * run.first_loss:
        return _("On its way the loss rises to {highest}.").format(highest=number(highest))
    if zeros["activations"] == 1:
        return _("Every hidden value is exactly 0.")
    if zeros["gradients_1"] == 1:
        return _("Every gradient of the first layer is exactly 0.")
    if run.train - run.test > HONESTY_MARGIN:
        return _("That is {gap} points less.").format(gap=plain(100 * (run.train - run.test), ".0f"))
    return ""


def verdict(broken: Run, run: Run, sound: Run) -> str:
    """Say what came of a repair, against the training as it came and a sound one, in Markdown."""
    if is_mended(run, sound):
        return _(
            "**Mended.** The loss ends at **{loss}** (it was {loss_before}), the test set says **{test}** (it was "
            "{test_before}), and of fresh images it reads **{fresh}** (it was {fresh_before})."
        ).format(**_ends(run), **{f"{name}_before": value for name, value in _ends(broken).items()})
    return _("**Not mended.** {reason}").format(reason=_reason(run, sound))


def _reason(run: Run, sound: Run) -> str:
    ends = _ends(run) | {f"sound_{name}": value for name, value in _ends(sound).items()}
    if not math.isfinite(run.final_loss):
        return _("The loss is no number any more: training diverged.")
    if run.final_loss < 0:
        return _("The loss ends at **{loss}**: below 0 it is no cross-entropy.").format(**ends)
    if run.final_loss > sound.final_loss + LOSS_MARGIN:
        return _(
            "The loss ends at **{loss}**, and {fresh} of fresh images are read; without the fault it is {sound_loss} "
            "and {sound_fresh}."
        ).format(**ends)
    if run.fresh < sound.fresh - ACCURACY_MARGIN:
        return _("It reads **{fresh}** of fresh images; without the fault it is {sound_fresh}.").format(**ends)
    return _(
        "The test set says **{test}**, but of fresh images it reads **{fresh}**: what it reports cannot be relied on."
    ).format(**ends)


def notes(case: Case, repair: Repair) -> list[str]:
    """Return for each changed place its line of code and one sentence of what it does, in Markdown."""
    found = []
    for place, choice in case.changed(repair).items():
        code = PLACES[place][choice].code or _("nothing")
        found.append(_("`{code}`: {note}").format(code=code, note=_(PLACES[place][choice].note)))
    return found


def number(value: float) -> str:
    """Return a loss in three digits."""
    return plain(value, ".2f" if abs(value) < 100 else ".3g")


def share(value: float) -> str:
    """Return an accuracy in percent."""
    return f"{value:.0%}"


def _ends(run: Run) -> dict[str, str]:
    return {"loss": number(run.final_loss), "test": share(run.test), "fresh": share(run.fresh)}
