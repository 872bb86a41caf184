"""One sentence on what to notice in the 2-D playground, from the numbers of its network."""

import math

import numpy as np

from core.playground.health import DEAD, SATURATED
from core.playground.snapshot import NetworkState
from core.text.i18n import _

GAP, CLOSE = 1.5, 0.05  # a test loss that many times the training loss, and by so much above it
SIGMAS, IN_A_ROW = 2.0, 3  # so many standard errors above it now, and GAP times in so many tests
SOLVED = 0.98  # of the test points


def notice(state: NetworkState) -> str:
    """Return what is most worth noticing about a network at this moment."""
    numbers, classes = state.numbers, len(state.problem.classes)
    train, test = numbers.train_loss, numbers.test_loss
    if not len(state.test) and math.isfinite(train):
        return _(
            "All {count} points are to learn from, so there is no test set yet: set more points of a class, and some "
            "of them will be for testing. At epoch {epoch:,} the training loss is {loss:.3f}."
        ).format(count=len(state.train), loss=train, epoch=numbers.epoch)
    if not (math.isfinite(train) and math.isfinite(test)):
        return _("The loss is no longer a finite number: take a smaller learning rate and press Reset.")
    if numbers.epoch == 0:
        return _("The weights are random: the test loss is {loss:.3f}. Press Play and see it fall.").format(loss=test)
    units = sum(len(layer.flags) for layer in state.health)
    dead, saturated = (sum((layer.flags == flag).sum().item() for layer in state.health) for flag in (DEAD, SATURATED))
    straight = set(state.activations) <= {"identity"}
    solved = classes and numbers.test_accuracy >= SOLVED
    words = {
        "epoch": numbers.epoch,
        "train": train,
        "test": test,
        "right": numbers.test_accuracy,
        "seen": numbers.train_accuracy,
        "dead": dead,
        "saturated": saturated,
        "units": units,
        "chance": 1 / classes if classes else 0,
    }
    if dead:
        sentence = _(
            "**{dead} of {units} hidden neurons are dead**: they answer 0 to every training point, so no gradient "
            "reaches them. Test loss {test:.3f}."
        )
    elif units and saturated > units / 2:
        sentence = _(
            "**{saturated} of {units} hidden neurons are saturated**: their slope is nearly 0 at almost every point, "
            "so they learn slowly. Test loss {test:.3f}."
        )
    elif solved:
        sentence = _(
            "**Solved**: at epoch {epoch:,} {right:.1%} of the test points are right, at a loss of {test:.3f}."
        )
    elif _overfits(state):
        sentence = _(
            "The training loss is {train:.3f}, the test loss {test:.3f}: it **memorizes the training data** "
            "(overfitting). Try more points, dropout or regularization."
        )
    elif classes and straight and numbers.test_accuracy < 1 / classes <= numbers.train_accuracy:
        sentence = _(
            "Nothing bends here, so the boundary is a straight line in its features. {right:.1%} of the test points "
            "are right, less than the {chance:.1%} of guessing: a line that cannot part the classes leans to where "
            "the training points happen to be uneven ({seen:.1%} right), and the others are uneven the other way."
        )
    elif classes and straight:
        sentence = _(
            "Nothing bends here, so the boundary is a straight line in its features: {right:.1%} of the test points "
            "are right, and guessing gives {chance:.1%}."
        )
    elif classes:
        sentence = _(
            "At epoch {epoch:,} {right:.1%} of the test points are right, at a loss of {test:.3f}; guessing gives "
            "{chance:.1%}."
        )
    else:
        sentence = _("At epoch {epoch:,} the training loss is {train:.4f} and the test loss {test:.4f}.")
    return sentence.format(**words)


def _overfits(state: NetworkState) -> bool:
    """Whether the test loss is far above the training loss, by more than chance, and was in the last tests too."""
    numbers = state.numbers
    _epochs, train, test = (np.asarray(line, dtype=float)[-IN_A_ROW:] for line in state.curve)
    gap = numbers.test_loss - numbers.train_loss
    return (
        len(train) == IN_A_ROW
        and bool((test > GAP * train).all())
        and numbers.test_loss > GAP * numbers.train_loss
        and gap > CLOSE
        and gap > SIGMAS * numbers.gap_error  # never where that is NaN, of a single point
    )
