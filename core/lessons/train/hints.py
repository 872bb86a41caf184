"""Which output layer and loss belong together, and what happens where they do not."""

import math

import torch
import torch.nn.functional as F

from core.config import TrainConfig
from core.config.fields import SETTINGS
from core.losses import LOSSES, gradient_of
from core.models import MODELS, OUTPUT_LAYERS
from core.text.i18n import N_, _

CLASSES = 10
CONFIDENT = 10.0  # a logit so far above the others that softmax gives its class nearly everything


def explain_pairing(output_layer: str, loss: str) -> str | None:
    """Return what is unusual about an output layer and a loss, or None where they suit a choice of one class."""
    if (output_layer, loss) not in _NOTES:
        return None
    return _(_NOTES[output_layer, loss]).format(
        layer=_(OUTPUT_LAYERS[output_layer].label),
        module=f"nn.{LOSSES[loss].module.__name__}",
        classes=CLASSES,
        perfect=perfect_loss(loss),
        gradient=gradient_when_wrong(output_layer, loss),
        reference=gradient_when_wrong("none", "cross_entropy"),
    )


def explain_smoothing(smoothing: float) -> str:
    """Return why the loss stays above 0 where targets are smoothed, in numbers."""
    return _(
        "With label smoothing of {smoothing:g} the target of the right class is {right:.3g} and of each other class "
        "{other:.2g}: even a network that gives exactly these probabilities has a loss of {loss:.3g}."
    ).format(
        smoothing=smoothing,
        right=1 - smoothing + smoothing / CLASSES,
        other=smoothing / CLASSES,
        loss=smallest_loss(smoothing),
    )


def smallest_loss(smoothing: float) -> float:
    """Return the least cross-entropy that there is with smoothed targets: their entropy, −Σ t · ln t."""
    right, other = 1 - smoothing + smoothing / CLASSES, smoothing / CLASSES
    return -right * math.log(right) - ((CLASSES - 1) * other * math.log(other) if other else 0.0)


def explain_batches(config: TrainConfig, batches: float, sample: float) -> str | None:
    """Return why training batches are harder than the training images as they are, or None where they are the same.

    Args:
        batches, sample: the accuracy on either, 0 to 1.
    """
    varied, dropped = config.augmentation != "none", config.dropout > 0 and "dropout" in MODELS[config.model].settings
    if not varied and not dropped:
        return None
    return _(_HARDER[varied, dropped]).format(
        batches=batches,
        sample=sample,
        augmentation=SETTINGS["augmentation"].describe(config.augmentation),
        dropped=config.dropout,
    )


def perfect_loss(loss: str) -> float:
    """Return the loss of an output that is exactly the one-hot row of the true class."""
    return _loss(loss, F.one_hot(torch.tensor([0]), CLASSES).float()).item()


def gradient_when_wrong(output_layer: str, loss: str) -> float:
    """Return the length of the gradient on the last linear layer's outputs when they are sure of a wrong class."""
    logits = torch.full((1, CLASSES), -CONFIDENT)
    logits[0, 1] = CONFIDENT
    logits.requires_grad_()
    _loss(loss, OUTPUT_LAYERS[output_layer].module()(logits)).backward()
    return gradient_of(logits).norm().item()


def _loss(loss: str, outputs: torch.Tensor) -> torch.Tensor:
    return LOSSES[loss].module()(outputs, LOSSES[loss].targets(torch.tensor([0]), CLASSES))


_HARDER = {
    (True, False): N_(
        "Of the training batches {batches:.1%} are right, of the same images as they are {sample:.1%}: in a batch each "
        "image is varied ({augmentation}), which makes it harder."
    ),
    (False, True): N_(
        "Of the training batches {batches:.1%} are right, of the same images without dropout {sample:.1%}: in a batch "
        "a random {dropped:.0%} of the values are zeroed, which makes it harder."
    ),
    (True, True): N_(
        "Of the training batches {batches:.1%} are right, of the same images as they are {sample:.1%}: in a batch each "
        "image is varied ({augmentation}) and a random {dropped:.0%} of the values are zeroed, which makes it harder."
    ),
}
_TOO_FLAT = N_(
    "Where the network is sure of a wrong class this pair is almost flat: there its gradient is {gradient:.1g}, and "
    "{reference:.2g} with cross-entropy on logits. What is most wrong is corrected least."
)
_TWICE = N_(
    "{layer} twice: {module} applies it already. Even a perfect answer now has a loss of {perfect:.2f}, so learning is "
    "slower. Choose no output layer."
)
_LOGITS_WANTED = N_(
    "{module} wants logits of any size. Squeezed to 0…1 before it, even a perfect answer has a loss of {perfect:.2f}. "
    "Choose no output layer."
)
_NOTES = {
    ("softmax", "cross_entropy"): _TWICE,
    ("sigmoid", "cross_entropy"): _LOGITS_WANTED,
    ("softmax", "bce"): _LOGITS_WANTED,
    ("sigmoid", "bce"): _TWICE,
    ("none", "bce"): N_(
        "A yes-or-no question for each class, each answered on its own. It learns. As a mean of {classes} answers its "
        "gradient is {gradient:.2g} where the network is sure of a wrong class; with cross-entropy it is "
        "{reference:.2g}."
    ),
    ("none", "mse"): N_(
        "MSE pulls the outputs towards a one-hot row as if a class were a measurement: an answer that is too clearly "
        "right is punished as well. It learns; cross-entropy is made for classes."
    ),
    ("none", "l1"): N_(
        "L1 pulls the outputs towards a one-hot row, equally hard for a small error as for a large one. Most targets "
        "are 0, so answering 0 everywhere is cheap; cross-entropy is made for classes."
    ),
    ("none", "huber"): N_(
        "Huber pulls the outputs towards a one-hot row as if a class were a measurement, and a large error no harder "
        "than one of δ = 1. It learns; cross-entropy is made for classes."
    ),
    ("softmax", "mse"): _TOO_FLAT,
    ("sigmoid", "mse"): _TOO_FLAT,
    ("softmax", "l1"): _TOO_FLAT,
    ("sigmoid", "l1"): _TOO_FLAT,
    ("softmax", "huber"): _TOO_FLAT,
    ("sigmoid", "huber"): _TOO_FLAT,
}
