"""A convolution taken apart: at each place a window of the picture, times the kernel, summed up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.datasets import Data
from core.datasets.image_code import image_code
from core.pretrained import load
from core.text.i18n import N_, _
from core.text.numbers import plain

SIZES = (3, 5)  # of kernels: the textbook's, and the trained network's
MAX_WEIGHT = 10.0
MAX_STRIDE, MAX_PADDING = 3, 2


class KernelError(ValueError):
    """Numbers that cannot be a kernel; the message is a sentence that says which, and what is allowed."""


@dataclass(frozen=True)
class Kernel:
    """One choice of the menu.

    Attributes:
        filters: gives its weights, float32 [filters, size, size]; None where the person writes them.
    """

    label: str
    note: str
    filters: Callable[[], Tensor] | None


@dataclass(frozen=True)
class Pooling:
    """What stands behind the convolution: a module, and the side of the square of numbers that it makes one of."""

    label: str
    module: Callable[[], nn.Module]
    side: int
    note: str


@dataclass(frozen=True)
class Layer:
    """How the kernel is used; `pooling` is a key of POOLINGS."""

    stride: int = 1
    padding: int = 0
    bias: float = 0.0
    relu: bool = False
    pooling: str = "none"


@dataclass(frozen=True, eq=False)
class Maps:
    """What a picture becomes, each float32 [height, width].

    Attributes:
        padded: the picture with its frame of zeros.
        sums: what the convolution gives, the bias included.
        output: the sums, after ReLU where there is one.
        pooled: the output after pooling; None where there is none.
    """

    padded: Tensor
    sums: Tensor
    output: Tensor
    pooled: Tensor | None


@dataclass(frozen=True, eq=False)
class CloseUp:
    """One place: the window and its products with the kernel, each float32 [size, size]; `total` is their sum."""

    window: Tensor
    products: Tensor
    total: float


def kernel_from_rows(rows: Sequence[Sequence[float | None]]) -> Tensor:
    """Return what a person wrote as a kernel, float32 [size, size].

    Raises:
        KernelError: a number is missing, not finite or too large.
    """
    for y, row in enumerate(rows):
        for x, number in enumerate(row):
            if number is None or not abs(number) <= MAX_WEIGHT:  # NaN is not smaller than anything
                raise KernelError(
                    _("Row {row}, column {column} of the kernel needs a number from −{limit:g} to {limit:g}.").format(
                        row=y, column=x, limit=MAX_WEIGHT
                    )
                )
    return torch.tensor(rows, dtype=torch.float32)


def output_side(side: int, kernel: int, stride: int, padding: int) -> int:
    """Return how many places a kernel has along a side of the picture, all in pixels.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    return (side + 2 * padding - kernel) // stride + 1


def convolve(picture: Tensor, kernel: Tensor, layer: Layer) -> Maps:
    """Slide a kernel [size, size] over a picture [height, width], both float32."""
    batch = picture[None, None]  # one picture with one channel: [1, 1, height, width]
    padded = F.pad(batch, [layer.padding] * 4)
    sums = F.conv2d(batch, kernel[None, None], torch.tensor([layer.bias]), layer.stride, layer.padding)
    output = F.relu(sums) if layer.relu else sums
    pooling = POOLINGS[layer.pooling]
    pooled = pooling.module()(output)[0, 0] if pooling.side > 1 else None
    return Maps(padded[0, 0], sums[0, 0], output[0, 0], pooled)


def close_up(maps: Maps, kernel: Tensor, stride: int, row: int, column: int) -> CloseUp:
    """Return how the sum at one place of the output comes about; the bias is still to be added."""
    size = len(kernel)
    top, left = row * stride, column * stride
    window = maps.padded[top : top + size, left : left + size]
    products = window * kernel
    return CloseUp(window, products, products.sum().item())


def strongest(output: Tensor) -> tuple[int, int]:
    """Return row and column of the number [height, width] that is farthest from 0; the first of equal ones."""
    row, column = divmod(int(output.abs().argmax()), output.shape[1])
    return row, column


def pick_example(data: Data, label: int, number: int) -> Tensor:
    """Return the `number`-th training picture, from 0, of a class: float32 [height, width], pixels from 0 to 1."""
    return data.train.inputs[data.train.targets == label][number, 0] / 255


def notice(maps: Maps, kernel: Tensor, stride: int) -> str:
    """Say where most is found, and why there, in Markdown."""
    output = maps.output
    first, count = output[0, 0].item(), output.numel()
    if (output == output[0, 0]).all() and not (maps.sums == maps.sums[0, 0]).all():
        top, left = strongest(maps.sums)
        return _(
            "ReLU makes all {count} answers **{first}**: no sum is above 0, and the one farthest from 0 is **{peak}**, "
            "at row {row}, column {column}."
        ).format(
            count=count,
            first=plain(first, "z.2f"),
            peak=plain(maps.sums[top, left].item(), "z.2f"),
            row=top,
            column=left,
        )
    if (output == output[0, 0]).all():
        return _("All {count} answers are **{first}**: to this kernel every place of the image looks the same.").format(
            count=count, first=plain(first, "z.2f")
        )
    top, left = strongest(output)
    close = close_up(maps, kernel, stride, top, left)
    window, bias = close.window, maps.sums[top, left].item() - close.total
    sentence = _(
        "The strongest of all {count} answers is **{peak}**, at row {row}, column {column}: there the pixels under "
        "positive weights add up to {plus:.2f}, those under negative ones to {minus:.2f}."
    ).format(
        count=count,
        peak=plain(output[top, left].item(), "z.2f"),
        row=top,
        column=left,
        plus=window[kernel > 0].sum().item(),
        minus=window[kernel < 0].sum().item(),
    )
    if abs(bias) < 0.005:  # it would be written as 0.00
        return sentence
    return sentence + " " + _("The bias adds {bias} everywhere.").format(bias=plain(bias, "+.2f"))


