"""What the page asks before it shows it, and what is true, computed."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

from core.lessons.convolution.convolution import KERNELS, Layer, close_up, convolve, strongest
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

SEES = Prediction(
    "convolution.sees",
    N_("How many of the {image:,} pixels does one number of the output depend on?"),
    {
        "image": N_("{image:,}: the kernel goes over the whole image"),
        "window": N_("{window}: as many as the kernel has weights"),
        "one": N_("1: the pixel in the same place"),
    },
)
BRIGHT = Prediction(
    "convolution.bright",
    N_("The kernel for vertical edges lies inside a stroke, with nine pixels of 1 below it. What does it give?"),
    {
        "nine": N_("9: all that is bright adds up"),
        "three": N_("3: only the positive weights count"),
        "zero": N_("0: the two sides cancel out"),
        "negative": N_("−3: only the negative weights count"),
    },
)


def counts(image: Tensor, kernel: Tensor) -> dict[str, int]:
    """Return the numbers that SEES names."""
    return {"image": image.numel(), "window": kernel.numel()}


def sees_truth(image: Tensor, kernel: Tensor, layer: Layer) -> Truth:
    """Ask autograd which pixels of an image [height, width] move the number in the middle of the output.

    All weights of the kernel are taken to be 1: a weight of 0 looks at its pixel as well, and makes nothing of it.
    """
    pixels = image.clone().requires_grad_()
    sums = convolve(pixels, torch.ones_like(kernel), layer).sums
    row, column = sums.shape[0] // 2, sums.shape[1] // 2
    (gradient,) = torch.autograd.grad(sums[row, column], pixels)
    seen = int(gradient.count_nonzero())
    answer = next(
        name for name, most in {"one": 1, "window": kernel.numel(), "image": image.numel()}.items() if seen <= most
    )
    sentence = _(
        "The number at row {row}, column {column} has a gradient for **{seen} of {all:,} pixels**. All {outputs:,} "
        "numbers of the output are made by the same {weights} weights, each from a window of its own."
    )
    return Truth(
        answer,
        sentence.format(
            row=row, column=column, seen=seen, all=image.numel(), outputs=sums.numel(), weights=kernel.numel()
        ),
    )


def vertical_edges() -> Tensor:
    """Return the kernel that BRIGHT is about, [3, 3]."""
    filters = cast("Callable[[], Tensor]", KERNELS["vertical"].filters)  # it is none that a person writes
    return filters()[0]


def bright_truth(image: Tensor, kernel: Tensor) -> Truth:
    """Convolve a window of nothing but 1, and compare with the strongest place of an image [height, width]."""
    flat = convolve(torch.ones_like(kernel), kernel, Layer()).sums.item()
    maps = convolve(image, kernel, Layer())
    row, column = strongest(maps.output)
    window = close_up(maps, kernel, 1, row, column).window
    answer = "zero" if abs(flat) < 1e-6 else "negative" if flat < 0 else "three" if flat <= 3 else "nine"
    sentence = _(
        "Positive weights give {plus}, negative ones {minus}, together **{flat}**: it finds where brightness changes, "
        "not where it is. In this image it gives most, {peak}, where the window goes from {left} on its left to "
        "{right} on its right."
    )
    numbers = {
        "plus": kernel.clamp(min=0).sum(),
        "minus": kernel.clamp(max=0).sum(),
        "flat": flat,
        "peak": maps.output[row, column],
        "left": window[:, 0].mean(),
        "right": window[:, -1].mean(),
    }
    return Truth(answer, sentence.format(**{name: plain(round(float(number), 2)) for name, number in numbers.items()}))
