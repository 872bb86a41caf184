"""One sentence on what to notice in the 2-D playground, from the numbers of its network."""

import math

from core.playground.frame import Picture
from core.playground.unit_maps import DEAD, SATURATED
from core.text.i18n import _

GAP, CLOSE = 1.5, 0.05  # a test loss that many times the training loss, and by so much above it
SOLVED = 0.98  # of the test points


def notice(picture: Picture) -> str:
    """Return what is most worth noticing about a network at this moment."""
    numbers, classes = picture.numbers, len(picture.problem.classes)
    train, test = numbers.train_loss, numbers.test_loss
    if not len(picture.test) and math.isfinite(train):
        return _(
            "All {count} points are to learn from, so there is no test set yet: set more points of a class, and some "
            "of them will be for testing. Training loss {loss:.3f}."
        ).format(count=len(picture.train), loss=train)
    if not (math.isfinite(train) and math.isfinite(test)):
        return _("The loss is no longer a finite number: take a smaller learning rate and press Reset.")
    if numbers.epoch == 0:
        return _("The weights are random: the test loss is {loss:.3f}. Press Play and see it fall.").format(loss=test)
    units = sum(len(layer.flags) for layer in picture.health)
    dead, saturated = (
        sum((layer.flags == flag).sum().item() for layer in picture.health) for flag in (DEAD, SATURATED)
    )
    straight = set(picture.activations) <= {"identity"}
    solved = classes and numbers.test_accuracy >= SOLVED
    words = {
        "epoch": numbers.epoch,
        "train": train,
        "test": test,
        "right": numbers.test_accuracy,
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
    elif test > GAP * train and test - train > CLOSE:
        sentence = _(
            "The training loss is {train:.3f}, the test loss {test:.3f}: it **learns by heart** (overfitting). Try "
            "more points, dropout or regularization."
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
