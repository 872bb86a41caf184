"""The way of a few images from the bytes of a file to what a network is fed, by the steps of torchvision."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from core.datasets import DATASETS, Data, idx, load
from core.scheduler import compute_lock
from core.text.i18n import _

BATCH = 8  # images that go the way together
LEVELS = 256  # of a pixel
PIECE = 1 << 21  # pixels that are counted before others have their turn
LINE = 24  # characters, which have room on a phone


@dataclass(frozen=True, eq=False)
class Way:
    """Some images of a training set that follow one another.

    Attributes:
        count: how many images the set has.
        index: the place of the first of them in it.
        images: uint8 [BATCH, 1, 28, 28].
        labels: int64 [BATCH].
        classes: how many there are.
        header: what stands in front of the pixels of all images in an IDX file.
        from_file: whether the header was read from the file; else it is what such a file of these images would have.
    """

    count: int
    index: int
    images: Tensor
    labels: Tensor
    classes: int
    header: bytes
    from_file: bool

    @property
    def offset(self) -> int:
        """The byte of the file at which the first of the images begins."""
        return len(self.header) + self.index * self.images[0].numel()

    @property
    def one_hot(self) -> Tensor:
        """The labels as rows with a single 1: int64 [BATCH, classes]."""
        return F.one_hot(self.labels, self.classes)


def last_index(data: Data) -> int:
    """Return the last place in the training set behind which there is a whole batch."""
    return len(data.train) - BATCH


def way(data: Data, index: int) -> Way:
    """Return the way of the images from this place on."""
    some = slice(index, index + BATCH)
    shape = (len(data.train), *data.train.inputs.shape[2:])
    read = _header_of_file(data.name)
    images, labels = data.train.inputs[some], data.train.targets[some]
    return Way(
        len(data.train), index, images, labels, len(data.classes), read or idx.header(shape), from_file=bool(read)
    )


def _header_of_file(name: str) -> bytes | None:
    source = DATASETS[name].source
    files = source.sound_files() if source else None
    return idx.read_header(files[0]) if files else None


def header_lines(header: bytes) -> list[tuple[str, str]]:
    """Return the numbers of an IDX header: each four bytes in hexadecimal digits, and what they say."""
    fours = [header[start : start + 4] for start in range(0, len(header), 4)]
    sizes = [int.from_bytes(four, "big") for four in fours[1:]]
    words = [
        _("bytes, in {axes} axes").format(axes=header[3]),
        *(
            sentence.format(count=size)
            for sentence, size in zip(
                (_("{count:,} images"), _("{count} rows"), _("{count} columns")), sizes, strict=True
            )
        ),
    ]
    return [(four.hex(" "), word) for four, word in zip(fours, words, strict=True)]


def item_lines(image: Tensor, label: Tensor) -> list[str]:
    """Return an item of a torchvision data set without transforms as Python prints it, in short lines.

    Args:
        image: uint8 [1, height, width].
    """
    item = repr((Image.fromarray(image[0].numpy()), label.item()))
    return textwrap.wrap(re.sub(" at 0x[0-9A-F]+", "", item), LINE)  # the place in memory is another each time


@lru_cache(maxsize=2)
def pixel_counts(name: str) -> Tensor:
    """Return how many training pixels of a data set have each level: int64 [LEVELS]."""
    return sum(_counts(load(name).train.inputs), torch.zeros(LEVELS, dtype=torch.int64))


def _counts(images: Tensor) -> Iterator[Tensor]:
    for piece in images.flatten().split(PIECE):
        with compute_lock:
            counts = torch.bincount(piece, minlength=LEVELS)
        yield counts


def mean_and_std(counts: Tensor) -> tuple[float, float]:
    """Return mean and standard deviation of pixels, on the scale 0..1, that are so often at each level [LEVELS]."""
    levels = torch.arange(LEVELS, dtype=torch.float64) / (LEVELS - 1)
    shares = counts / counts.sum()
    mean = (shares * levels).sum()
    return mean.item(), (shares * (levels - mean) ** 2).sum().sqrt().item()


def snippet(index: int, mean: float, std: float) -> str:
    """Return the same way as a program of torchvision; it prints the shapes and the first label."""
    return "\n".join(
        [
            "import torch.nn.functional as F",
            "from torch.utils.data import DataLoader, Subset",
            "from torchvision import datasets, transforms",
            "",
            "transform = transforms.Compose([",
            "    transforms.ToTensor(),  # uint8 0..255 -> float32 0..1, and the channel axis in front",
            f"    transforms.Normalize(({mean:g},), ({std:g},)),",
            "])",
            'train = datasets.MNIST("data", train=True, download=True, transform=transform)',
            "",
            f"image, label = train[{index}]",
            "print(list(image.shape), label)",
            "",
            f"loader = DataLoader(Subset(train, range({index}, {index + BATCH})), batch_size={BATCH})",
            "images, labels = next(iter(loader))",
            "flat = images.view(len(images), -1)",
            "one_hot = F.one_hot(labels, 10)",
            "print(list(images.shape), list(flat.shape), list(one_hot.shape))",
        ]
    )
