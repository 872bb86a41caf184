"""What the browser draws of images on their way, of batches, and of networks that are chosen."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.lessons.data import batches, choosing
from core.lessons.data.pipeline import LEVELS, Way, header_lines, item_lines, mean_and_std
from core.plots.palette import COLORS
from core.text.i18n import _

LENS = 7  # pixels of a side of the part whose numbers are shown
BARS = 32  # of the histogram
STD_LIMITS = (0.1, 1.0)
MEAN_LIMITS = (0.0, 1.0)


def way_scene(way: Way, counts: Tensor) -> dict[str, Any]:
    """Return the picture of images on their way to a network.

    Args:
        counts: how many training pixels have each level, [LEVELS].
    """
    images, labels, one_hot = way.images, way.labels, way.one_hot
    mean, std = mean_and_std(counts)
    one, height, width = images.shape[1:]
    batch, pixels = len(images), images[0].numel()
    first = labels[0].item()
    return {
        "images": images,
        "labels": labels,
        "one_hot": one_hot,
        "bars": counts.reshape(BARS, -1).sum(1),
        "mean_before": mean,
        "std_before": std,
        "levels": LEVELS,
        "lens": densest(images[0, 0]),
        "lens_side": LENS,
        "header": [*header_lines(way.header), (f"{first:02x}", _("the label, in a second file"))],
        "item": [f"dataset[{way.index}]", *item_lines(images[0], labels[0])],
        "limits": {"mean": MEAN_LIMITS, "std": STD_LIMITS},
        "stations": [
            [_("file"), _("bytes")],
            [f"dataset[{way.index}]", f"({height} × {width}, {first})"],
            ["ToTensor", _shape([one, height, width])],
            ["Normalize", _shape([one, height, width])],
            ["DataLoader", _shape(images.shape)],
            ["view", _shape([batch, pixels])],
            ["one_hot", _shape(one_hot.shape)],
        ],
        "says": {
            "label": _("Station"),
            "mean": "mean",
            "std": "std",
            "image": _("image {index}").format(index=way.index),
            "lens": _("{side} × {side} of its pixels").format(side=LENS),
            "histogram": _("all training pixels (logarithmic)"),
            "value": _("value"),
            "moments": _("mean {mean}, std {std}"),
            "index": _("label"),
            "notices": _notices(way),
        },
    }


def _notices(way: Way) -> list[str]:
    """Return what there is to see at each station, in Markdown; what depends on mean and std is left to fill in."""
    first, pixels = way.images[0], way.images[0].numel()
    _one, height, width = first.shape
    label = way.labels[0].item()
    bright = int(first.max())
    file = _(
        "Bytes on disk, nothing more: {header} bytes of header, then one byte for each pixel. Image {index} begins at "
        "byte {offset:,}."
    ).format(header=len(way.header), index=way.index, offset=way.offset)
    if not way.from_file:
        file += " " + _("(MNIST is not on this computer: such a file of the offline digits would begin like this.)")
    return [
        file,
        _("The data set reads an image of whole numbers from 0 to 255, and its label: it is a **{label}**.").format(
            label=label
        ),
        _(
            "`ToTensor` puts an axis for the channel in front and divides by 255: the brightest pixel, {bright}, is "
            "now **{share:.2f}**."
        ).format(bright=bright, share=bright / 255),
        _(
            "`Normalize` subtracts {mean} and divides by {std}. Over all training pixels the mean goes from "
            "{mean_before} to **{mean_after}**, the standard deviation from {std_before} to **{std_after}**."
        ),
        _("A batch stacks {count} images: one more axis, in front of the others. No number changes.").format(
            count=len(way.images)
        ),
        _("`view` lays the {height} rows of each image end to end: {height} × {width} = **{pixels}** inputs.").format(
            height=height, width=width, pixels=pixels
        ),
        _(
            "A label is the index of its class. One-hot, {label} is **{code}**: one number for each class, with the "
            "1 at place {label}."
        ).format(label=label, code="".join(map(str, way.one_hot[0].tolist()))),
    ]


def densest(image: Tensor) -> list[int]:
    """Return row and column of the part of an image [height, width], LENS pixels a side, that varies most."""
    parts = image.float().unfold(0, LENS, 1).unfold(1, LENS, 1)
    spread = parts.flatten(2).std(2)
    return [int(place) for place in np.unravel_index(int(spread.argmax()), spread.shape)]


def epochs_scene(images: Tensor, size: int, shuffle: bool, seed: int) -> dict[str, Any]:
    """Return the picture of images uint8 [IMAGES, 1, height, width] that are dealt out in batches."""
    dealt = batches.epochs(size, shuffle, seed)
    sizes = [len(batch) for batch in dealt[0]]
    return {
        "images": images,
        "order": torch.stack([torch.cat(epoch) for epoch in dealt]),
        "sizes": torch.tensor(sizes),
        "says": {
            "label": _("Batch"),
            "dataset": _("the data set: {count} images").format(count=len(images)),
            "batch": _("x {shape}"),
            "place": _("epoch {epoch}, batch {number} of {count}"),
            "epoch": _("epoch {epoch}"),
            "said": _("Epoch {epoch}, batch {number} of {count}: {size} images"),
            "head": [_("batch"), _("images")],
        },
    }


def choosing_scene(table: Tensor) -> dict[str, Any]:
    """Return the picture of the best of ever more networks; `table` is as `choosing.accuracies` has it."""
    low, high = table.min().item(), table.max().item()
    looks = [("orange", "solid"), ("orange", "dashed"), ("blue", "solid"), ("blue", "dashed")]
    return {
        "table": table,
        "sizes": list(choosing.SIZES),
        "low": low,
        "high": high,
        "lines": [
            {"label": _(label), "color": COLORS[color], "dash": dash}
            for label, (color, dash) in zip(choosing.WAYS.values(), looks, strict=True)
        ],
        "says": {
            "networks": _("networks to choose from"),
            "size": _("images in each set"),
            "accuracy": _("accuracy"),
            "alone": _(
                "**One** network, with nothing to choose from: {found}% on a test set of {size} images, and {fresh}% "
                "on fresh images."
            ),
            "notice": _(
                "The best of **{count}** networks by a test set of {size} images has **{found}%** there, and "
                "**{fresh}%** on fresh images: {gap} points too good. Chosen by a validation set and tested once: "
                "{honest}%, and {honest_fresh}% on fresh images."
            ),
        },
    }


def _shape(shape: Iterable[int]) -> str:
    return f"[{', '.join(map(str, shape))}]"
