"""Real handwriting that needs no network: scikit-learn's bundled 8x8 digits, brought into MNIST's geometry.

MNIST's own recipe (http://yann.lecun.com/exdb/mnist/): the longer side of the digit is 20 pixels, the aspect is kept,
and the centre of mass of the ink is the centre of a 28x28 picture.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.datasets.types import Data, DatasetDamaged, DatasetMissing, Split
from core.text.i18n import _

PICTURE = 28
LONGER_SIDE = 20
FINE = 6  # How many fine pixels a coarse one becomes; the digit is shaped on the fine grid.
# An 8x8 pixel is the share of ink in its area, so thin strokes are grey and small loops half closed. Sharpening opens
# the loops and keeps a thin stroke in one piece; the threshold is where a stroke ends, so it sets the thickness.
# Chosen so that mean ink, share of grey, unbroken strokes and open loops come close to those of MNIST's training set.
SHARPENING = 2.0
THRESHOLD = 0.8
EDGE = 0.3  # The range of grey around the threshold that stays grey: the soft edge.


def read_digits(name: str, classes: tuple[str, ...]) -> Data:
    """Return 1,437 training and 360 test digits, uint8 [N, 1, 28, 28], the classes in equal shares; always the same.

    Raises DatasetMissing or DatasetDamaged if scikit-learn is not installed as it should be.
    """
    coarse, targets = read_table()
    inputs = to_mnist_geometry(coarse)
    order = torch.randperm(len(targets), generator=torch.Generator().manual_seed(0))
    by_class = order[targets[order].argsort(stable=True)]
    test = torch.zeros(len(targets), dtype=torch.bool)
    test[by_class[::5]] = True  # Every fifth digit of each class.
    train = Split(inputs[order[~test[order]]], targets[order[~test[order]]])
    ink = train.inputs / 255
    return Data(name, train, Split(inputs[test], targets[test]), classes, ink.mean().item(), ink.std().item())


def to_mnist_geometry(coarse: Tensor) -> Tensor:
    """Return digits as MNIST would show them: float [N, 8, 8] in 0..1 -> uint8 [N, 1, 28, 28]. None may be empty."""
    ink = _shape_strokes(coarse)
    rows, columns = ink.sum(2), ink.sum(1)
    height, width = _extent(ink.amax(2) > 0.5), _extent(ink.amax(1) > 0.5)
    step = torch.maximum(height, width) / LONGER_SIDE  # Fine pixels to one pixel of the picture.
    picture = _resample(_centre_of_mass(rows), step, len(ink[0])) @ ink
    picture = picture @ _resample(_centre_of_mass(columns), step, len(ink[0])).mT
    return picture.mul(255).round().clamp(0, 255).to(torch.uint8).unsqueeze(1)


def _shape_strokes(coarse: Tensor) -> Tensor:
    """[N, 8, 8] -> [N, 72, 72]: enlarged smoothly, with white cores and soft edges."""
    padded = functional.pad(coarse.unsqueeze(1), (2, 2, 2, 2))
    blurred = functional.avg_pool2d(padded, 3, stride=1, padding=1)
    sharp = padded + SHARPENING * (padded - blurred)
    fine = functional.interpolate(sharp, scale_factor=FINE, mode="bicubic").squeeze(1)
    return ((fine - THRESHOLD) / EDGE + 0.5).clamp(0, 1)


def _extent(inked: Tensor) -> Tensor:
    """[N, n] bool -> [N]: the distance from the first to the last inked line."""
    first = inked.int().argmax(1)
    last = inked.shape[1] - inked.flip(1).int().argmax(1)
    return (last - first).float()


def _centre_of_mass(ink: Tensor) -> Tensor:
    """[N, n] -> [N]: the mean place of the ink, in fine pixels from the edge."""
    places = torch.arange(ink.shape[1]) + 0.5
    return ink @ places / ink.sum(1)


def _resample(centre: Tensor, step: Tensor, size: int) -> Tensor:
    """[N], [N] -> weights [N, 28, size] of a triangle filter that shows `centre` in the middle, `step` per pixel."""
    middles = torch.arange(PICTURE) + 0.5 - PICTURE / 2
    wanted = centre[:, None, None] + middles[:, None] * step[:, None, None]
    distance = (wanted - (torch.arange(size) + 0.5)).abs() / step[:, None, None]
    return (1 - distance).clamp(min=0) / step[:, None, None]


def read_table() -> tuple[Tensor, Tensor]:
    """Return what sklearn.datasets.load_digits does, as float [1797, 8, 8] in 0..1 and int64 [1797].

    The file is read directly: importing scikit-learn for it takes nearly two seconds and 140 MB.
    """
    package = find_spec("sklearn")
    places = package.submodule_search_locations if package else None
    path = Path(places[0]) / "datasets" / "data" / "digits.csv.gz" if places else None
    if path is None or not path.is_file():
        raise DatasetMissing(
            _("The offline digits come with scikit-learn, which is not installed: pip install -r requirements.txt")
        )
    try:
        table = torch.from_numpy(np.loadtxt(path, delimiter=",", dtype=np.uint8).reshape(-1, 65))
    except (ValueError, OSError, EOFError) as error:
        raise DatasetDamaged(
            _("scikit-learn’s digits cannot be read ({reason}). Install scikit-learn again.").format(reason=error)
        ) from error
    return table[:, :64].reshape(-1, 8, 8).float() / 16, table[:, 64].long()
