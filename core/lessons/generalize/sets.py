"""The offline digits as three sets: a few to learn from, some of whose labels may be wrong, validation and test."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.datasets import load
from core.datasets.types import Split

VALIDATION = 400  # images held out of the training set
MAX_IMAGES = 1000  # that are left to learn from, at least


@dataclass(frozen=True, eq=False)
class Sets:
    """The images are prepared as a network takes them, float32 [N, 1, 28, 28].

    Attributes:
        wrong: places in `training` whose label is not that of the image, int64 [wrong labels].
    """

    training: Split
    validation: Split
    test: Split
    wrong: Tensor


def make_sets(images: int, noise: float, seed: int) -> Sets:
    """Hold VALIDATION images out of the training set, take `images` of the others, and give some a wrong label.

    With the same seed a larger set has the images of a smaller one, and the validation set is the same.

    Args:
        noise: the fraction of the training labels that is replaced by another label.

    Raises ValueError where there are not so many images, or no such fraction.
    """
    if not (1 <= images <= MAX_IMAGES and 0 <= noise <= 1):
        raise ValueError(f"There are no {images} images with a fraction {noise} of wrong labels.")
    data = load("digits")
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(data.train), generator=generator)
    held_out, chosen = order[:VALIDATION], order[VALIDATION : VALIDATION + images]
    labels = data.train.targets[chosen]
    classes = len(data.classes)
    wrong = torch.randperm(images, generator=generator)[: round(noise * images)]
    labels[wrong] = (labels[wrong] + torch.randint(1, classes, (len(wrong),), generator=generator)) % classes
    return Sets(
        Split(data.prepare(data.train.inputs[chosen]), labels),
        Split(data.prepare(data.train.inputs[held_out]), data.train.targets[held_out]),
        Split(data.prepare(data.test.inputs), data.test.targets),
        wrong,
    )
