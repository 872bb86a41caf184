"""Random variations of pictures on the fly, so that a network cannot learn its training pictures by heart.

Every picture of a batch gets its own variation, and all of them are drawn from the generator that is given.
"""

import math
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from core.text.i18n import N_

BEND_GRID = 6  # knots of the random field, each way


@dataclass(frozen=True)
class Strength:
    """How far a variation may go, each way.

    Attributes:
        turn: degrees.
        stretch: share of the size, of width and height independently.
        slant: pixels sideways for each pixel of height.
        shift: pixels.
        bend: standard deviation of the random field, in pixels.
        stroke: 1 makes a stroke about a pixel thicker or thinner on each side.
    """

    turn: float
    stretch: float
    slant: float
    shift: float
    bend: float
    stroke: float


@dataclass(frozen=True)
class Augmentation:
    """One choice of the menu.

    `apply(pictures, generator)` maps pictures [N, 1, H, W], uint8 or float32 in [0, 1], to new ones of the same shape,
    float32 in [0, 1] (or, where nothing is to be done, as they came).
    """

    label: str
    apply: partial[Tensor]
    note: str


def unchanged(pictures: Tensor, generator: Generator) -> Tensor:
    """Return the pictures as they are."""
    return pictures


def vary(pictures: Tensor, generator: Generator, strength: Strength) -> Tensor:
    """Turn, stretch, slant, shift and bend each picture, and make its strokes thinner or thicker.

    The bend follows a smooth random field, as in Simard et al. 2003, "Best Practices for Convolutional Neural Networks
    Applied to Visual Document Analysis".
    """
    if not pictures.is_floating_point():
        pictures = pictures / 255
    if strength.stroke:
        pictures = _change_stroke(pictures, generator, strength)
    grid = _affine_grid(pictures, generator, strength)
    if strength.bend:
        grid = grid + _bend(pictures, generator, strength)
    return F.grid_sample(pictures, grid, align_corners=False).clamp_(0, 1)


def _uniform(shape: tuple[int, ...], bound: float, generator: Generator) -> Tensor:
    return torch.empty(shape).uniform_(-bound, bound, generator=generator)


def _affine_grid(pictures: Tensor, generator: Generator, strength: Strength) -> Tensor:
    count, _, height, width = pictures.shape
    angle = _uniform((count,), math.radians(strength.turn), generator)
    shear = _uniform((count,), strength.slant, generator)
    scale = 1 + _uniform((2, count), strength.stretch, generator)
    shift = _uniform((2, count), 2 * strength.shift / width, generator)  # the grid's unit is half a picture
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([scale[0] * cos, scale[0] * (shear * cos - sin), shift[0]], dim=1),
        torch.stack([scale[1] * sin, scale[1] * (shear * sin + cos), shift[1]], dim=1),
    ]
    return F.affine_grid(torch.stack(rows, dim=1), [count, 1, height, width], align_corners=False)


def _bend(pictures: Tensor, generator: Generator, strength: Strength) -> Tensor:
    count, _, height, width = pictures.shape
    coarse = torch.randn((count, 2, BEND_GRID, BEND_GRID), generator=generator) * (2 * strength.bend / width)
    fine = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    return fine.permute(0, 2, 3, 1)


def _change_stroke(pictures: Tensor, generator: Generator, strength: Strength) -> Tensor:
    thicker = F.max_pool2d(pictures, 3, stride=1, padding=1)
    thinner = -F.max_pool2d(-pictures, 3, stride=1, padding=1)
    amount = _uniform((len(pictures), 1, 1, 1), strength.stroke, generator)
    return pictures + amount.clamp(min=0) * (thicker - pictures) + amount.clamp(max=0) * (pictures - thinner)


AUGMENTATIONS = {
    "none": Augmentation(N_("None"), partial(unchanged), N_("The pictures as they are.")),
    "affine": Augmentation(
        N_("Turn and shift"),
        partial(vary, strength=Strength(turn=10, stretch=0.1, slant=0.15, shift=1.5, bend=0, stroke=0)),
        N_("Turned, stretched, slanted and shifted a little."),
    ),
    "elastic": Augmentation(
        N_("Turn, shift and bend"),
        partial(vary, strength=Strength(turn=10, stretch=0.1, slant=0.15, shift=1.5, bend=0.8, stroke=0)),
        N_("Bent as well, as if written again."),
    ),
    "handwriting": Augmentation(
        N_("Another hand, another pen"),
        partial(vary, strength=Strength(turn=12, stretch=0.2, slant=0.4, shift=2, bend=1.2, stroke=0.6)),
        N_("All of this much stronger, with thinner and thicker strokes: for small data sets."),
    ),
}
