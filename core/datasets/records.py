"""What a data set is: its record in the menu, and its tensors once they are in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from core.datasets.torchvision_files import Source


class DatasetMissing(ValueError):
    """The files of a data set are not on this computer; the text says what to do."""


class DatasetDamaged(ValueError):
    """The files of a data set cannot be used as they are; the text says what to do."""


@dataclass(frozen=True, eq=False)
class Split:
    """Examples and their answers, kept whole in memory.

    inputs: uint8 [N, 1, 28, 28] in 0..255 for pictures, float32 [N, 2] for points.
    targets: int64 [N] class numbers, or float32 [N, C] class probabilities.
    """

    inputs: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, eq=False)
class Data:
    """A data set in memory. `mean` and `std` are those of the training inputs, on the scale 0..1."""

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    mean: float
    std: float

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example, such as (1, 28, 28)."""
        return tuple(self.train.inputs.shape[1:])

    def prepare(self, inputs: Tensor) -> Tensor:
        """Return what a network is fed: float32, (x - mean) / std, in the shape of `inputs`.

        uint8 is first brought from 0..255 to 0..1, as torchvision's ToTensor does; floats are in 0..1 already.
        """
        if inputs.dtype == torch.uint8:
            return inputs.float().div_(255).sub_(self.mean).div_(self.std)
        return (inputs.float() - self.mean) / self.std


@dataclass(frozen=True)
class Dataset:
    """A data set in the menu. `source` says where its files come from; None means that it is always there.

    `read` returns the data, or raises DatasetMissing or DatasetDamaged. `shape` is that of one example.
    """

    label: str
    note: str
    classes: tuple[str, ...]
    read: Callable[[], Data]
    source: "Source | None" = None
    augment_by_default: bool = False
    shape: tuple[int, ...] = (1, 28, 28)
