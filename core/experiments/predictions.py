"""What the page Compare runs asks before it shows it, and what is true, computed."""

from dataclasses import replace
from functools import lru_cache

from core.config import TrainConfig
from core.datasets import load
from core.models import build_network
from core.scheduler import compute_lock
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth
from core.training import Score, evaluate, make_loss, train

SEEDS = Prediction(
    "runs.chance",
    N_("The same settings with {seeds} different seeds: how far apart are the test accuracies?"),
    {
        "same": N_("Not at all: nothing differs that counts"),
        "little": N_("Less than {line:g} percentage points"),
        "more": N_("{line:g} percentage points or more"),
    },
)
AGAIN = Prediction(
    "runs.again",
    N_("And the same settings with the same seed, trained a second time?"),
    {
        "same": N_("The same loss, digit for digit"),
        "close": N_("Nearly the same loss"),
        "apart": N_("As far apart as with another seed"),
    },
)
# Small and short, on the data that are always there.
CONFIG = TrainConfig(dataset="digits", hidden=(16,), batch_size=64, epochs=2, tests_per_epoch=1)
COUNT = 5  # seeds
LINE = 0.01  # of the accuracy


def numbers() -> dict[str, float]:
    """Return the numbers that the questions name."""
    return {"seeds": COUNT, "line": 100 * LINE}


def seeds_truth() -> Truth:
    """Train with several seeds."""
    accuracies = [_trained(seed).accuracy for seed in range(COUNT)]
    apart = max(accuracies) - min(accuracies)
    sentence = _(
        "{count} short runs reach {least:.1%} to {most:.1%}: **{apart:.1f} percentage points** lie between them, and "
        "nothing but the seed differs. A setting has to gain more than that to be better."
    )
    return Truth(
        "same" if not apart else "little" if apart < LINE else "more",
        sentence.format(count=COUNT, least=min(accuracies), most=max(accuracies), apart=100 * apart),
    )


def again_truth() -> Truth:
    """Train twice with one seed, and once with another."""
    first, second, other = _trained(0).loss, _train(0).loss, _trained(1).loss
    near = abs(first - second) < abs(first - other) / 10
    sentence = _(
        "The test losses are {first!r} and **{second!r}**, with another seed {other!r}. The seed decides on the "
        "initial weights and on the order of the batches, and nothing else is left to chance."
    )
    return Truth(
        "same" if first == second else "close" if near else "apart",
        sentence.format(first=first, second=second, other=other),
    )


def _train(seed: int) -> Score:
    config, data = replace(CONFIG, seed=seed), load(CONFIG.dataset)
    network = build_network(config, data.input_shape, len(data.classes))
    with compute_lock:
        for _snapshot in train(config, data, network):  # each test hands the lock on
            pass
        return evaluate(network, data, data.test, make_loss(config))


_trained = lru_cache(maxsize=COUNT)(_train)
