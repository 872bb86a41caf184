"""Linear layers, alone and one after another: what they compute, in words, numbers and shapes.

https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html: y = x @ weight.T + bias, where x is [N, in],
weight [out, in], bias [out] and y [N, out].
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils import skip_init

from core.datasets import load
from core.datasets.image_code import image_code
from core.seeding import initialise
from core.text.i18n import _

SIZES = (*range(1, 11), 16, 28, 64, 128, 256, 512, 784)
BATCHES = (1, 2, 3, 200)
PIXELS = 28 * 28  # of a digit
MAX_TERMS = 10  # of a sum that is written out; a longer one is shortened
FIRST_TERMS = 4
MAX_NUMBER = 3.0  # of what is changed by hand
_DIMENSIONS = {"x": 2, "weight": 2, "bias": 1}


class LinearError(ValueError):
    """Layers that cannot be made or joined; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Change:
    """A number of a single layer that has been changed by hand.

    Attributes:
        kind: "x", "weight" or "bias".
        place: its indices, as many as that tensor has.
    """

    kind: str
    place: tuple[int, ...]
    number: float


def read_changes(text: str) -> tuple[Change, ...]:
    """Return the changes in a text such as "x:0:1=1.5,weight:0:2=-0.4", as `write_changes` makes it.

    Raises:
        ValueError: it is none, or a number is not from -MAX_NUMBER to MAX_NUMBER.
    """
    changes = []
    for word in filter(None, text.split(",")):
        name, _equals, number = word.partition("=")
        kind, *place = name.split(":")
        if len(place) != _DIMENSIONS.get(kind) or not all(re.fullmatch("[0-9]{1,3}", index) for index in place):
            raise ValueError(f"not a change: {word!r}")
        if not abs(float(number)) <= MAX_NUMBER:  # NaN is in no order with it
            raise ValueError(f"not a change: {word!r}")
        changes.append(Change(kind, tuple(map(int, place)), float(number)))
    return tuple(changes)


def write_changes(changes: Sequence[Change]) -> str:
    """Return the text that `read_changes` reads."""
    return ",".join(":".join([change.kind, *map(str, change.place)]) + f"={change.number:g}" for change in changes)


@dataclass(frozen=True)
class Case:
    """Linear layers, each with its (in, out), and a batch for the first; the sizes need not fit together.

    Attributes:
        bias: whether each layer has one.
        seed: the numbers are those after torch.manual_seed(seed), as in `snippet`.
        digit: whether the batch is one handwritten digit, pixel after pixel, and not random rows.
        changes: of the only layer and its batch; what lies outside of them changes nothing.

    Raises:
        LinearError: a size or the batch is too small or too large, or does not suit a digit.
    """

    sizes: tuple[tuple[int, int], ...]
    batch: int
    seed: int = 0
    bias: bool = True
    digit: bool = False
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        if self.digit and (self.sizes[0][0], self.batch) != (PIXELS, 1):
            raise LinearError(_("A digit is one row of {pixels} numbers.").format(pixels=PIXELS))
        for size in (number for pair in self.sizes for number in pair):
            if not 1 <= size <= max(SIZES):
                raise LinearError(
                    _("A layer here has 1 to {most} inputs and outputs, not {size}.").format(most=max(SIZES), size=size)
                )
        if not 1 <= self.batch <= max(BATCHES):
            raise LinearError(
                _("A batch here has 1 to {most} rows, not {batch}.").format(most=max(BATCHES), batch=self.batch)
            )


class ShapeMismatch(LinearError):
    """A layer takes another number of inputs than it is given.

    Attributes:
        torch_words: the text of PyTorch's RuntimeError.
    """

    def __init__(self, torch_words: str, tensors: Sequence[Tensor], layer: nn.Linear) -> None:
        self.torch_words = torch_words
        super().__init__(
            _(
                "**{shapes}** and no further: layer {place} is given {given} numbers a row and takes {wanted}. PyTorch "
                "multiplies by its weight turned round, {turned}, and the numbers where the shapes meet have to be "
                "equal: {given} ≠ {wanted}."
            ).format(
                shapes=" → ".join(map(shape_text, tensors)),
                place=len(tensors),
                given=tensors[-1].shape[-1],
                wanted=layer.in_features,
                turned=shape_text(layer.weight.T),
            )
        )


def digit_image() -> Tensor:
    """Return the handwritten digit of a Case: uint8 [28, 28]. Raises as `load` does."""
    return load("digits").train.inputs[0, 0]


