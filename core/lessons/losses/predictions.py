"""What the page asks before it shows it, and what is true, computed."""

from collections.abc import Sequence

from core.lessons.losses.batches import compare
from core.lessons.losses.classes import choose, gradient
from core.lessons.losses.curves import loss_and_gradient
from core.lessons.losses.penalty import best_weights
from core.losses import LOSSES
from core.text.i18n import N_, _
from core.text.numbers import percent, plain
from core.text.prediction import Prediction, Truth

CLOSER = Prediction(
    "losses.closer",
    N_("A prediction comes ten times closer to its target. What does the gradient of the L1 loss do?"),
    {
        "smaller": N_("It is ten times smaller"),
        "square": N_("It is a hundred times smaller"),
        "same": N_("It stays as it was"),
    },
)
OUTLIER = Prediction(
    "losses.outlier",
    N_("One of {count} targets was typed wrong, {outlier:g} too high. How much of the MSE does its sample make?"),
    {
        "even": N_("About {even:.0%}: it is one of {count}"),
        "half": N_("About half"),
        "most": N_("Nearly all"),
    },
)
RIGHT = Prediction(
    "losses.right",
    N_("The right class has the largest probability. How large is the cross-entropy?"),
    {
        "zero": N_("0: the answer is right"),
        "above": N_("Above 0: something is left to learn"),
        "below": N_("Below 0: a right answer is rewarded"),
    },
)
WRONG = Prediction(
    "losses.wrong",
    N_("A network is very confident in the wrong class. Which loss corrects its logits harder?"),
    {
        "mse": N_("MSE: it squares large errors"),
        "cross_entropy": N_("Cross-entropy"),
        "same": N_("Neither: the mistake is the same"),
    },
)
PENALTY = Prediction(
    "losses.penalty",
    N_("The data want a weight of {wanted:g}. What is left of it with an L1 penalty of λ = {strength:g}?"),
    {
        "same": N_("All of it: the data decide"),
        "smaller": N_("A part of it, never nothing"),
        "zero": N_("Exactly 0"),
    },
)
FAR, NEAR, TARGET = -3.0, 0.6, 1.0  # two predictions, the second ten times closer
SAME = 1.05  # a ratio closer to 1 is no difference
EVEN, HALF = 0.35, 0.75  # fractions up to which something is about a fifth, and about half
LOGITS, RIGHT_CLASS = (0.0, 1.0, -1.0), 1
MARGIN = 8.0  # of the wrong class's logit
WANTED, STRENGTH = 0.4, 1.0  # a small weight, and λ


def closer_truth() -> Truth:
    """Compare the gradients of L1 and MSE far from the target and near it."""
    sizes = {loss: abs(loss_and_gradient(loss, [FAR, NEAR], TARGET)[1]) for loss in ("l1", "mse")}
    ratios = {loss: float(far / near) for loss, (far, near) in sizes.items()}
    answer = "same" if ratios["l1"] < SAME else "smaller" if ratios["l1"] < 20 else "square"
    sentence = _(
        "From {far} to {near}, with the target {target:g}, the size of L1’s gradient goes from {first} to **{last}**; "
        "that of MSE from {mse_first} to {mse_last}."
    )
    return Truth(
        answer,
        sentence.format(
            far=plain(FAR),
            near=plain(NEAR),
            target=TARGET,
            first=plain(sizes["l1"][0]),
            last=plain(sizes["l1"][1]),
            mse_first=plain(sizes["mse"][0]),
            mse_last=plain(sizes["mse"][1]),
        ),
    )


def outlier_truth(outputs: Sequence[float], targets: Sequence[float], outlier: float) -> Truth:
    """Move the last target away, and see what its term makes of the mean."""
    moved = [*targets[:-1], targets[-1] + outlier]
    before = compare("mse", outputs, targets).mean
    batches = {loss: compare(loss, outputs, moved) for loss in ("mse", "l1")}
    shares = {loss: batch.terms[-1] / sum(batch.terms) for loss, batch in batches.items()}
    answer = "even" if shares["mse"] < EVEN else "half" if shares["mse"] < HALF else "most"
    sentence = _(
        "It makes **{share}** of the MSE, which goes from {before} to {after}. Under L1 it makes {l1_share}: "
        "there the error is not squared."
    )
    return Truth(
        answer,
        sentence.format(
            share=percent(shares["mse"]),
            before=plain(before),
            after=plain(batches["mse"].mean),
            l1_share=percent(shares["l1"]),
        ),
    )


def right_truth() -> Truth:
    """Send logits through softmax and cross-entropy of which the right class has the largest."""
    choice = choose(LOGITS, 1.0, RIGHT_CLASS)
    share = choice.probabilities[RIGHT_CLASS]
    if share < max(choice.probabilities):
        raise ValueError("the right class has to lead")
    answer = "zero" if choice.loss == 0 else "above" if choice.loss > 0 else "below"
    sentence = _(
        "The right class leads with {share}, and the loss is −log {number} = **{loss}**: it would be 0 at 100%, which "
        "softmax never reaches."
    )
    return Truth(answer, sentence.format(share=percent(share), number=plain(share), loss=plain(choice.loss)))


def wrong_truth() -> Truth:
    """Compare the gradients on the logits where the wrong class leads by MARGIN."""
    sizes = {loss: gradient(loss, [MARGIN]).item() for loss in ("cross_entropy", "mse")}
    strongest, weakest = sorted(sizes, key=sizes.__getitem__, reverse=True)
    ratio = sizes[strongest] / sizes[weakest]
    sentence = _(
        "The gradient of {strongest} is {large}, that of {weakest} {small}: **{ratio:,.0f} times** as large. MSE’s "
        "has to come back through softmax, which is flat there."
    )
    return Truth(
        "same" if ratio < SAME else strongest,
        sentence.format(
            strongest=_(LOSSES[strongest].name),
            weakest=_(LOSSES[weakest].name),
            large=plain(sizes[strongest]),
            small=plain(sizes[weakest], ".2g"),
            ratio=ratio,
        ),
    )


def penalty_truth() -> Truth:
    """Find the weights that cost least with each penalty, and what L1 makes of a larger one."""
    small, large = (best_weights(wanted, STRENGTH) for wanted in (WANTED, 5 * WANTED))
    answer = "zero" if small["l1"] == 0 else "same" if small["l1"] == WANTED else "smaller"
    sentence = _(
        "L1 leaves **{l1}** of it, L2 {l2}. Of a weight of {larger:g}, for which the data pull harder, L1 leaves "
        "{large_l1} and L2 {large_l2}: L1 drops what matters little."
    )
    return Truth(
        answer,
        sentence.format(
            l1=plain(small["l1"]),
            l2=plain(small["l2"]),
            larger=5 * WANTED,
            large_l1=plain(large["l1"]),
            large_l2=plain(large["l2"]),
        ),
    )
