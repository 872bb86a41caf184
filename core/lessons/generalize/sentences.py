"""What to notice about the trainings of this lesson, made from their numbers."""

from math import log, sqrt

from core.lessons.generalize.initial_weights import HIDDEN, LOOKS, Trace
from core.lessons.generalize.remedies import REMEDIES, SEEDS, Comparison, Difference, difference
from core.lessons.generalize.training import EPOCHS, History
from core.text.i18n import _

TWO_SIDED = 1.96  # of the normal distribution, which 5 % of the values exceed on either side together
FLAT = 10  # the factor from the first layer to the last from which on values shrink or grow
SATURATED = 0.5  # the fraction of values at the ends from which on a layer is saturated


def points(share: float) -> str:
    """Write a difference of two fractions in percentage points, with its sign."""
    return f"{100 * share:+.1f}".replace("-", "−")


def epoch_sentence(history: History, epoch: int) -> str:
    """Say what an epoch has come to; at the end, how it went, and what the test set says."""
    training, validation = history.accuracy[:, epoch].tolist()
    sentence = _(
        "**Epoch {epoch}:** the network answers {training:.1%} of the training images as they are labeled, and "
        "{validation:.1%} of the validation images: a gap of {gap} points."
    ).format(epoch=epoch, training=training, validation=validation, gap=points(training - validation).lstrip("+"))
    if history.setup.noise:
        sentence += " " + _("Of the wrong labels it has memorized {memorized:.0%}.").format(
            memorized=history.memorized[epoch].item()
        )
    if epoch == EPOCHS:
        return sentence + " " + end_sentence(history)
    losses = history.loss[1, : epoch + 1]
    best = int(losses.argmin())
    if best < epoch:
        sentence += " " + _("The validation loss is {now:.3f}; at epoch {best} it was {least:.3f}.").format(
            now=losses[epoch].item(), best=best, least=losses[best].item()
        )
    return sentence


def end_sentence(history: History) -> str:
    """Say what the test set says, and what it would have said with early stopping."""
    numbers = {"best": history.best, "test": history.test_accuracy, "stopped": history.stopped_test_accuracy}
    if history.best == EPOCHS:
        return _("The validation loss was still falling. The test set, looked at once: {test:.1%}.").format(**numbers)
    if stopping_is_clear(history):
        sentence = _(
            "The test set, looked at once: {test:.1%}. **Early stopping** at epoch {best}, where the validation loss "
            "was lowest, gives {stopped:.1%}."
        )
    else:
        sentence = _(
            "The test set, looked at once: {test:.1%}. **Early stopping** at epoch {best}, where the validation loss "
            "was lowest, gives {stopped:.1%}: no clear difference with {images} test images."
        )
    return sentence.format(**numbers, images=history.test_images)


def stopping_is_clear(history: History) -> bool:
    """Return whether the test accuracies with and without early stopping differ by more than chance may.

    By the standard error of a difference of two proportions, sqrt((p (1 - p) + q (1 - q)) / n).
    """
    p, q = history.test_accuracy, history.stopped_test_accuracy
    return abs(p - q) > TWO_SIDED * sqrt((p * (1 - p) + q * (1 - q)) / history.test_images)


def remedies_sentence(comparison: Comparison, epoch: int) -> str:
    """Say how much each remedy changes the validation accuracy after an epoch, and where that is not clear."""
    sentences = [
        _("**Epoch {epoch}:** validation accuracy against no remedy, mean of {seeds} seeds and 95% interval.").format(
            epoch=epoch, seeds=SEEDS
        )
    ]
    for place, remedy in enumerate(REMEDIES.values()):
        if place:
            found = remedy_difference(comparison, place, epoch)
            sentences.append(
                _verdict(found).format(label=_(remedy.label), mean=points(found.mean), margin=_size(found))
            )
    return " ".join(sentences)


def remedy_difference(comparison: Comparison, place: int, epoch: int = EPOCHS) -> Difference:
    """Return how much better validation accuracy the remedy at this place has than nothing."""
    validation = comparison.validation[:, :, epoch]
    return difference(validation[place], validation[0])


def _size(found: Difference) -> str:
    return f"{100 * found.margin:.1f}"


def _verdict(found: Difference) -> str:
    if not found.clear:
        return _("{label}: {mean} ± {margin} points, **not clear**.")
    if found.mean > 0:
        return _("{label}: {mean} ± {margin} points, better.")
    return _("{label}: {mean} ± {margin} points, worse.")


def start_sentence(trace: Trace, place: int) -> str:
    """Say what goes on in the layers at one of the LOOKS, and at the end what came of it."""
    if place >= len(trace.loss):
        return _("**The training diverged** after step {step}: its numbers are no longer finite.").format(
            step=LOOKS[len(trace.loss) - 1]
        )
    first, last = trace.spread[place, [0, -1]].tolist()
    numbers = {
        "step": LOOKS[place],
        "loss": trace.loss[place].item(),
        "guessing": log(10),
        "first": first,
        "last": last,
        "layers": HIDDEN,
        "gradient": trace.size[place, 0].item(),
        "saturated": saturated(trace, place),
    }
    if last * FLAT < first:
        sentence = _(
            "**The values shrink** from layer to layer: a standard deviation of {first:.2g} in layer 1, "
            "{last:.2g} in layer {layers}."
        )
    elif first * FLAT < last:
        sentence = _(
            "**The values grow** from layer to layer: a standard deviation of {first:.2g} in layer 1, {last:.2g} "
            "in layer {layers}."
        )
    elif numbers["saturated"] > SATURATED:
        sentence = _(
            "**The layers are saturated:** {saturated:.0%} of their values are near −1 or 1, where the slope is "
            "nearly 0."
        )
    else:
        sentence = _(
            "**The values keep their size:** a standard deviation of {first:.2g} in layer 1, {last:.2g} in layer "
            "{layers}."
        )
    sentence += " " + _(
        "After {step} steps the loss is {loss:.3g} (guessing: {guessing:.2f}), and a typical gradient of layer 1 is "
        "{gradient:.2g}."
    )
    if place == len(LOOKS) - 1:
        sentence += " " + _("Validation accuracy: **{accuracy:.1%}**.")
    return sentence.format(**numbers, accuracy=trace.validation_accuracy)


def saturated(trace: Trace, place: int) -> float:
    """Return which fraction of the values is in the outermost bars; 0 for an activation without bounds."""
    if trace.case.activation != "tanh":
        return 0.0
    return trace.outputs[place, :, [0, -1]].sum(1).mean().item()
