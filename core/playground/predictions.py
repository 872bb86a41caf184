"""What the playground asks before it shows it, and what is true, computed."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from core.config import TrainConfig
from core.datasets import data_of
from core.models import build_network
from core.playground.presets import POINTS_PRESETS
from core.scheduler import compute_lock
from core.text.i18n import N_, _
from core.text.numbers import percent, plain
from core.text.prediction import Prediction, Truth
from core.training import Score, evaluate, make_loss, train

NEURONS = Prediction(
    "playground.neurons",
    N_(
        "Two networks learn the same {points} noisy points: one has {large} hidden neurons, the other {small}. Which "
        "has the lower loss on new points?"
    ),
    {
        "large": N_("The one with {large}: more is better"),
        "small": N_("The one with {small}"),
        "same": N_("Both have about the same"),
    },
)
FEATURES = Prediction(
    "playground.features",
    N_("A disk of one class inside a ring of the other, and no hidden layer: how much can a single neuron get right?"),
    {
        "half": N_("About half: it draws straight lines"),
        "more": N_("About three quarters"),
        "all": N_("Nearly all, with the right inputs"),
    },
)
CIRCLE = POINTS_PRESETS["features"].changes
LARGE = POINTS_PRESETS["by_heart"].changes | {"learning_rate": 0.03, "seed": 1}
SMALL = LARGE | {"hidden": (3,)}
COORDINATES = {name: value for name, value in CIRCLE.items() if name != "features"}
EPOCHS, CIRCLE_EPOCHS = 100, 30
SAME = 1.2  # times the loss; less is about the same
MORE, ALL = 0.65, 0.9  # accuracies from which it is more than half, and nearly all


@dataclass(frozen=True)
class Trained:
    """How good a network is once it has been trained."""

    train: Score
    test: Score


def trained(usual: TrainConfig, changes: dict[str, Any], epochs: int) -> Trained:
    """Train a network of the usual settings but for the changes; it takes a few tenths of a second, and only once."""
    return _trained(replace(usual, **changes, epochs=epochs))


@lru_cache(maxsize=8)
def _trained(config: TrainConfig) -> Trained:
    data = data_of(config)
    network = build_network(config, data.input_shape, data.problem.outputs)
    with compute_lock:
        for _snapshot in train(config, data, network):  # each test hands the lock on
            pass
        scores = [evaluate(network, data, split, make_loss(config)) for split in (data.train, data.test)]
    return Trained(*scores)


def neurons_numbers(usual: TrainConfig) -> dict[str, int]:
    """Return the numbers that NEURONS names."""
    points = len(data_of(replace(usual, **LARGE)).train)
    return {"points": points, "large": sum(LARGE["hidden"]), "small": sum(SMALL["hidden"])}


def neurons_truth(usual: TrainConfig) -> Truth:
    """Train both networks, and compare them on the test points."""
    made = {"large": trained(usual, LARGE, EPOCHS), "small": trained(usual, SMALL, EPOCHS)}
    better, worse = sorted(made, key=lambda name: made[name].test.loss)
    counts = neurons_numbers(usual)
    sentence = _(
        "After {epochs} epochs the loss on new points is **{better_test}** with {better} neurons and {worse_test} with "
        "{worse}; on the training points {better_train} and {worse_train}."
    )
    if made[worse].train.loss < made[better].train.loss:
        sentence += " " + _("The lower training loss is not the better network’s: it memorized its points.")
    return Truth(
        "same" if made[worse].test.loss < SAME * made[better].test.loss else better,
        sentence.format(
            epochs=EPOCHS,
            better=counts[better],
            worse=counts[worse],
            better_test=plain(made[better].test.loss, ".2f"),
            worse_test=plain(made[worse].test.loss, ".2f"),
            better_train=plain(made[better].train.loss, ".2f"),
            worse_train=plain(made[worse].train.loss, ".2f"),
        ),
    )


def features_truth(usual: TrainConfig) -> Truth:
    """Train a single neuron on squares, and another one on the coordinates themselves."""
    squares, plain_ones = (trained(usual, changes, CIRCLE_EPOCHS) for changes in (CIRCLE, COORDINATES))
    accuracy = squares.test.accuracy
    sentence = _(
        "**{squares}** of the test points after {epochs} epochs if it is told x₁² and x₂², and {plain} if it is told "
        "x₁ and x₂: its boundary is straight in its inputs, and a circle is a straight line in the squares."
    )
    return Truth(
        "all" if accuracy > ALL else "more" if accuracy > MORE else "half",
        sentence.format(squares=percent(accuracy), plain=percent(plain_ones.test.accuracy), epochs=CIRCLE_EPOCHS),
    )