def make(case: Case) -> tuple[Tensor, nn.Sequential]:
    """Return a batch x [batch, in] for the first layer, and the layers, with PyTorch's own first weights.

    The rows are the first of always the same max(BATCHES) ones, so that a larger batch keeps the rows of a smaller.
    """
    generator = Generator().manual_seed(case.seed)
    if case.digit:
        x = digit_image().flatten()[None] / 255
    else:
        # Rounding leaves some zeros with a minus sign, which the sum takes away.
        x = torch.randn(max(BATCHES), case.sizes[0][0], generator=generator).round(decimals=1)[: case.batch] + 0.0
    layers = nn.Sequential(*(skip_init(nn.Linear, *size, bias=case.bias) for size in case.sizes))
    initialise(layers, generator)
    layers.requires_grad_(False)
    for change, tensor in _applied(case, x, layers):
        tensor[change.place] = change.number
    return x, layers


def _applied(case: Case, x: Tensor, layers: nn.Sequential) -> Iterator[tuple[Change, Tensor]]:
    """Yield the changes that lie within a tensor, each with that tensor."""
    tensors = dict(layers[0].named_parameters()) | ({} if case.digit else {"x": x})
    for change in case.changes if len(layers) == 1 else ():
        tensor = tensors.get(change.kind)
        if tensor is not None and all(place < size for place, size in zip(change.place, tensor.shape, strict=True)):
            yield change, tensor


def forward(layers: nn.Sequential, x: Tensor) -> list[Tensor]:
    """Return what each layer gives, the last one's output last.

    Raises:
        ShapeMismatch: a layer takes another number of inputs than the one before it gives.
    """
    tensors = [x]
    for layer in layers:
        try:
            tensors.append(layer(tensors[-1]))
        except RuntimeError as problem:
            if not isinstance(layer, nn.Linear) or tensors[-1].shape[-1] == layer.in_features:
                raise  # nothing to do with shapes
            raise ShapeMismatch(str(problem), tensors, layer) from problem
    return tensors[1:]


def by_hand(layer: nn.Linear, x: Tensor) -> Tensor:
    """Return the layer's output [N, out] for x [N, in], from its weight and bias alone."""
    y = x @ layer.weight.T
    return y if layer.bias is None else y + layer.bias


def count_parameters(layers: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layers.parameters())


@dataclass(frozen=True)
class Passage:
    """What a batch of one size did to a layer, and the layer to it.

    Attributes:
        x_shape, y_shape: of the batch that went in and what came out.
        parameters: how many the layer has afterwards.
        changed: how many of them are another number than before.
        first: what came out for the first row, shape [out].
    """

    batch: int
    x_shape: tuple[int, int]
    y_shape: tuple[int, int]
    parameters: int
    changed: int
    first: Tensor


def pass_batches(layer: nn.Linear, x: Tensor, batches: Sequence[int] = BATCHES) -> list[Passage]:
    """Send the first rows of x [N, in] through the layer in batches of several sizes, none larger than N."""
    before = [parameter.clone() for parameter in layer.parameters()]
    passages = []
    for batch in batches:
        y = layer(x[:batch])
        changed = sum(int((old != new).sum()) for old, new in zip(before, layer.parameters(), strict=True))
        passages.append(Passage(batch, (batch, x.shape[1]), tuple(y.shape), count_parameters(layer), changed, y[0]))
    return passages


def written_out(layer: nn.Linear, x: Tensor, row: int, output: int) -> tuple[str, str, str, str]:
    """Write y[row, output] of x [N, in] as LaTeX: its sum in letters, in numbers, in products, and its value.

    Of many terms only the first ones and the last are written; the value is that of all.
    """
    inputs, weights = x[row].tolist(), layer.weight[output].tolist()
    terms = [
        (
            f"w_{{{output},{place}}}\\,x_{{{row},{place}}}",
            rf"{_bracketed(_decimals(weight))}\cdot {_bracketed(f'{number:.4g}')}",
            _bracketed(_decimals(weight * number)),
        )
        for place, (number, weight) in enumerate(zip(inputs, weights, strict=True))
    ]
    if len(terms) > MAX_TERMS:
        terms[FIRST_TERMS:-1] = [(r"\dots", r"\dots", r"\dots")]
    if layer.bias is not None:
        bias = _bracketed(_decimals(layer.bias[output].item()))
        terms.append((f"b_{{{output}}}", bias, bias))
    letters, numbers, products = (" + ".join(parts) for parts in zip(*terms, strict=True))
    return letters, numbers, products, _decimals(by_hand(layer, x[row : row + 1])[0, output].item())


