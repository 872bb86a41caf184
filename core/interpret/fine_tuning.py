"""How networks read a collection of drawings, and what a copy of one gains, and loses, by learning from it."""

import math
from collections.abc import Generator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.config import TrainConfig
from core.datasets import DATASETS, Data, Split
from core.digits.collection import LABELS, Collection, CollectionError
from core.inference import Classifier
from core.seeding import SeededDropout
from core.text.i18n import _
from core.training import train

FEWEST = 10  # drawings to learn from and be tested on
MAX_ELSEWHERE = 500  # other pictures by which forgetting is seen
BATCH = 16
CHANCE = 0.05  # a change that chance alone would bring about more often than this proves nothing

_ASKED_AT_ONCE = 50  # pictures; a CNN takes 15 ms for them


@dataclass(frozen=True)
class Tally:
    """How many pictures of each digit there are, and how many of them a network reads right."""

    right: tuple[int, ...]
    total: tuple[int, ...]

    @property
    def all_right(self) -> int:
        return sum(self.right)

    @property
    def all(self) -> int:
        return sum(self.total)

    @property
    def share(self) -> float:
        """The share of right answers in [0, 1]; nan where there are no pictures."""
        return self.all_right / self.all if self.all else math.nan


@dataclass(frozen=True)
class Change:
    """Answers to the same pictures before and after; `fixed` were wrong and are right now, `regressed` the reverse."""

    before: Tally
    after: Tally
    fixed: int
    regressed: int

    @property
    def p_value(self) -> float:
        """How often chance alone would part as many changes at least as unevenly, in [0, 1].

        The exact test of McNemar 1947, "Note on the sampling error of the difference between correlated proportions":
        if learning made no difference, each change would be for the better or the worse like a toss of a coin.
        """
        changes, fewer = self.fixed + self.regressed, min(self.fixed, self.regressed)
        return min(1.0, 2 * sum(math.comb(changes, k) for k in range(fewer + 1)) / 2**changes)


@dataclass(frozen=True, eq=False)
class FineTuned:
    """What learning from one half of a collection came to.

    Attributes:
        classifier: the copy that has learnt, in eval mode.
        learnt: how many drawings it learnt from.
        unseen: answers to the other half, which it did not learn from.
        elsewhere: answers to other people's digits, which it could read before.
    """

    classifier: Classifier
    learnt: int
    unseen: Change
    elsewhere: Change

    @property
    def sentence(self) -> str:
        """What to notice, in the numbers of this comparison."""
        return f"{self._gain()} {self._loss()}"

    def _gain(self) -> str:
        unseen = self.unseen
        words = _(
            "Learnt from {learnt} drawings. Of the {unseen} others it reads {after} right, {before} before: "
            "{mended} mended, {broken} broken."
        ).format(
            learnt=self.learnt,
            unseen=unseen.before.all,
            before=unseen.before.all_right,
            after=unseen.after.all_right,
            mended=unseen.fixed,
            broken=unseen.regressed,
        )
        if unseen.fixed == unseen.regressed or unseen.p_value <= CHANCE:
            return words
        return words + _(" So small a difference can be chance: collect more drawings to know.")

    def _loss(self) -> str:
        others = self.elsewhere
        if others.regressed > others.fixed and others.p_value <= CHANCE:
            words = _(
                "But it has forgotten something: of {total} other digits it reads {after} right, {before} before."
            )
        else:
            words = _(
                "It shows no sign of forgetting: of {total} other digits it reads {after} right, {before} before."
            )
        return words.format(total=others.before.all, before=others.before.all_right, after=others.after.all_right)


@torch.inference_mode()
def answers(classifier: Classifier, pictures: Tensor) -> Tensor:
    """Return the class that a network gives each picture: float32 [N, 1, 28, 28] in [0, 1] -> int64 [N]."""
    batches = (classifier.prepare(batch) for batch in pictures.split(_ASKED_AT_ONCE))
    return torch.cat([classifier.to_probabilities(classifier.network(batch)).argmax(dim=1) for batch in batches])


def tally(answers: Tensor, targets: Tensor) -> Tally:
    """Count right answers and pictures of each digit; both int64 [N]."""
    right = torch.bincount(targets[answers == targets], minlength=LABELS)
    return Tally(tuple(right.tolist()), tuple(torch.bincount(targets, minlength=LABELS).tolist()))


def scores(collection: Collection, classifiers: Mapping[str, Classifier]) -> dict[str, Tally]:
    """Return how each network, by its name, reads a collection, digit by digit.

    Raises:
        CollectionError: a network was not trained on digits.
    """
    pictures, targets = collection.pictures, collection.targets
    for classifier in classifiers.values():
        require_digits(classifier)
    return {
        name: tally(answers(classifier, pictures) if len(targets) else targets, targets)
        for name, classifier in classifiers.items()
    }


