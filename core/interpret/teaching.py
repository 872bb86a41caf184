"""Teaching a copy of a network what drawings mean that it misreads, in seconds."""

from collections.abc import Generator
from dataclasses import dataclass

import torch

from core.config import TrainConfig
from core.datasets import DATASETS, Data, Split
from core.digits.collection import Collection
from core.digits.handwriting import ink, vary
from core.inference import Classifier
from core.interpret.fine_tuning import Change, require_digits, sample, train_copy
from core.text.i18n import _

MOST = 10  # drawings that it learns from, the latest ones
VARIED = 24  # times that each of them is written
REMINDERS = 480  # other images among them, so that it keeps what it knows
EPOCHS = 5
LEARNING_RATE = 3e-4
BATCH = 32


@dataclass(frozen=True, eq=False)
class Taught:
    """What teaching came to.

    Attributes:
        classifier: the copy that was taught, in eval mode.
        drawings: its answers to the drawings themselves, which it has learned from.
        elsewhere: its answers to other people's digits.
    """

    classifier: Classifier
    drawings: Change
    elsewhere: Change

    @property
    def sentence(self) -> str:
        """What to notice, in the numbers of this comparison."""
        drawings, elsewhere = self.drawings, self.elsewhere
        return _(
            "Your drawings: the copy reads {after} of {drawings} right, the network {before}. Other people’s digits: "
            "the copy reads {others_after} of {others} right, the network {others_before}."
        ).format(
            drawings=drawings.before.all,
            after=drawings.after.all_right,
            before=drawings.before.all_right,
            others=elsewhere.before.all,
            others_after=elsewhere.after.all_right,
            others_before=elsewhere.before.all_right,
        )


def teach(
    classifier: Classifier, collection: Collection, reminders: Split, others: Split, loss: str = "cross_entropy"
) -> Generator[float, None, Taught]:
    """Train a copy of a network on the latest drawings of a collection, each written VARIED times.

    Yields the share that is done, in [0, 1], after each batch; what it returns at the end is the comparison.

    Args:
        classifier: the network; it stays as it is.
        reminders: images like those that it learned from, uint8 [N, 1, 28, 28], and their digits.
        others: images that it did not learn from, to see what it forgets.
        loss: a key of core.losses.LOSSES, the one that it was trained with.

    Raises:
        CollectionError: the network was not trained on digits, or its loss became infinite.
        ConfigError: a setting is out of range.
    """
    require_digits(classifier)
    latest = Collection(collection.samples[-MOST:])
    generator = torch.Generator().manual_seed(len(collection))
    written = ink((vary(each.drawing, generator) for each in latest.samples for _time in range(VARIED)), generator)
    reminded = reminders.sample(REMINDERS)
    learned = Split(
        torch.cat([written, reminded.inputs]),
        torch.cat([latest.targets.repeat_interleave(VARIED), reminded.targets]),
    )
    classes = DATASETS["mnist"].classes
    data = Data("drawings", learned, Split(latest.pictures, latest.targets), classes, classifier.mean, classifier.std)
    config = TrainConfig(loss=loss, learning_rate=LEARNING_RATE, batch_size=BATCH, epochs=EPOCHS, tests_per_epoch=1)
    tuned = yield from train_copy(classifier, config, data, sample(others))
    return Taught(tuned.classifier, tuned.unseen, tuned.elsewhere)
