"""What the page asks before it shows it, and what is true, computed."""

from dataclasses import replace
from functools import lru_cache
from itertools import islice
from statistics import fmean

from core.config import TrainConfig
from core.datasets import Data, load
from core.models import build_network
from core.scheduler import compute_lock
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth
from core.training import Score, evaluate, make_loss, train

UNTRAINED = Prediction(
    "train.untrained",
    N_("Before its first training step: how many of the {count} test digits does a network classify correctly?"),
    {
        "none": N_("None: it knows nothing yet"),
        "chance": N_("About {chance:.0%}"),
        "half": N_("About half"),
    },
)
FEW = Prediction(
    "train.few",
    N_("A network is trained on only {few} digits, until it knows them all. How does it do on {count} new ones?"),
    {
        "all": N_("Just as well"),
        "fewer": N_("Worse, but far better than guessing"),
        "chance": N_("About {chance:.0%}: it only stored its images"),
    },
)
# The course's network, on the data that are always there.
CONFIG = TrainConfig(dataset="digits", batch_size=25, epochs=40, tests_per_epoch=1)
IMAGES, STEPS = 50, 80
SEEDS = range(10)
GUESSING = 2.5  # times what guessing gives; less is about that
AS_WELL = 0.98  # of the accuracy on the training images


def numbers() -> dict[str, float]:
    """Return the numbers that the questions name."""
    data = load(CONFIG.dataset)
    return {"count": len(data.test), "few": IMAGES, "chance": 1 / len(data.classes)}


def untrained_truth() -> Truth:
    """Test networks with different initial weights."""
    accuracies = [score.accuracy for score in _untrained()]
    mean = fmean(accuracies)
    sentence = _(
        "**{mean:.1%}** is the mean of {networks} networks with different initial weights ({least:.1%} to {most:.1%}): "
        "about what guessing among {classes} classes gives."
    )
    return Truth(
        "none" if not mean else "chance" if mean < GUESSING * numbers()["chance"] else "half",
        sentence.format(
            mean=mean,
            networks=len(accuracies),
            least=min(accuracies),
            most=max(accuracies),
            classes=len(load(CONFIG.dataset).classes),
        ),
    )


def few_truth() -> Truth:
    """Train one network on few images, and another one on all, for as many steps."""
    (own, new), (all_own, all_new) = (_trained(count) for count in (IMAGES, len(load(CONFIG.dataset).train)))
    guessing = new.accuracy < GUESSING * numbers()["chance"]
    sentence = _(
        "Of its own images it gets {own:.1%} right, of new ones **{new:.1%}**. After as many steps on {images:,} "
        "images a network gets {all_new:.1%} of the new ones, with a training loss of {all_loss} instead of {loss}: "
        "more data, not a lower training loss, makes it better."
    )
    return Truth(
        "chance" if guessing else "all" if new.accuracy > AS_WELL * own.accuracy else "fewer",
        sentence.format(
            own=own.accuracy,
            new=new.accuracy,
            images=all_own.samples,
            all_new=all_new.accuracy,
            all_loss=plain(all_own.loss, ".1g"),
            loss=plain(own.loss, ".1g"),
        ),
    )


@lru_cache(maxsize=1)
def _untrained() -> list[Score]:
    data = load(CONFIG.dataset)
    with compute_lock:
        return [
            evaluate(build_network(config, data.input_shape, len(data.classes)), data, data.test, make_loss(config))
            for config in (replace(CONFIG, seed=seed) for seed in SEEDS)
        ]


@lru_cache(maxsize=2)
def _trained(images: int) -> tuple[Score, Score]:
    """Train a network for STEPS on so many images; return how it does on them, and on the test images."""
    data = few(load(CONFIG.dataset), images)
    network = build_network(CONFIG, data.input_shape, len(data.classes))
    with compute_lock:
        for _snapshot in islice(train(CONFIG, data, network), STEPS):  # each test hands the lock on
            pass
        own, new = (evaluate(network, data, split, make_loss(CONFIG)) for split in (data.train, data.test))
    return own, new


def few(data: Data, images: int) -> Data:
    """Return data with so many of the training images."""
    return replace(data, train=data.train.sample(images))