def notice_sum(layer: nn.Linear, x: Tensor, row: int, output: int) -> str:
    """Say which input counts most in y[row, output], and that the layer does no more than the formula."""
    y, own = layer(x), by_hand(layer, x)
    shares = layer.weight[output] * x[row]
    strongest = int(shares.abs().argmax())
    return _(
        "**y[{row}, {output}] = {value:.3f}**, and of the inputs x[{row}, {strongest}] counts most: {share:+.3f}. "
        "Worked out by hand, `{formula}` gives {count:,} numbers; the largest difference to nn.Linear’s is "
        "{difference:.1g}."
    ).format(
        row=row,
        output=output,
        value=y[row, output].item(),
        strongest=strongest,
        share=shares[strongest].item(),
        formula="x @ weight.T" if layer.bias is None else "x @ weight.T + bias",
        count=own.numel(),
        difference=(own - y).abs().max().item(),
    )


def notice_batches(layer: nn.Linear, passages: Sequence[Passage], batch: int) -> str:
    """Compare the layer before and after each batch, in a sentence made from the numbers."""
    same = {passage.parameters for passage in passages} == {count_parameters(layer)}
    drift = max((passage.first - passages[0].first).abs().max().item() for passage in passages)
    sizes = [str(passage.batch) for passage in passages]
    return _(
        "**{sizes} or {last} rows: {same} {parameters:,} parameters, and {changed:,} of them changed.** {batch} × "
        "{outputs} = {count:,} numbers come out of your batch; what comes out for row 0 differs by {drift:.1g} "
        "at most from batch to batch."
    ).format(
        sizes=", ".join(sizes[:-1]),
        last=sizes[-1],
        same=_("the same") if same else _("not the same"),
        parameters=count_parameters(layer),
        changed=sum(passage.changed for passage in passages),
        batch=batch,
        outputs=layer.out_features,
        count=batch * layer.out_features,
        drift=drift,
    )


def notice_chain(layers: nn.Sequential, x: Tensor, outputs: Sequence[Tensor]) -> str:
    """Say how the shapes join, and how many parameters the layers have in all."""
    each = [count_parameters(layer) for layer in layers]
    return _("**{shapes}**: {joined}. {sum} = {parameters:,} parameters.").format(
        shapes=" → ".join(map(shape_text, (x, *outputs))),
        joined=_(" and ").join(
            _(
                "the {given} numbers a row that layer {layer} gives are the {wanted} that layer {following} takes"
            ).format(given=here.out_features, wanted=there.in_features, layer=place, following=place + 1)
            for place, (here, there) in enumerate(pairwise(layers), start=1)
        ),
        sum=" + ".join(f"{count:,}" for count in each),
        parameters=sum(each),
    )


def shape_text(tensor: Tensor) -> str:
    """Return a shape as PyTorch writes it: "[3, 4]"."""
    return str(list(tensor.shape))


def snippet(case: Case) -> str:
    """Return runnable PyTorch that makes the very numbers of `make` and `forward`.

    It leaves x and y behind; where the layers do not fit together it ends in PyTorch's RuntimeError.
    """
    alone = len(case.sizes) == 1
    names = ["layer"] if alone else [f"layer{place}" for place in range(1, len(case.sizes) + 1)]
    without = "" if case.bias else ", bias=False"
    call = "x"
    for name in names:
        call = f"{name}({call})"
    rows = f"x = torch.randn({max(BATCHES)}, {case.sizes[0][0]}).round(decimals=1)[:{case.batch}]"
    digit = [*image_code(digit_image(), "picture"), "x = picture.flatten()[None]"] if case.digit else [rows]
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"torch.manual_seed({case.seed})",
        *digit,
        *(f"{name} = nn.Linear({i}, {o}{without})" for name, (i, o) in zip(names, case.sizes, strict=True)),
        *_changes_code(case),
        "",
        f"y = {call}",
        "print(y.shape, y)",
    ]
    if alone:
        lines += [
            "",
            f"by_hand = x @ layer.weight.T{' + layer.bias' if case.bias else ''}",
            "print((by_hand - y).abs().max())",
        ]
    return "\n".join(lines) + "\n"


def _changes_code(case: Case) -> list[str]:
    lines = [
        f"    {'x' if change.kind == 'x' else f'layer.{change.kind}'}{list(change.place)} = {change.number!r}"
        for change, _tensor in _applied(case, *make(case))
    ]
    return ["", "with torch.no_grad():", *lines] if lines else []


def _decimals(number: float) -> str:
    return f"{number:.3f}"


def _bracketed(words: str) -> str:
    return f"({words})" if words.startswith("-") else words