def to_data(collection: Collection, mean: float, std: float, seed: int) -> Data:
    """Return a collection as data: one half to learn from, the other to test on, the digits in equal shares.

    Pictures are float32 [N, 1, 28, 28] in [0, 1]. Where somebody drew a digit twice, one drawing may be in each half:
    the test is about these hands, not about strangers'.

    Raises:
        CollectionError: there are fewer than FEWEST drawings.
    """
    if len(collection) < FEWEST:
        raise CollectionError(
            _("Collect at least {fewest} drawings, half to learn from and half to test on.").format(fewest=FEWEST)
        )
    pictures, targets = collection.pictures, collection.targets
    order = torch.randperm(len(targets), generator=torch.Generator().manual_seed(seed))
    order = order[targets[order].argsort(stable=True)]
    learnt, unseen = (Split(pictures[half], targets[half]) for half in (order[::2], order[1::2]))
    return Data("collection", learnt, unseen, DATASETS["mnist"].classes, mean, std)


def fine_tune(
    classifier: Classifier,
    collection: Collection,
    others: Split,
    epochs: int = 10,
    learning_rate: float = 3e-4,
    seed: int = 0,
    loss: str = "cross_entropy",
) -> Generator[float, None, FineTuned]:
    """Train a copy of a network on one half of a collection, and compare it with the network itself on the other.

    Yields the share that is done, in [0, 1], after each batch; what it returns at the end is the comparison.

    Args:
        classifier: the network; it stays as it is.
        others: pictures uint8 or float32 in [0, 1] and labels to see what it forgets, such as the test set of what it
            was trained on; at most MAX_ELSEWHERE of them are asked.
        loss: a key of core.losses.LOSSES, the one that it was trained with.

    Raises:
        CollectionError: there are fewer than FEWEST drawings, or the network was not trained on digits.
        ConfigError: a setting is out of range.
    """
    require_digits(classifier)
    data = to_data(collection, classifier.mean, classifier.std, seed)
    config = TrainConfig(
        loss=loss,
        learning_rate=learning_rate,
        batch_size=_batch_size(len(data.train)),
        epochs=epochs,
        tests_per_epoch=1,
        seed=seed,
    )
    return train_copy(classifier, config, data, sample(others))


def train_copy(
    classifier: Classifier, config: TrainConfig, data: Data, others: Split
) -> Generator[float, None, FineTuned]:
    """Train a copy on data, and compare it with the network itself on their test split and on others; see `fine_tune`.

    Raises:
        CollectionError: the loss was no longer finite.
    """
    tuned = _copy(classifier, config.seed)
    pictures = torch.cat([data.test.inputs, others.inputs])
    questions = pictures.split(_ASKED_AT_ONCE)
    steps = config.epochs * math.ceil(len(data.train) / config.batch_size)
    whole, done = steps + 2 * len(questions), 0

    before = []
    for question in questions:
        before.append(answers(classifier, question))
        done += 1
        yield done / whole

    # train() tests once an epoch, which is not looked at here and may take no longer than a step.
    tested = Split(data.test.inputs[:BATCH], data.test.targets[:BATCH])
    for snapshot in train(config, replace(data, test=tested), tuned.network):
        if not math.isfinite(snapshot.loss):
            raise CollectionError(_("The loss was no longer a finite number: take a smaller learning rate."))
        done += 1
        yield done / whole
    tuned.network.eval()

    after = []
    for question in questions:
        after.append(answers(tuned, question))
        done += 1
        yield done / whole

    was, now, count = torch.cat(before), torch.cat(after), len(data.test)
    return FineTuned(
        classifier=tuned,
        learnt=len(data.train),
        unseen=_change(was[:count], now[:count], data.test.targets),
        elsewhere=_change(was[count:], now[count:], others.targets),
    )


def _copy(classifier: Classifier, seed: int) -> Classifier:
    network = deepcopy(classifier.network)
    for module in network.modules():
        if isinstance(module, SeededDropout):
            module.generator = torch.Generator().manual_seed(seed)
    return replace(classifier, network=network)


def _change(before: Tensor, after: Tensor, targets: Tensor) -> Change:
    was, now = before == targets, after == targets
    return Change(tally(before, targets), tally(after, targets), int((now & ~was).sum()), int((was & ~now).sum()))


def sample(split: Split) -> Split:
    """Return at most MAX_ELSEWHERE pictures, always the same ones, as float32 in [0, 1]."""
    few = split.sample(MAX_ELSEWHERE)
    return few if few.inputs.is_floating_point() else Split(few.inputs / 255, few.targets)


def _batch_size(count: int) -> int:
    """Return a batch size near BATCH that leaves no single picture over: batch norm cannot learn from one alone."""
    return next(size for size in range(BATCH, 2 * BATCH) if count % size != 1)


def require_digits(classifier: Classifier) -> None:
    """Raise CollectionError for a network that was not trained on digits."""
    if classifier.classes != DATASETS["mnist"].classes:
        raise CollectionError(_("This network was not trained on digits: choose one that was."))
