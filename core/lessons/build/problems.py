"""The kinds of problem, and what each wants of a network: its last layer, its loss, its targets; and what comes in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from core.blocks.network import Row, trace
from core.blocks.registry import Hyperparameter, Placed, Shape
from core.datasets import load
from core.lessons.build.edit import add, change
from core.losses import LOSSES
from core.models import OUTPUT_LAYERS
from core.text.i18n import N_, _

CLASSES = Hyperparameter("classes", N_("Classes"), 2, 20, 3)


@dataclass(frozen=True)
class Task:
    """One kind of problem.

    Attributes:
        neurons: (number of classes) -> how many numbers the network gives for a sample, k.
        loss: a key of core.losses.LOSSES.
        answer: a key of core.models.OUTPUT_LAYERS: what makes the answer of the network's outputs [N, k].
        targets: (class numbers int64 [N]) -> what the loss compares with; `example` says what that is.
        metric, measure: the name of what a person reads beside the loss, and (answers [N, k], targets) -> its value.
        why: why this layer and this loss.
    """

    label: str
    neurons: Callable[[int], int]
    loss: str
    answer: str
    targets: Callable[[Tensor], Tensor]
    example: str
    metric: str
    measure: Callable[[Tensor, Tensor], Tensor]
    why: str

    def loss_of(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss of a batch: outputs [N, k] and what `targets` gives."""
        return LOSSES[self.loss].module()(outputs, targets)


@dataclass(frozen=True)
class Kind:
    """One kind of input.

    Attributes:
        note: what `example_batch` takes for it.
        sizes: what a person chooses of its shape, in this order; empty where `shape` is fixed.
        shape: of one sample.
        classes: how many there are, where that is fixed as well.
    """

    label: str
    note: str
    sizes: tuple[Hyperparameter, ...] = ()
    shape: Shape = ()
    classes: int | None = None

    def shape_of(self, sizes: Sequence[int]) -> Shape:
        """Return the shape of one sample of which a person has chosen these sizes."""
        return self.shape or tuple(sizes)


def example_batch(kind: str, shape: Shape, classes: int, samples: int) -> tuple[Tensor, Tensor]:
    """Return inputs float32 [N, *shape] and class numbers int64 [N]: real digits where `kind` is "image", else random.

    The same arguments give the same batch.
    """
    if kind == "image":
        digits = load("digits")
        return digits.prepare(digits.train.inputs[:samples]), digits.train.targets[:samples]
    generator = Generator().manual_seed(0)
    inputs = torch.randn(samples, *shape, generator=generator)
    return inputs, torch.randint(classes, (samples,), generator=generator)


def answers(blocks: Sequence[Placed], task: Task, outputs: Tensor) -> Tensor:
    """Return the answers [N, k] for outputs [N, k] of a stack, which may have made answers of them itself."""
    done = bool(blocks) and blocks[-1].key == task.answer
    return outputs if done else OUTPUT_LAYERS[task.answer].module()(outputs)


def advice(blocks: Sequence[Placed], rows: Sequence[Row], task: Task, classes: int) -> str:
    """Return why the end of a sound stack does not suit a task, or an empty sentence where it does."""
    neurons = task.neurons(classes)
    words = {"task": _(task.label), "neurons": neurons, "loss": f"nn.{LOSSES[task.loss].module.__name__}"}
    if not blocks:
        return _("No block yet. {task} wants {neurons} at the end of each sample’s way.").format(**words)
    last, after = blocks[-1], rows[-1].after or ()
    words |= {"gives": "×".join(map(str, after)), "title": last.title}
    if after != (neurons,):
        return _("It ends with {gives} for each sample, and {task} wants {neurons}.").format(**words)
    if last.key == task.answer:
        return _("{loss} applies {title} itself, so here it is applied twice, which makes learning slower.").format(
            **words
        )
    if last.block.family == "activation" and last.key != "identity":
        return _("{title} bends the outputs, and {loss} wants them as they are, any number from −∞ to ∞.").format(
            **words
        )
    return ""


def suiting_end(
    blocks: Sequence[Placed], input_shape: Shape, neurons: int
) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """Return the blocks with a Linear layer of so many neurons at the end, and the blocks that had to go for it.

    Only what is an output layer already has to go: a Linear at the very end, with or without softmax or sigmoid.

    Raises:
        BlocksError: there is no room for more blocks.
    """
    kept = _without_output_layer(tuple(blocks))
    gone = tuple(blocks[len(kept) :])
    rows = trace(kept, input_shape)
    after = rows[-1].after if rows else input_shape
    if after is not None and len(after) > 1:
        kept = add(kept, "flatten")
    kept = add(kept, "linear")
    return change(kept, len(kept) - 1, "neurons", neurons), gone


def _without_output_layer(blocks: tuple[Placed, ...]) -> tuple[Placed, ...]:
    kept = blocks
    while kept and kept[-1].key in OUTPUT_LAYERS:
        kept = kept[:-1]
    if kept and kept[-1].key == "linear":
        return kept[:-1]
    return kept


INPUTS = {
    "vector": Kind(
        N_("Vector"),
        N_("Each sample is a row of random numbers and has a random class: here only the shapes mean something."),
        sizes=(Hyperparameter("inputs", N_("Numbers"), 1, 1000, 4),),
    ),
    "image": Kind(
        N_("Image"),
        N_("Each sample is a real handwritten digit, and its class is that digit."),
        shape=(1, 28, 28),
        classes=10,
    ),
    "sequence": Kind(
        N_("Sequence"),
        N_("Each sample is a row of random steps and has a random class: here only the shapes mean something."),
        sizes=(Hyperparameter("steps", N_("Steps"), 1, 100, 20), Hyperparameter("features", N_("Features"), 1, 100, 3)),
    ),
}

TASKS = {
    "regression": Task(
        label=N_("Regression"),
        neurons=lambda classes: 1,
        loss="mse",
        answer="none",
        targets=lambda labels: labels.float().unsqueeze(1),
        example=N_("The target is the number of its class."),
        metric=N_("mean absolute error"),
        measure=lambda answers, targets: (answers - targets).abs().mean(),
        why=N_(
            "How much? One neuron without an activation can give any number. MSE is 0 where it is exactly right and "
            "grows with the square of the error."
        ),
    ),
    "binary": Task(
        label=N_("Binary"),
        neurons=lambda classes: 1,
        loss="bce",
        answer="sigmoid",
        targets=lambda labels: (labels % 2).float().unsqueeze(1),
        example=N_("The target is 1 where the number of its class is odd, and 0 where it is even."),
        metric=N_("accuracy"),
        measure=lambda answers, targets: ((answers > 0.5) == targets.bool()).float().mean(),
        why=N_(
            "Yes or no? One neuron gives a score, and the sigmoid makes it the probability of yes. The loss has that "
            "sigmoid inside, where it is computed more exactly, so the last layer is a plain Linear."
        ),
    ),
    "multi_class": Task(
        label=N_("Multi-class"),
        neurons=lambda classes: classes,
        loss="cross_entropy",
        answer="softmax",
        targets=lambda labels: labels,
        example=N_("The target is its class."),
        metric=N_("accuracy"),
        measure=lambda answers, targets: (answers.argmax(dim=1) == targets).float().mean(),
        why=N_(
            "Which one? A score for each class, and softmax makes them probabilities that sum to 1. The loss has that "
            "softmax inside, where it is computed more exactly, so the last layer is a plain Linear."
        ),
    ),
}
