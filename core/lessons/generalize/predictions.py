"""What the page asks before it shows it, and what is true, computed."""

from core.lessons.generalize import initial_weights, remedies
from core.lessons.generalize.initial_weights import Trace
from core.lessons.generalize.remedies import Comparison
from core.lessons.generalize.sentences import points, remedy_difference, saturated
from core.lessons.generalize.training import History, Setup
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

MEMORIZED = Prediction(
    "generalize.memorized",
    N_(
        "You give {noise:.0%} of {images} training images a wrong label. How many of the wrong labels does the "
        "network learn?"
    ),
    {
        "none": N_("Hardly any: it sees that they do not fit"),
        "half": N_("About half of them"),
        "all": N_("Nearly all of them"),
    },
)
LOWEST = Prediction(
    "generalize.lowest",
    N_(
        "The training loss falls to the end. When is the loss on images it has never seen lowest, with these "
        "wrong labels?"
    ),
    {
        "end": N_("At the end, too"),
        "before": N_("Long before the end"),
        "start": N_("Before it has learned anything"),
    },
)
CLEAN = Prediction(
    "generalize.clean",
    N_("With {images} images and no wrong label, does dropout help? It is tried with {seeds} seeds."),
    {
        "better": N_("Yes, clearly"),
        "unclear": N_("No difference that is clear"),
        "worse": N_("No, it clearly harms"),
    },
)
NOISY = Prediction(
    "generalize.noisy",
    N_("With {images} images, {noise:.0%} of them labeled wrong, what raises the validation accuracy most?"),
    {
        "dropout": N_("Dropout"),
        "weight_decay": N_("Weight decay"),
        "more": N_("3 times the images, as many of them labeled wrong"),
    },
)
TINY = Prediction(
    "generalize.tiny",
    N_("All initial weights are a tenth of the usual size. What does training do?"),
    {
        "slower": N_("It learns, a little slower"),
        "same": N_("The same: the optimizer makes them larger"),
        "nothing": N_("It learns nothing"),
    },
)
LARGE = Prediction(
    "generalize.large",
    N_("All initial weights are five times as large as usual. Where are the values of a Tanh layer then?"),
    {
        "zero": N_("Near 0"),
        "spread": N_("Evenly between −1 and 1"),
        "ends": N_("Near −1 and 1"),
    },
)

NOISY_SETUP = Setup(300, 0.4)
CLEAN_CASE, NOISY_CASE = remedies.Case(300, 0.0), remedies.Case(300, 0.2)
SMALL_CASE, LARGE_CASE = initial_weights.Case("tanh", "small"), initial_weights.Case("tanh", "large")
LEARNED = 0.2  # validation accuracy; guessing has a tenth


def memorized_truth(history: History) -> Truth:
    fraction = history.memorized[-1].item()
    answer = "none" if fraction < 0.25 else "half" if fraction < 0.75 else "all"
    sentence = _(
        "At the end it answers **{fraction:.0%}** of the wrong labels as they are written, and {validation:.1%} of the "
        "validation images correctly; after epoch {best} that was {stopped:.1%}."
    )
    validation = history.accuracy[1]
    best = int(validation.argmax())
    return Truth(
        answer,
        sentence.format(
            fraction=fraction, validation=validation[-1].item(), best=best, stopped=validation[best].item()
        ),
    )


def lowest_truth(history: History) -> Truth:
    loss = history.loss[1]
    last = len(loss) - 1
    answer = "start" if history.best == 0 else "before" if history.best < 0.75 * last else "end"
    sentence = _(
        "It is lowest at epoch **{best}** of {last}, with {least:.2f}, and {end:.2f} at the end; the training loss "
        "has gone on falling to {training:.2f}."
    )
    return Truth(
        answer,
        sentence.format(
            best=history.best, last=last, least=loss[history.best].item(), end=loss[-1].item(),
            training=history.loss[0, -1].item(),
        ),
    )  # fmt: skip


def clean_truth(comparison: Comparison) -> Truth:
    found = remedy_difference(comparison, list(remedies.REMEDIES).index("dropout"))
    answer = "unclear" if not found.clear else "better" if found.mean > 0 else "worse"
    sentence = _(
        "With dropout it is **{mean} ± {margin} points** (the 95% interval of {seeds} seeds): a difference "
        "counts where "
        "the interval leaves out 0."
    )
    return Truth(
        answer, sentence.format(mean=points(found.mean), margin=f"{100 * found.margin:.1f}", seeds=remedies.SEEDS)
    )


def noisy_truth(comparison: Comparison) -> Truth:
    """Of the three the one with the best mean."""
    found = {name: remedy_difference(comparison, place) for place, name in enumerate(remedies.REMEDIES) if place}
    sentence = _(
        "Points gained, mean of {seeds} seeds: dropout {dropout}, weight decay {weight_decay}, more images {more}."
    )
    means = {name: f"**{points(each.mean)}** ± {100 * each.margin:.1f}" for name, each in found.items()}
    return Truth(max(found, key=lambda name: found[name].mean), sentence.format(seeds=remedies.SEEDS, **means))


def tiny_truth(traces: dict[str, Trace]) -> Truth:
    small, usual = traces["small"].validation_accuracy, traces["he"].validation_accuracy
    answer = "nothing" if small < LEARNED else "slower" if small < usual - 0.02 else "same"
    sentence = _(
        "Validation accuracy in the end: **{small:.1%}**, against {usual:.1%}. The values shrink from layer to "
        "layer to "
        "{spread:.0e}, and so do the gradients on their way back: {gradient:.0e}."
    )
    trace = traces["small"]
    return Truth(
        answer,
        sentence.format(
            small=small, usual=usual, spread=trace.spread[0, -1].item(), gradient=trace.size[0, 0].item()
        ),
    )  # fmt: skip


def large_truth(traces: dict[str, Trace]) -> Truth:
    trace = traces["large"]
    bars = trace.outputs[0].mean(0)
    ends, middle = saturated(trace, 0), bars[len(bars) // 2 - 1 : len(bars) // 2 + 1].sum().item()
    answer = "ends" if ends > 0.5 else "zero" if middle > 0.5 else "spread"
    sentence = _(
        "**{ends:.0%}** of them are in the outermost bars, near −1 and 1: there Tanh is flat, and its slope lets "
        "little "
        "of the gradient through."
    )
    return Truth(answer, sentence.format(ends=ends))
