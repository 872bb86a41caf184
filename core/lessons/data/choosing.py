"""How good the best of many networks looks on the images that it was chosen by, and how good it is on fresh ones."""

from collections.abc import Generator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.datasets import Data
from core.datasets.types import Split
from core.models import Net
from core.seeding import initialise
from core.text.i18n import N_, _

NETWORKS = 40
TRAINING = 300  # images that all networks learn from
SIZES = (25, 50, 100, 200)  # of the set that is chosen by, and of the one that is tested on
POOL = 4400  # images at most that no network has learned from
EPOCHS, BATCH = 6, 50
WIDTHS = (8, 32)  # of the hidden layer, least and most
RATES = (0.05, 0.15)  # of SGD, least and most
DRAWS, ROUNDS = 100, 12  # random choices of who is in which set, at a time, and times; what is shown is their mean
WAYS = {
    "test": N_("Best by the test set: on that set"),
    "test_fresh": N_("on fresh images"),
    "validation": N_("Best by validation: on the test set"),
    "validation_fresh": N_("on fresh ones"),
}


@dataclass(frozen=True)
class Candidate:
    """One of the networks: its hidden neurons, learning rate, and the seed of its initial weights and batches."""

    width: int
    learning_rate: float
    seed: int


@dataclass(frozen=True, eq=False)
class Sets:
    """Images and labels that the networks learn from, and those that they have never seen."""

    training: Split
    unseen: Split


def sets(data: Data) -> Sets:
    """Return TRAINING training images, and of the others, and of all test images, POOL at most."""
    some = data.train.sample(TRAINING + POOL)
    inputs = torch.cat([some.inputs, data.test.inputs])
    targets = torch.cat([some.targets, data.test.targets])
    rest = slice(TRAINING, TRAINING + POOL)
    return Sets(Split(inputs[:TRAINING], targets[:TRAINING]), Split(inputs[rest], targets[rest]))


def candidates(seed: int) -> list[Candidate]:
    """Return NETWORKS networks that differ in everything that a person may try out, and in their seed."""
    generator = torch.Generator().manual_seed(seed)
    widths = torch.randint(WIDTHS[0], WIDTHS[1] + 1, (NETWORKS,), generator=generator).tolist()
    low, high = RATES
    rates = (low * (high / low) ** torch.rand(NETWORKS, generator=generator)).tolist()
    return [Candidate(width, rate, seed + place) for place, (width, rate) in enumerate(zip(widths, rates, strict=True))]


def experiment(data: Data, seed: int) -> Generator[float, None, Tensor]:
    """Train all candidates and choose among them; yield the share that is done, return mean `accuracies`."""
    right = yield from train_networks(data, seed)
    tables = []
    for draws in range(ROUNDS):
        yield 1.0
        tables.append(accuracies(right, draws))
    return torch.stack(tables).mean(0)


def train_networks(data: Data, seed: int) -> Generator[float, None, Tensor]:
    """Train all candidates; yield the share that is done, and return which unseen images each gets right.

    Returns: bool [NETWORKS, unseen images].
    """
    chosen = sets(data)
    x, unseen = (data.prepare(split.inputs) for split in (chosen.training, chosen.unseen))
    right = []
    for candidate in candidates(seed):
        yield len(right) / NETWORKS
        network = train_network(candidate, x, chosen.training.targets, len(data.classes))
        with torch.inference_mode():
            right.append(network(unseen).argmax(1) == chosen.unseen.targets)
    return torch.stack(right)


def train_network(candidate: Candidate, x: Tensor, labels: Tensor, classes: int) -> nn.Module:
    """Train one network on images x [N, 1, 28, 28], and return it."""
    generator = torch.Generator().manual_seed(candidate.seed)
    network = Net([x[0].numel(), candidate.width, classes])
    initialise(network, generator)
    optimizer = torch.optim.SGD(network.parameters(), lr=candidate.learning_rate)
    for _epoch in range(EPOCHS):
        for places in torch.randperm(len(x), generator=generator).split(BATCH):
            loss = F.cross_entropy(network(x[places]), labels[places])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network


def accuracies(right: Tensor, seed: int) -> Tensor:
    """Return what each way of WAYS comes to with every size of SIZES: the mean accuracy over DRAWS.

    In each draw the unseen images are shuffled: some are the test set, as many the validation set, all others are
    fresh. The networks are shuffled too, and of the first k of them the best on the set that is chosen by is kept.

    Args:
        right: bool [networks, unseen images].

    Returns: float32 [len(SIZES), len(WAYS), networks], for k = 1, 2, … networks.
    """
    networks, images = right.shape
    generator = torch.Generator().manual_seed(seed)
    places = torch.rand(DRAWS, images, generator=generator).argsort(1)
    order = torch.rand(DRAWS, networks, generator=generator).argsort(1)
    total = right.sum(1, keepdim=True)
    table = []
    for size in SIZES:
        test, validation = (right[:, some].sum(2) for some in (places[:, :size], places[:, size : 2 * size]))
        fresh = (total - test - validation) / (images - 2 * size)
        # For each draw the networks in its own order: [DRAWS, networks].
        test, validation, fresh = (each.T.gather(1, order) for each in (test / size, validation / size, fresh))
        (found, by_test), by_validation = test.cummax(1), validation.cummax(1).indices
        ways = found, fresh.gather(1, by_test), test.gather(1, by_validation), fresh.gather(1, by_validation)
        table.append(torch.stack([way.mean(0) for way in ways]))
    return torch.stack(table)


def verdict(table: Tensor) -> str:
    """Return the key of GUESSES that is true of the best network by the test set, on fresh images.

    Args:
        table: as `accuracies` has it for one size, [len(WAYS), networks].
    """
    gain = (table[1, -1] - table[0, -1]).item()
    return "same" if abs(gain) < SAME else "better" if gain > 0 else "worse"


SAME = 0.005
GUESSES = {
    "better": N_("Better than that"),
    "same": N_("Just as well"),
    "worse": N_("Worse than that"),
}


def say_verdict(guess: str, table: Tensor) -> str:
    """Say whether a guess of GUESSES was right; empty where nothing was guessed."""
    if guess not in GUESSES:
        return ""
    truth = verdict(table)
    said = _(GUESSES[guess])
    if guess == truth:
        return _("You said “{said}”, and so it is.").format(said=said)
    return _("You said “{said}”; it is “{truth}”.").format(said=said, truth=_(GUESSES[truth]))
