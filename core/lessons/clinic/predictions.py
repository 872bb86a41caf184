"""What is wrong with a patient? Asked before anything is mended; the truth is what mends it."""

from core.lessons.clinic.cases import CASES, FAULTS, Case, is_mended
from core.lessons.clinic.sentences import number, share
from core.lessons.clinic.training import Run
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

QUESTIONS = {
    key: Prediction(
        f"clinic.patient_{key}",
        N_("Look at the curves, the histograms and the code: what is wrong?"),
        {fault: FAULTS[fault] for fault in case.suspects},
    )
    for key, case in CASES.items()
}


def fault_truth(case: Case, broken: Run, sound: Run) -> Truth:
    """Return the fault: of two trainings that differ in it alone, only the one without it is sound.

    Args:
        broken, sound: the patient's training as it came, and with its cure.
    """
    answer = case.fault if is_mended(sound, sound) and not is_mended(broken, sound) else ""
    sentence = _(
        "With nothing but this changed, the loss ends at **{loss}** instead of {loss_before}, the test set says "
        "**{test}** instead of {test_before}, and of fresh images **{fresh}** are read instead of {fresh_before}."
    ).format(
        loss=number(sound.final_loss), loss_before=number(broken.final_loss),
        test=share(sound.test), test_before=share(broken.test),
        fresh=share(sound.fresh), fresh_before=share(broken.fresh),
    )  # fmt: skip
    return Truth(answer, sentence)
