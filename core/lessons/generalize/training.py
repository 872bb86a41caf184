"""One small network on few images: how it does on what it learns from and on what it has never seen, epoch by epoch."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from core.datasets.types import Split
from core.lessons.generalize.kept import Kept, Work
from core.lessons.generalize.sets import Sets, make_sets
from core.models import Net
from core.seeding import give_generator

EPOCHS, BATCH = 60, 32
SIZES = (784, 64, 10)
LEARNING_RATE = 0.002


@dataclass(frozen=True)
class Setup:
    """What is learned from, and how.

    Attributes:
        noise: the fraction of the training labels that is wrong.
        dropout: the fraction of the hidden values that is zeroed in each training step.
        weight_decay: of AdamW, which shrinks each weight by this times the learning rate in each step.
        seed: of the sets, the initial weights and the batches.
    """

    images: int = 100
    noise: float = 0.0
    dropout: float = 0.0
    weight_decay: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class History:
    """What a training came to.

    Attributes:
        loss, accuracy: on the training set (with its wrong labels) and the validation set, [2, EPOCHS + 1].
        memorized: the fraction of the wrong labels that the network answers, [EPOCHS + 1]; NaN where none is wrong.
        best: the epoch with the lowest validation loss.
        test_accuracy, stopped_test_accuracy: on test_images, at the end, and with the weights of the epoch `best`.
    """

    setup: Setup
    loss: Tensor
    accuracy: Tensor
    memorized: Tensor
    best: int
    test_accuracy: float
    stopped_test_accuracy: float
    test_images: int


def learn(setup: Setup) -> Work[History]:
    """Train for all EPOCHS, and look at the test set once, at the end."""
    sets = make_sets(setup.images, setup.noise, setup.seed)
    generator = torch.Generator().manual_seed(setup.seed)
    network = Net(SIZES, dropout=setup.dropout)
    give_generator(network, generator)
    decay = setup.weight_decay
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=decay, fused=True)

    looks = [look(network, sets)]
    best, best_weights = 0, weights_of(network)
    for epoch in range(1, EPOCHS + 1):
        yield epoch / EPOCHS
        train_epoch(network, optimizer, sets.training, generator)
        looks.append(look(network, sets))
        if looks[epoch][1] < looks[best][1]:  # early stopping: keep the weights with the lowest validation loss
            best, best_weights = epoch, weights_of(network)

    curves = torch.tensor(looks).T
    _loss, test_accuracy = measure(network, sets.test)
    vector_to_parameters(best_weights, network.parameters())
    _loss, stopped_test_accuracy = measure(network, sets.test)
    return History(
        setup, curves[:2], curves[2:4], curves[4], best, test_accuracy, stopped_test_accuracy, len(sets.test)
    )


def weights_of(network: nn.Module) -> Tensor:
    """Return a copy of all weights and biases."""
    return parameters_to_vector(network.parameters()).detach()


def train_epoch(
    network: nn.Module, optimizer: torch.optim.Optimizer, training: Split, generator: torch.Generator
) -> None:
    """Train on each image once, in shuffled batches."""
    network.train()
    for places in torch.randperm(len(training), generator=generator).split(BATCH):
        loss = F.cross_entropy(network(training.inputs[places]), training.targets[places])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def look(network: nn.Module, sets: Sets) -> tuple[float, float, float, float, float]:
    """Return training and validation loss, training and validation accuracy, and the fraction memorized."""
    (loss, accuracy), (validation_loss, validation_accuracy) = (
        measure(network, each) for each in (sets.training, sets.validation)
    )
    _loss, memorized = measure(network, Split(sets.training.inputs[sets.wrong], sets.training.targets[sets.wrong]))
    return loss, validation_loss, accuracy, validation_accuracy, memorized


@torch.inference_mode()
def measure(network: nn.Module, split: Split) -> tuple[float, float]:
    """Return the mean cross-entropy and the accuracy; NaN of no images."""
    network.eval()
    logits = network(split.inputs)
    loss = F.cross_entropy(logits, split.targets)
    return loss.item(), (logits.argmax(1) == split.targets).float().mean().item()


HISTORIES = Kept(learn, 128)
