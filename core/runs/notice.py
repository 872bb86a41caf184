"""One sentence on what to notice in a run, from its numbers."""

from core.runs import Status, View
from core.text.i18n import _

EXPLODED = 2.0  # times the first loss
GAP = 0.03  # of accuracy between training batches and test sample
FLAT = 1.5  # times the accuracy of guessing


def notice(view: View, classes: int) -> str | None:
    """Return what is most worth noticing about a run at this moment, or None before its first test."""
    test, train = view.last_test, view.train_curve
    if test is None or view.first is None or len(train.loss) < 2 or view.status is Status.DIVERGED:
        return None
    first, loss, seen, peak = view.first.loss, train.loss[-1], train.accuracy[-1], train.loss.max()
    guessing = test.accuracy < FLAT / classes
    if loss > EXPLODED * first or (guessing and peak > EXPLODED * first):
        return _(
            "The loss began at {first:.3g} and has been up at {peak:.3g}: each step overshoots. "
            "Lower the learning rate."
        ).format(first=first, peak=peak)
    if guessing:
        return _(
            "It is right in {accuracy:.1%} of the tests, and guessing gives {chance:.1%}: it is not learning yet."
        ).format(accuracy=test.accuracy, chance=1 / classes)
    if seen - test.accuracy > GAP:
        return _(
            "On training batches it is right in {seen:.1%}, on pictures it has never seen in {accuracy:.1%}: it is "
            "learning by heart (overfitting). Try dropout, augmentation or weight decay."
        ).format(seen=seen, accuracy=test.accuracy)
    return _(
        "The loss fell from {first:.3g} to {loss:.3g}; on pictures it has never seen the network is right in "
        "{accuracy:.1%}."
    ).format(first=first, loss=loss, accuracy=test.accuracy)
