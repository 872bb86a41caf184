"""Random variations of pictures on the fly, so that a network cannot learn its training pictures by heart.

Every picture of a batch gets its own variation, and all of them are drawn from the generator that is given.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from core.i18n import N_

ROTATION = math.radians(12)
SCALE = 0.12
SHEAR = 0.25
SHIFT = 2.0
ELASTIC = 1.2
ELASTIC_GRID = 6
STROKE = 0.6


@dataclass(frozen=True)
class Augmentation:
    """One choice of the menu.

    `apply` maps pictures [N, 1, H, W], uint8 or float32 in [0, 1], to new ones of the same shape, float32 in [0, 1]
    (or, where nothing is to be done, as they came).
    """

    label: str
    apply: Callable[[Tensor, Generator], Tensor]
    note: str


def unchanged(pictures: Tensor, generator: Generator) -> Tensor:
    """Return the pictures as they are."""
    return pictures


def affine(pictures: Tensor, generator: Generator) -> Tensor:
    """Turn, scale, slant and shift each picture a little."""
    pictures = _unit(pictures)
    return _sample(pictures, _affine_grid(pictures, generator))


def elastic(pictures: Tensor, generator: Generator) -> Tensor:
    """Do what `affine` does and bend each picture along a smooth random field (Simard et al. 2003)."""
    pictures = _unit(pictures)
    return _sample(pictures, _affine_grid(pictures, generator) + _bend(pictures, generator))


def handwriting(pictures: Tensor, generator: Generator) -> Tensor:
    """Do what `elastic` does and make each stroke thinner or thicker."""
    return elastic(_change_stroke(_unit(pictures), generator), generator)


def _unit(pictures: Tensor) -> Tensor:
    return pictures if pictures.is_floating_point() else pictures / 255


def _uniform(shape: tuple[int, ...], bound: float, generator: Generator) -> Tensor:
    return torch.empty(shape).uniform_(-bound, bound, generator=generator)


def _affine_grid(pictures: Tensor, generator: Generator) -> Tensor:
    count, _, height, width = pictures.shape
    angle = _uniform((count,), ROTATION, generator)
    shear = _uniform((count,), SHEAR, generator)
    scale = 1 + _uniform((2, count), SCALE, generator)
    shift = _uniform((2, count), 2 * SHIFT / width, generator)
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([scale[0] * cos, scale[0] * (shear * cos - sin), shift[0]], dim=1),
        torch.stack([scale[1] * sin, scale[1] * (shear * sin + cos), shift[1]], dim=1),
    ]
    return F.affine_grid(torch.stack(rows, dim=1), (count, 1, height, width), align_corners=False)


def _bend(pictures: Tensor, generator: Generator) -> Tensor:
    count, _, height, width = pictures.shape
    coarse = torch.randn((count, 2, ELASTIC_GRID, ELASTIC_GRID), generator=generator) * (2 * ELASTIC / width)
    fine = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    return fine.permute(0, 2, 3, 1)


def _sample(pictures: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(pictures, grid, align_corners=False).clamp_(0, 1)


def _change_stroke(pictures: Tensor, generator: Generator) -> Tensor:
    thicker = F.max_pool2d(pictures, 3, stride=1, padding=1)
    thinner = -F.max_pool2d(-pictures, 3, stride=1, padding=1)
    amount = _uniform((len(pictures), 1, 1, 1), STROKE, generator)
    return pictures + amount.clamp(min=0) * (thicker - pictures) + amount.clamp(max=0) * (pictures - thinner)


AUGMENTATIONS = {
    "none": Augmentation(N_("None"), unchanged, N_("The pictures as they are.")),
    "affine": Augmentation(N_("Turn and shift"), affine, N_("Turned, scaled, slanted and shifted a little.")),
    "elastic": Augmentation(N_("Turn, shift and bend"), elastic, N_("Bent as well, as another hand would write it.")),
    "handwriting": Augmentation(
        N_("Bend and change the pen"), handwriting, N_("Bent, and with thinner or thicker strokes.")
    ),
}
