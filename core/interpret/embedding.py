"""What a network makes of pictures just before it answers, and how to see that many numbers in two or three.

The last linear layer reads a row of numbers for each picture. Pictures that lie close together there get the same
answer; principal component analysis (K. Pearson, "On lines and planes of closest fit", 1901) turns the rows so that
two or three directions show as much of how they differ as any could.
"""

from collections.abc import Generator, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.datasets.types import normalize
from core.interpret.pca import principal_directions
from core.text.i18n import _

WIDEST = 10_000  # numbers of a picture; 1,000 pictures then take 40 MB
MAX_FITTED = 512  # rows or columns of the matrix whose directions are sought: 0.05 s
NEAREST = 10

_AT_ONCE = 50  # pictures; a CNN takes 15 ms for them


class EmbeddingError(ValueError):
    """A network's numbers cannot be shown; the message is a sentence that says why."""


def sample(count: int, maximum: int, seed: int = 0) -> Tensor:
    """Return the places of at most `maximum` of `count` pictures, drawn at random but always the same: int64 [n]."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:maximum]


@torch.inference_mode()
def hidden(network: nn.Module, pictures: Tensor, mean: float, std: float) -> Iterator[Tensor]:
    """Yield what the last linear layer that runs reads, batch by batch: float32 [n, d], in the order of the pictures.

    It works on a copy, as a network may be shared and others ask it meanwhile.

    Args:
        network: in eval mode.
        pictures: [N, 1, 28, 28], uint8, or float32 in [0, 1].
        mean, std: those of the pictures that it was trained on.

    Raises:
        EmbeddingError: it has no linear layer, or one that reads too many numbers or some that are not finite.
    """
    network = deepcopy(network).eval()
    read: list[Tensor] = []
    for module in network.modules():
        if isinstance(module, nn.Linear):
            module.register_forward_pre_hook(lambda _module, inputs: read.append(inputs[0]))
    for batch in pictures.split(_AT_ONCE):
        read.clear()
        network(normalize(batch, mean, std))
        if not read:
            raise EmbeddingError(_("This network has no linear layer whose inputs could be shown."))
        rows = read[-1].flatten(1)
        if rows.shape[1] > WIDEST:
            raise EmbeddingError(
                _("The last layer reads {width:,} numbers, and at most {most:,} can be shown.").format(
                    width=rows.shape[1], most=WIDEST
                )
            )
        if not rows.isfinite().all():
            raise EmbeddingError(_("The numbers of this network are not finite: its training has run away."))
        yield rows.clone()


def hidden_rows(network: nn.Module, pictures: Tensor, mean: float, std: float) -> Generator[float, None, Tensor]:
    """Return all rows of `hidden`, float32 [N, d], which takes a while; yield the share that is done."""
    rows: list[Tensor] = []
    for batch in hidden(network, pictures, mean, std):
        rows.append(batch)
        yield sum(map(len, rows)) / len(pictures)
    return torch.cat(rows)


@dataclass(frozen=True, eq=False)
class Pca:
    """The directions in which rows of numbers differ most.

    Attributes:
        mean: the middle of the rows, float32 [d].
        directions: float32 [k, d], each of length 1 and at right angles to the others, the widest spread first.
        shares: how much of all variance lies along each, float32 [k] in [0, 1].
    """

    mean: Tensor
    directions: Tensor
    shares: Tensor

    def project(self, rows: Tensor) -> Tensor:
        """Return the places of rows [N, d] along the directions, [N, k]."""
        return (rows - self.mean) @ self.directions.T

    @property
    def sentence(self) -> str:
        """What to bear in mind, in the numbers of these directions."""
        return _(
            "These {count} directions hold {share:.0%} of how the pictures differ in {width} numbers: what lies apart "
            "here is apart, what lies together may still differ in the other {rest:.0%}."
        ).format(
            count=len(self.shares),
            share=self.shares.sum().item(),
            width=len(self.mean),
            rest=1 - self.shares.sum().item(),
        )


def fit_pca(rows: Tensor, components: int) -> Pca:
    """Return the first principal directions of rows, float32 [N, d]; the same rows give the same directions.

    A direction and its opposite are as good as each other: the one is taken whose largest number is positive. Of very
    wide rows the first MAX_FITTED decide.

    Raises:
        EmbeddingError: there are not so many directions, or all rows are the same.
    """
    if rows.shape[1] > MAX_FITTED:
        rows = rows[:MAX_FITTED]
    count, width = rows.shape
    if min(count - 1, width) < components:
        raise EmbeddingError(
            _("{count} pictures of {width} numbers have no {components} directions to be shown in.").format(
                count=count, width=width, components=components
            )
        )
    mean = rows.mean(dim=0)
    centred = rows - mean
    variance = centred.square().sum()
    if variance == 0:
        raise EmbeddingError(_("To the last layer of this network all pictures look the same."))
    directions, squares = principal_directions(centred, components)
    largest = directions.gather(1, directions.abs().argmax(dim=1, keepdim=True))
    shares = squares[:components].float().clamp(min=0) / variance
    return Pca(mean, torch.where(largest < 0, -directions, directions), shares)


def nearest(rows: Tensor, row: Tensor, count: int = NEAREST) -> tuple[Tensor, Tensor]:
    """Return the places int64 [count] of the rows [N, d] that are nearest to another row [d], and their distances."""
    distances, places = (rows - row).norm(dim=1).topk(min(count, len(rows)), largest=False)
    return places, distances


def place_among(places: Tensor, near: Tensor, distances: Tensor) -> Tensor:
    """Return a place [k] for a picture that a map does not know, by the places of its nearest neighbours on the map.

    Their mean, each weighted by 1 / distance: beside its twin, and between two that are equally far.

    Args:
        places: of all pictures on the map, [N, k].
        near, distances: as `nearest` gives them.
    """
    weights = 1 / distances.clamp(min=1e-6)
    return (weights[:, None] * places[near]).sum(dim=0) / weights.sum()


def landing(targets: Tensor, classes: Sequence[str], by_neighbours: bool = False) -> str:
    """Say where a drawing lands.

    Args:
        targets: the classes of its nearest pictures, int64 [n].
        classes: the names of the classes.
        by_neighbours: whether its place on the map was found by `place_among`.
    """
    counts = torch.bincount(targets, minlength=len(classes))
    words = _("Of the {count} test pictures that are most like it to the network, {most} show {name}.")
    if by_neighbours:
        words = _(
            "The map has no rule for new pictures: yours stands between the {count} that are most like it to the "
            "network, of which {most} show {name}."
        )
    return words.format(count=len(targets), most=counts.max().item(), name=classes[int(counts.argmax())])
