"""A batch that goes through a stack of blocks with its first, random weights."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Generator, Tensor

from core.blocks.network import Stack, build, require_sound, trace
from core.blocks.registry import BlocksError, Placed, Shape
from core.lessons.build.problems import TASKS, answers, example_batch
from core.seeding import give_generator
from core.text.i18n import N_, _

MAX_SAMPLES = 1000
MAX_PARAMETERS = 5_000_000
MAX_WORK = 1_000_000_000  # uses of weights by a whole batch, about a twentieth of a second
MAX_NUMBERS = 25_000_000  # of all outputs together, 100 MB


@dataclass(frozen=True)
class Passage:
    """What came out of a batch of N samples.

    Attributes:
        shapes: of the whole batch, as it comes in and after each block.
        labels: class numbers int64 [N].
        outputs: of the last block, [N, ...].
        answers: what the problem's output layer makes of them; the next three are None as well where the outputs are
            not [N, k], k being what the problem wants.
        targets: what the loss compares with.
        loss, measure: of the batch.
    """

    shapes: tuple[Shape, ...]
    labels: Tensor
    outputs: Tensor
    answers: Tensor | None = None
    targets: Tensor | None = None
    loss: float | None = None
    measure: float | None = None


@lru_cache(maxsize=32)
def run(blocks: tuple[Placed, ...], kind: str, shape: Shape, task: str, classes: int, samples: int) -> Passage:
    """Send so many samples through a new network, as it is used: its dropout lets everything through.

    Args:
        kind, task: keys of INPUTS and TASKS.

    Raises:
        BlocksError: a block cannot read what comes in, or it is too much to be computed while somebody waits.
    """
    network = _network(blocks, shape, samples)
    inputs, labels = example_batch(kind, shape, classes, samples)
    shapes = [tuple(inputs.shape)]
    with torch.inference_mode():
        outputs = inputs
        for layer in network.layers:
            outputs = layer(outputs)
            shapes.append(tuple(outputs.shape))
        if outputs.shape != (samples, TASKS[task].neurons(classes)):
            return Passage(tuple(shapes), labels, outputs)
        given, targets = answers(blocks, TASKS[task], outputs), TASKS[task].targets(labels)
        loss, measure = TASKS[task].loss_of(outputs, targets).item(), TASKS[task].measure(given, targets).item()
    return Passage(tuple(shapes), labels, outputs, given, targets, loss, measure)


def flow(blocks: tuple[Placed, ...], kind: str, shape: Shape) -> list[Tensor]:
    """Return one sample as it comes in, and what each block makes of it, with the first, random weights.

    It ends before the block that cannot read its input; where the network is too much to be computed it is the sample.
    """
    sound = sum(row.after is not None for row in trace(blocks, shape))
    inputs, _label = example_batch(kind, shape, 2, 1)
    values = [inputs[0]]
    try:
        network = _network(blocks[:sound], shape, 1)
    except BlocksError:
        return values
    with torch.inference_mode():
        for layer in network.layers:
            inputs = layer(inputs)
            values.append(inputs[0].clone())  # a later layer may work in place
    return values


def _network(blocks: tuple[Placed, ...], shape: Shape, samples: int) -> Stack:
    """Build the network as it is used, where so many samples are not too much for it."""
    rows = trace(blocks, shape)
    require_sound(blocks, rows)
    _require_small("parameters", sum(row.parameters for row in rows), MAX_PARAMETERS)
    _require_small("products", samples * sum(row.uses for row in rows), MAX_WORK)
    _require_small("numbers", samples * sum(row.kept for row in rows), MAX_NUMBERS)
    network = build(blocks, shape).eval()
    give_generator(network, Generator().manual_seed(0))
    return network


def _require_small(what: str, number: int, maximum: int) -> None:
    if number > maximum:
        raise BlocksError(
            _("This is too much to run here: {number:,} {what}, and at most {most:,}. {advice}").format(
                number=number, what=_(_TOO_MUCH[what][0]), most=maximum, advice=_(_TOO_MUCH[what][1])
            )
        )


_TOO_MUCH = {
    "parameters": (N_("parameters"), N_("Take narrower layers.")),
    "products": (N_("products of numbers and weights"), N_("Take a smaller batch or narrower layers.")),
    "numbers": (N_("outputs to keep"), N_("Take a smaller batch or narrower layers.")),
}
