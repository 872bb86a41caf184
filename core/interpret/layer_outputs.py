"""What each layer of a network makes of one picture, and which pictures excite its units most."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.inference import Classifier
from core.interpret.lstm_gates import Reading, read_rows
from core.models import LSTMNet
from core.text.i18n import _
from core.text.numbers import percent, plain

WORK = 0.03  # seconds of computing between two signs of progress
FIRST_BATCH, MAX_BATCH = 8, 250  # pictures
MAX_EXCITING = 9  # pictures for each unit

_HANDS_ON = (nn.Flatten, nn.Identity, nn.Dropout)  # outside training; Flatten lays the same numbers in a row


@dataclass(frozen=True, eq=False)
class LayerOutput:
    """What one layer gives for one picture.

    Attributes:
        name: that of PyTorch's class, such as "Conv2d".
        settings: how it was built, as PyTorch prints it; may be empty.
        values: maps [C, H, W], steps [T, units] or a row [units], float32.
        hands_on: whether these are the very numbers that came in.
    """

    name: str
    settings: str
    values: Tensor
    hands_on: bool

    @property
    def units(self) -> int:
        """How many maps, or neurons, it has."""
        return self.values.shape[-1 if self.values.ndim == 2 else 0]


@dataclass(frozen=True, eq=False)
class Passage:
    """A picture on its way through a network.

    Attributes:
        layers: in the order in which they were called; one that is called twice is there twice.
        logits: what the probabilities are made of, [C]: the outputs, or where the network ends in a softmax whose
            outputs are the probabilities, what goes into it.
        probabilities: of each class, [C].
    """

    layers: tuple[LayerOutput, ...]
    logits: Tensor
    probabilities: Tensor

    @property
    def total(self) -> float:
        """The sum of the probabilities."""
        return self.probabilities.sum().item()


@dataclass(frozen=True, eq=False)
class TopActivating:
    """Which pictures excite each unit most, as far as they have been looked at.

    How excited a unit is: the largest number in its map, or over all steps; the number itself where there is one only.

    Attributes:
        share_done: of the pictures, in [0, 1].
        values: by the layer's place in `Passage.layers`, float32 [units, k], the most excited first. Layers that hand
            on what came in are left out.
        indices: as values: the pictures' places, int64; of equally exciting ones the first come first.
    """

    share_done: float
    values: Mapping[int, Tensor]
    indices: Mapping[int, Tensor]


@torch.inference_mode()
def through_layers(classifier: Classifier, picture: Tensor) -> Passage:
    """Send a picture, float32 [1, 28, 28] in [0, 1], through a network and keep what each of its layers gives."""
    calls: list[tuple[nn.Module, Tensor]] = []
    # Copies, as a later layer may work in place.
    network = _watched(classifier.network, lambda module, output: calls.append((module, output[0].clone())))
    outputs = network(classifier.prepare(picture[None]))
    layers = tuple(
        LayerOutput(_name(module), module.extra_repr(), values, isinstance(module, _HANDS_ON))
        for module, values in calls
    )
    shares = classifier.to_probabilities(outputs)
    ends_in_softmax = len(calls) > 1 and torch.equal(shares, outputs)
    return Passage(layers, calls[-2][1] if ends_in_softmax else outputs[0], shares[0])


def first_weights(network: nn.Module, shape: tuple[int, ...] = (1, 28, 28)) -> Tensor | None:
    """Return the weights that meet the picture, as pictures, or None where they are none of a picture's shape.

    Args:
        shape: (channels, height, width) of a picture.

    Returns:
        float32 [neurons, height, width] of a linear layer that sees the whole picture, [filters, k, k] of a
        convolution, [4, cells, width] of an LSTM that reads it row by row: for the input, forget, candidate and output
        gate what each cell makes of the pixels of a row.
    """
    for layer in network.modules():
        for kind, pictures in _WEIGHTS.items():
            if isinstance(layer, kind):
                return pictures(layer, shape)
    return None


@torch.inference_mode()
def activation(classifier: Classifier, pictures: Tensor, count: int = MAX_EXCITING) -> Iterator[TopActivating]:
    """Look for the pictures that excite each unit of each layer most; yield what is known after every WORK seconds.

    Args:
        pictures: uint8 in 0..255 or float32 in [0, 1], [N, 1, 28, 28].
        count: how many of them to keep for each unit.
    """
    best: dict[int, tuple[Tensor, Tensor]] = {}
    calls: list[Tensor | None] = []
    # Copies, as a later layer may work in place.
    network = _watched(
        classifier.network,
        lambda module, output: calls.append(
            None if isinstance(module, _HANDS_ON) else unit_activations(output).clone()
        ),
    )
    done, size = 0, FIRST_BATCH
    while done < len(pictures):
        started = time.thread_time()
        calls.clear()
        network(classifier.prepare(pictures[done : done + size]))
        places = torch.arange(done, min(done + size, len(pictures)))
        for place, values in enumerate(calls):
            if values is not None:
                best[place] = _merge(best.get(place), values.T, places, count)
        done += len(places)
        taken = time.thread_time() - started
        size = max(1, min(MAX_BATCH, 2 * size, int(size * WORK / max(taken, 1e-6))))
        yield TopActivating(
            done / len(pictures),
            {place: values for place, (values, _places) in best.items()},
            {place: indices for place, (_values, indices) in best.items()},
        )


def unit_activations(outputs: Tensor) -> Tensor:
    """Return how excited each unit is by each sample: maps [N, C, H, W] -> [N, C], steps [N, T, units] -> [N, units].

    It is the largest number of a map, or over all steps. A row [N, units] is returned as it is.
    """
    if outputs.ndim == 4:
        return F.adaptive_max_pool2d(outputs, 1).flatten(1)  # amax is ten times as slow in the layout of pictures
    return outputs.amax(dim=1) if outputs.ndim == 3 else outputs


def row_by_row(classifier: Classifier, picture: Tensor) -> Reading:
    """Return what an LSTM says after each row of a picture, float32 [1, 28, 28] in [0, 1], if it ended there.

    Raises:
        ValueError: the network is no LSTMNet, and so does not read row by row.
    """
    if not isinstance(classifier.network, LSTMNet):
        raise ValueError(_("This network sees the whole picture at once: choose an LSTM to follow it row by row."))
    reading = read_rows(classifier.network, classifier.prepare(picture))
    with torch.inference_mode():
        outputs = classifier.network.layers(reading.steps.hidden)
        return replace(reading, probabilities=classifier.to_probabilities(outputs))


def notice(passage: Passage, classes: Sequence[str]) -> str:
    """Say how far the best class is ahead before and after the probabilities are made, in Markdown."""
    first, second = passage.probabilities.topk(2).indices.tolist()
    return _(
        "**{first}** comes out with {first_logit} and **{second}** with {second_logit}: as probabilities that is "
        "{first_share} against {second_share}. All {count} of them add up to {total}."
    ).format(
        first=classes[first],
        second=classes[second],
        first_logit=plain(passage.logits[first].item()),
        second_logit=plain(passage.logits[second].item()),
        first_share=percent(passage.probabilities[first].item()),
        second_share=percent(passage.probabilities[second].item()),
        count=len(classes),
        total=plain(passage.total),
    )


def notice_activation(found: TopActivating, place: int, unit: int, targets: Tensor, classes: Sequence[str]) -> str:
    """Say which classes the pictures belong to that excite a unit most, in Markdown.

    Args:
        place: the layer's, in `Passage.layers`.
        targets: the classes of all pictures, int64 [N].
    """
    values, indices = found.values[place][unit], found.indices[place][unit]
    largest = plain(values[0].item())
    if values[0] <= 0:
        return _("No picture excites it: the largest number that it gives is {largest}.").format(largest=largest)
    counts = torch.bincount(targets[indices], minlength=len(classes))
    order = [kind for kind in counts.argsort(descending=True, stable=True).tolist() if counts[kind]]
    return _("The {count} pictures that excite it most show {kinds}; the first makes it give {largest}.").format(
        count=len(indices),
        largest=largest,
        kinds=", ".join(f"{counts[kind]} × **{classes[kind]}**" for kind in order),
    )


def _watched(network: nn.Module, see: Callable[[nn.Module, Tensor], None]) -> nn.Module:
    """Return the network in eval mode with a hook on each layer: it calls `see` with the layer and what it gives.

    The hooks are put on a copy, as others may be using the same network at this moment; the weights are not copied.
    """
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    twin = deepcopy(network, shared).eval()
    for module in twin.modules():
        if not any(module.children()):
            # An LSTM also gives its last state, which is in what it gives already.
            module.register_forward_hook(
                lambda layer, _inputs, given: see(layer, given if isinstance(given, Tensor) else given[0])
            )
    return twin


def _name(module: nn.Module) -> str:
    # A layer of our own, such as dropout with a generator, goes by the name of the layer of PyTorch's that it extends.
    return next(kind.__name__ for kind in type(module).__mro__ if kind.__module__.startswith("torch."))


def _merge(best: tuple[Tensor, Tensor] | None, values: Tensor, places: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Add a batch, [units, batch] of pictures in these places, to the best so far, [units, k] each."""
    indices = places.expand(values.shape)
    if best is not None:
        values, indices = torch.cat([best[0], values], dim=1), torch.cat([best[1], indices], dim=1)
    values, order = values.sort(dim=1, descending=True, stable=True)
    return values[:, :count].clone(), indices.gather(1, order[:, :count])


def _linear_weights(layer: nn.Linear, shape: tuple[int, ...]) -> Tensor | None:
    if layer.in_features != math.prod(shape):
        return None
    return layer.weight.detach().reshape(-1, *shape[1:])


_WEIGHTS = {
    nn.Linear: _linear_weights,
    nn.Conv2d: lambda layer, shape: layer.weight.detach().flatten(0, 1),
    nn.LSTM: lambda layer, shape: layer.weight_ih_l0.detach().reshape(4, layer.hidden_size, -1),
}
