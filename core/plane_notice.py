"""One sentence on what to notice in the 2-D playground, from the numbers of its network."""

import math
from collections.abc import Sequence

from core.i18n import _
from core.plane import DEAD, SATURATED, Health
from core.training import Score

GAP = 1.5  # times the training loss
SOLVED = 0.98  # of the test points
NO_BETTER = 0.1  # above guessing


def notice(epoch: int, train: Score, test: Score, health: Sequence[Health], classes: int, straight: bool) -> str:
    """Return what is most worth noticing about a network at this moment.

    Args:
        train, test: its scores on all training and all test points.
        health: of its hidden layers.
        classes: how many there are; 0 for a regression.
        straight: whether its boundary can only be a straight line.
    """
    units = sum(len(layer.flags) for layer in health)
    dead = sum((layer.flags == DEAD).sum().item() for layer in health)
    saturated = sum((layer.flags == SATURATED).sum().item() for layer in health)
    if not (math.isfinite(train.loss) and math.isfinite(test.loss)):
        return _("The loss is no longer a finite number: take a smaller learning rate and press Reset.")
    if epoch == 0:
        return _("The weights are random: the test loss is {loss:.3f}. Press Play and see it fall.").format(
            loss=test.loss
        )
    words = {
        "epoch": epoch,
        "train": train.loss,
        "test": test.loss,
        "right": test.accuracy,
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
    elif classes and test.accuracy >= SOLVED:
        sentence = _(
            "**Solved**: at epoch {epoch:,} {right:.1%} of the test points are right, at a loss of {test:.3f}."
        )
    elif test.loss > GAP * train.loss and test.loss - train.loss > 0.05:
        sentence = _(
            "The training loss is {train:.3f}, the test loss {test:.3f}: it **learns by heart** (overfitting). Try "
            "more points, dropout or regularization."
        )
    elif classes and straight and test.accuracy < SOLVED:
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
