"""The training loop: data -> network -> loss -> optimizer, round and round."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from core.augmentation import AUGMENTATIONS
from core.config import ConfigError, TrainConfig
from core.config.step_price import TEST_BATCH
from core.datasets import Data, Split
from core.losses import LOSSES, class_indices
from core.models import build_network, smallest_batch
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS, weights_of
from core.scheduler import compute_lock
from core.schedules import SCHEDULES
from core.text.i18n import _


@dataclass(frozen=True)
class Score:
    """How good a network is on some samples: the mean loss, and the share of right answers in [0, 1].

    The share is nan where there are values to learn, which are never just right. Of no samples both are nan.
    """

    loss: float
    accuracy: float
    samples: int


@dataclass(frozen=True)
class Snapshot:
    """What one training step came to.

    Attributes:
        step: how many steps have been done, this one included.
        epoch: how many times the data have been gone through, as a fraction.
        loss, accuracy: of this step's batch, before the weights moved; the penalty on large weights is not in it.
        gradient_norm: the length of the gradient over all weights.
        learning_rate: as this step used it.
        samples: how many samples have been trained on.
        seconds: the time spent in training steps, without tests and pauses.
        test: the score on the test sample, where this step was followed by a test.
        sample: the score at the same time on a fixed sample of the training examples as they are: not varied, and
            with dropout switched off.
    """

    step: int
    epoch: float
    loss: float
    accuracy: float
    gradient_norm: float | None
    learning_rate: float
    samples: int
    seconds: float
    test: Score | None
    sample: Score | None = None


def train(
    config: TrainConfig, data: Data, network: nn.Module | None = None
) -> Generator[Snapshot, TrainConfig | None, None]:
    """Train the network of a config and yield a Snapshot after each step.

    Nothing is computed until the next snapshot is asked for, so whoever iterates decides when to pause or stop:
    `for snapshot in train(config, data): ...`. A config sent into the generator takes over: of it,
    what core.config.fields.ADJUSTABLE names counts from the next step on, a batch size from the next epoch on. A loss
    that is not finite is the last snapshot: the weights are not moved by it.

    Args:
        config: the settings; same config, same data: the same snapshots but for `seconds`.
        data: what to learn, and what to test on.
        network: trained in place; built by `build_network` from the config where None.

    Raises:
        ConfigError: the network has batch norm, and there is a single sample to learn from.
    """
    if network is None:
        network = build_network(config, data.input_shape, data.problem.outputs)
    generator = torch.Generator().manual_seed(config.seed)
    augment = AUGMENTATIONS[config.augmentation].apply
    loss_of = make_loss(config)
    optimizer = OPTIMIZERS[config.optimizer].make(network.parameters(), config)
    weights = weights_of(network)
    smallest = smallest_batch(network)  # 2 with batch norm, which skips a last batch of a single sample
    if len(data.train) < smallest:
        raise ConfigError(_("Batch norm compares samples, and there is but one to learn from: take another network."))
    labels = class_indices(data.train.targets)
    step, samples, seconds = 0, 0, 0.0
    network.train()

    for epoch in range(config.epochs):
        batches = torch.randperm(len(data.train), generator=generator).split(config.batch_size)
        batches = [batch for batch in batches if len(batch) >= smallest]
        test_batches = _spread(len(batches), config.tests_per_epoch)
        for number, batch in enumerate(batches, 1):
            started = time.perf_counter()
            # data: a batch of examples, pictures each varied a little, and what they show
            inputs = data.prepare(augment(data.train.inputs[batch], generator))
            targets = data.train.targets[batch]

            # network: forward, from the inputs to the outputs
            outputs = network(inputs)

            # loss: how wrong are the outputs? A penalty on large weights may come on top
            loss = loss_of(outputs, targets)
            batch_loss = loss.item()
            if penalty := REGULARIZATIONS[config.regularization].penalty:
                loss = loss + config.regularization_rate * penalty(weights)

            # optimizer: backward gives each weight its gradient, and each weight moves against it
            is_finite = math.isfinite(loss.item())
            if is_finite:
                optimizer.zero_grad()
                loss.backward()
                progress = (epoch + (number - 1) / len(batches)) / config.epochs
                for group in optimizer.param_groups:
                    group["lr"] = config.learning_rate * SCHEDULES[config.schedule].factor(progress)
                optimizer.step()

            step, samples = step + 1, samples + len(batch)
            seconds += time.perf_counter() - started
            run_test = is_finite and number in test_batches
            changed = yield Snapshot(
                step=step,
                epoch=epoch + number / len(batches),
                loss=batch_loss if is_finite else loss.item(),
                accuracy=_accuracy(outputs.detach(), labels[batch], data.task),
                gradient_norm=_gradient_norm(network) if run_test else None,
                learning_rate=optimizer.param_groups[0]["lr"],
                samples=samples,
                seconds=seconds,
                test=evaluate(network, data, data.test_sample, loss_of) if run_test else None,
                sample=evaluate(network, data, data.train_sample, loss_of) if run_test else None,
            )
            if not is_finite:
                return
            config = changed or config


def make_loss(config: TrainConfig) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the config's loss: outputs float32 [N, C] and targets (indices [N] or probabilities [N, C]) -> scalar."""
    loss = LOSSES[config.loss]
    criterion = loss.module(label_smoothing=config.label_smoothing) if loss.takes_label_smoothing else loss.module()
    return lambda outputs, targets: criterion(outputs, loss.targets(targets, outputs.shape[1]))


@torch.inference_mode()
def outputs_in_batches(network: nn.Module, data: Data, split: Split) -> Iterator[Tensor]:
    """Yield the network's outputs [TEST_BATCH, C] for a split, batch by batch in its order, dropout switched off."""
    network.eval()
    for inputs in split.inputs.split(TEST_BATCH):
        yield network(data.prepare(inputs))


def evaluate(network: nn.Module, data: Data, split: Split, loss_of: Callable[[Tensor, Tensor], Tensor]) -> Score:
    """Return the mean loss and the accuracy of a network on a split of the data; it is left in its mode."""
    training, outputs = network.training, []
    for batch in outputs_in_batches(network, data, split):
        outputs.append(batch)
        compute_lock.hand_on()  # a test takes longer than a step, and others train as well
    network.train(training)
    return score(torch.cat(outputs), split.targets, loss_of, data.task)


def score(
    outputs: Tensor, targets: Tensor, loss_of: Callable[[Tensor, Tensor], Tensor], task: str = "multi_class"
) -> Score:
    """Return the mean loss and the accuracy of outputs [N, C] for targets as core.datasets.Split has them."""
    return Score(loss_of(outputs, targets).item(), _accuracy(outputs, class_indices(targets), task), len(targets))


def _accuracy(outputs: Tensor, labels: Tensor, task: str) -> float:
    if task == "regression" or not len(labels):
        return math.nan
    # One output is a score, above 0 for yes.
    answers = outputs[:, 0] > 0 if task == "binary" else outputs.argmax(dim=1)
    return (answers == labels).sum().item() / len(labels)


def _gradient_norm(network: nn.Module) -> float:
    return get_total_norm(p.grad for p in network.parameters() if p.grad is not None).item()


def _spread(steps: int, count: int) -> set[int]:
    return {round(steps * number / count) for number in range(1, count + 1)}
