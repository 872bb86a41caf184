"""One sentence on what to notice in a run, from its numbers."""

from core.runs.diagnosis import WINDOW, Diagnosis, diagnose, gap_error, plateau, plateau_error
from core.runs.view import Status, View
from core.text.i18n import N_, _


def notice(view: View, classes: int) -> str | None:
    """Return what is most worth noticing about a run at this moment, or None before its first test."""
    test, sample = view.last_test, view.last_sample
    if test is None or sample is None or view.first is None or view.status is Status.DIVERGED:
        return None
    now, before = plateau(view)
    return _(_SENTENCES[diagnose(view, classes)]).format(
        first=view.first.loss,
        loss=sample.loss,
        peak=max(view.train_curve.loss.max(), view.sample_curve.loss.max()),
        seen=sample.accuracy,
        seen_of=sample.samples,
        accuracy=test.accuracy,
        accuracy_of=test.samples,
        error=gap_error(sample.accuracy, test.accuracy, (sample.samples, test.samples)),
        chance=1 / classes,
        epochs=view.last.epoch if view.last else 0.0,
        rate=view.config.learning_rate,
        window=WINDOW,
        now=now,
        before=before,
        still=plateau_error(view),
    )


_SENTENCES = {
    Diagnosis.LEARNING: N_(
        "The loss on the training sample fell from {first:.3g} to {loss:.3g}; of {accuracy_of:,} images that it has "
        "never seen the network is right in {accuracy:.1%}."
    ),
    Diagnosis.DIVERGED: N_(
        "The loss began at {first:.3g} and has been up at {peak:.3g}: each step overshoots, and the training diverges. "
        "Lower the learning rate."
    ),
    Diagnosis.GUESSING: N_(
        "It is right in {accuracy:.1%} of {accuracy_of:,} tests, and guessing gives {chance:.1%}: it is not learning "
        "yet."
    ),
    Diagnosis.TOO_SLOW: N_(
        "The loss falls steadily, but in {epochs:.1f} epochs only from {first:.4g} to {loss:.4g}: a learning rate of "
        "{rate:g} is too small. Raise it."
    ),
    Diagnosis.OVERFITTING: N_(
        "Of {seen_of:,} training images it is right in {seen:.1%}, of {accuracy_of:,} images that it has never seen in "
        "{accuracy:.1%}, where chance alone would make a difference of ±{error:.1%}; and the test loss falls no "
        "longer. It memorizes the training data (overfitting): try dropout, augmentation or weight decay."
    ),
    Diagnosis.PLATEAU: N_(
        "The loss on the training sample falls no longer: {now:.3g} in the mean of the last {window} tests and "
        "{before:.3g} in the {window} before, ±{still:.1g}. Of the test images it is right in {accuracy:.1%}."
    ),
}