def explain_size(side: int, kernel: int, layer: Layer, maps: Maps) -> str:
    """Write out how large the output of a square picture is, in Markdown with a formula."""
    height, width = maps.output.shape
    sentence = _("Output size {formula}: {pixels} pixels become {height} × {width} = {numbers} numbers.").format(
        formula=f"$\\left\\lfloor\\frac{{{side} + 2\\cdot {layer.padding} - {kernel}}}{{{layer.stride}}}"
        f"\\right\\rfloor + 1 = {output_side(side, kernel, layer.stride, layer.padding)}$",
        pixels=f"{side} × {side} = {side**2}",
        height=height,
        width=width,
        numbers=height * width,
    )
    if maps.pooled is None:
        return sentence
    height, width = maps.pooled.shape
    return f"{sentence} " + _("Pooling leaves {height} × {width} = {numbers}.").format(
        height=height, width=width, numbers=height * width
    )


def snippet(image: Tensor, kernel: Tensor, layer: Layer) -> str:
    """Return runnable PyTorch for a picture [height, width] as `pick_example` has it; it prints shape and peak."""
    # Nine digits give back every float32 as it is.
    rows = ",\n    ".join("[" + ", ".join(f"{weight:.9g}" for weight in row) + "]" for row in kernel.tolist())
    module = POOLINGS[layer.pooling].module()
    lines = [
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "",
        f"kernel = torch.tensor([\n    {rows},\n], dtype=torch.float32)",
        f"bias = torch.tensor([{layer.bias}])",
        *image_code((255 * image).round().to(torch.uint8), "picture"),
        "",
        "picture = picture[None, None]  # [batch, channels, height, width]",
        "# conv2d wants weights of shape [output channels, input channels, height, width].",
        f"output = F.conv2d(picture, kernel[None, None], bias, stride={layer.stride}, padding={layer.padding})",
        *(["output = F.relu(output)"] if layer.relu else []),
        *([f"output = nn.{module}(output)"] if POOLINGS[layer.pooling].side > 1 else []),
        "print(list(output.shape), output.abs().max().item())",
    ]
    return "\n".join(lines)


def _fixed(*rows: Sequence[float]) -> Callable[[], Tensor]:
    return lambda: torch.tensor([rows], dtype=torch.float32)


def _trained() -> Tensor:
    """Return the filters of the shipped network's first layer. Raises CheckpointError if its files are damaged."""
    network = load("cnn").network
    first = next(module for module in network.modules() if isinstance(module, nn.Conv2d))
    return first.weight.detach()[:, 0]


KERNELS = {
    "vertical": Kernel(
        N_("Vertical edges"),
        N_("Left column subtracted from right column: strong where dark turns to bright from left to right."),
        _fixed((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    ),
    "horizontal": Kernel(
        N_("Horizontal edges"),
        N_("Upper row subtracted from lower row: strong where dark turns to bright from top to bottom."),
        _fixed((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    ),
    "outline": Kernel(
        N_("Outline"),
        N_("Eight times the pixel minus its eight neighbors: zero wherever all nine are the same."),
        _fixed((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    ),
    "blur": Kernel(
        N_("Blur"),
        N_("The mean of nine pixels."),
        _fixed(*[(1 / 9, 1 / 9, 1 / 9)] * 3),
    ),
    "sharpen": Kernel(
        N_("Sharpen"),
        N_("The pixel itself, plus how much it differs from its four neighbors."),
        _fixed((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    ),
    "identity": Kernel(
        N_("Identity"),
        N_("Only the pixel in the middle counts: each sum is that pixel."),
        _fixed((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    ),
    "trained": Kernel(
        N_("Trained filters"),
        N_("The first layer of the shipped network. Nobody wrote these numbers: gradient descent found them."),
        _trained,
    ),
    "own": Kernel(N_("Your own"), N_("Write any numbers you like, and see what they find."), None),
}

POOLINGS = {
    "none": Pooling(N_("None"), nn.Identity, 1, N_("Every number is kept.")),
    "max": Pooling(
        N_("Max 2×2"), lambda: nn.MaxPool2d(2), 2, N_("Of each square of four numbers the largest: was it found here?")
    ),
    "average": Pooling(N_("Average 2×2"), lambda: nn.AvgPool2d(2), 2, N_("The mean of each square of four numbers.")),
}
