"""SGD and Adam with one and the same learning rate: which optimizer is better depends on it."""

from core.config import TrainConfig
from core.lessons.train.presets import default_config, default_epochs
from core.optimizers import OPTIMIZERS
from core.text.i18n import _
from core.text.numbers import percent
from core.training import Score

RATE = 0.1
MAX_EPOCHS = 10  # by then it is decided
RIVALS = ("sgd", "adam")


def duel_configs(dataset: str) -> dict[str, TrainConfig]:
    """Return the settings of both, by optimizer; nothing else differs."""
    changes = {"learning_rate": RATE, "epochs": min(MAX_EPOCHS, default_epochs(dataset))}
    return {name: default_config(dataset, optimizer=name, **changes) for name in RIVALS}


def verdict(scores: dict[str, Score], over: bool) -> str:
    """Say which optimizer is ahead, and that it is a matter of the learning rate.

    Args:
        scores: the latest of each, by optimizer.
        over: whether both have learned all that they were to learn.
    """
    first, second = sorted(scores, key=lambda name: scores[name].accuracy, reverse=True)
    words = (
        _("**{first} beats {second}**: {high} of the test images against {low}, both with a learning rate of {rate:g}.")
        if over
        else _("{first} leads: {high} of a test sample, {second} {low}, both with a learning rate of {rate:g}.")
    )
    if scores[first].accuracy == scores[second].accuracy:
        words = _("{first} and {second} are level at {high}, both with a learning rate of {rate:g}.")
    sentence = words.format(
        first=_(OPTIMIZERS[first].label),
        second=_(OPTIMIZERS[second].label),
        high=percent(scores[first].accuracy),
        low=percent(scores[second].accuracy),
        rate=RATE,
    )
    if not over:
        return sentence
    return (
        sentence
        + " "
        + _(
            "That says nothing about another rate. Adam divides each gradient by its usual size, so that every weight "
            "moves by about the learning rate itself in each step: its usual rate is {default:g}."
        ).format(default=TrainConfig.learning_rate)
    )
