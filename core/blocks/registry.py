"""Layers as building blocks: a stack of them is a short text, such as "flatten,linear:512,relu,linear:10".

A block names its layer, and after colons the values of its hyperparameters; those left out have their
default. What a layer has to know about its input, such as `in_features`, follows from the blocks before it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn

from core.activations import ACTIVATIONS, Activation
from core.seeding import SeededDropout
from core.text.given import told
from core.text.i18n import N_, _
from core.text.numbers import shortest

MAX_BLOCKS = 24
MAX_TEXT = 1000

Shape = tuple[int, ...]  # of one sample, without the batch
Value = int | float | str


class BlocksError(ValueError):
    """A stack of blocks cannot be had; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Hyperparameter:
    """A number that a person chooses, whole where `default` is."""

    name: str
    label: str
    minimum: float
    maximum: float
    default: float
    step: float = 1

    def read(self, text: str) -> float:
        """Return the number of a text, or NaN, which `allows` refuses."""
        try:
            return type(self.default)(text)
        except ValueError:
            return math.nan

    def allows(self, value: object) -> bool:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return self.minimum <= value <= self.maximum and type(self.default)(value) == value

    @property
    def allowed(self) -> str:
        words = (
            _("a whole number from {least:,} to {most:,}")
            if isinstance(self.default, int)
            else _("a number from {least:g} to {most:g}")
        )
        return words.format(least=self.minimum, most=self.maximum)


@dataclass(frozen=True)
class Choice:
    """One of a few things that a person chooses: label by key."""

    name: str
    label: str
    options: Mapping[str, str]
    default: str

    def read(self, text: str) -> str:
        return text

    def allows(self, value: object) -> bool:
        return value in self.options

    @property
    def allowed(self) -> str:
        return _("one of {options}").format(options=", ".join(self.options))


@dataclass(frozen=True)
class Family:
    """What blocks have in common; `color` is one of core.plots.palette's, or "gray"."""

    label: str
    color: str


def _call(layer: str, shape: Shape, *values: Value) -> Sequence[str]:
    return (f"x = {layer}(x)",)


@dataclass(frozen=True)
class Block:
    """One kind of layer of the menu.

    Attributes:
        family: a key of FAMILIES.
        plan: (shape of a sample that comes in, its hyperparameters) -> the call that builds the layer, not yet made:
            the same call is run for the network and written down for the code. It may raise what PyTorch raises.
        ranks: how many dimensions a sample may have for this layer to read it.
        mend: what to do where a sample has another number of dimensions; takes {shape} and {numbers}.
        mend_size: what to do where it has as many dimensions and the wrong size; takes {size}, its height × width.
        forward: (name of the layer, shape that comes in, its hyperparameters) -> the lines of code that send x through.
    """

    label: str
    family: str
    icon: str
    plan: Callable[..., partial]
    note: str
    hyperparameters: tuple[Hyperparameter | Choice, ...] = ()
    ranks: tuple[int, ...] = (1, 2, 3)
    mend: str = ""
    mend_size: str = ""
    forward: Callable[..., Sequence[str]] = _call


@dataclass(frozen=True)
class Placed:
    """A block in its place in a stack.

    Attributes:
        key: of BLOCKS.
        values: of the block's hyperparameters, in their order.

    Raises:
        BlocksError: there is no such block, or a value is out of its hyperparameter's limits.
    """

    key: str
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        if self.key not in BLOCKS:
            raise BlocksError(
                _("There is no block “{key}”: choose one of {keys}.").format(
                    key=told(self.key, 20), keys=", ".join(BLOCKS)
                )
            )
        hyperparameters = self.block.hyperparameters
        if len(self.values) != len(hyperparameters):
            raise BlocksError(
                _("{label}: {values} values are given, and it takes {knobs}.").format(
                    label=_(self.block.label), knobs=len(hyperparameters), values=len(self.values)
                )
            )
        for param, value in zip(hyperparameters, self.values, strict=True):
            if not param.allows(value):
                raise BlocksError(
                    _("{label}: {knob} must be {allowed}.").format(
                        label=_(self.block.label), knob=_(param.label), allowed=param.allowed
                    )
                )

    @property
    def block(self) -> "Block":
        return BLOCKS[self.key]

    @property
    def title(self) -> str:
        """The block in a word or two, as "Linear 512"."""
        first = [f"{value:,}" for value in self.values[:1]]
        return " ".join([_(self.block.label), *first])

    def plan(self, shape: Shape) -> partial:
        """Return the call that builds this layer for samples of a shape."""
        return self.block.plan(shape, *self.values)


class EveryStep(nn.LSTM):
    """nn.LSTM that gives its state after every step.

    Shape: [N, steps, features] -> [N, steps, hidden_size]; of pictures [N, channels, height, width] each row is a step.
    """

    # On purpose not what nn.LSTM gives: a tensor alone, so that any layer can follow.
    def forward(self, inputs: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        if inputs.dim() == 4:
            inputs = inputs.transpose(1, 2).flatten(2)
        if inputs.dim() != 3:
            raise ValueError(
                _("nn.LSTM would take the samples of a batch, {samples} here, for the steps of one sequence.").format(
                    samples=len(inputs)
                )
            )
        if inputs.is_meta:  # without numbers PyTorch follows an LSTM operation by operation, which takes 0.2 s
            return inputs.new_empty(*inputs.shape[:2], self.hidden_size)
        return super().forward(inputs)[0]


class LastStep(EveryStep):
    """nn.LSTM that gives its state after the last step: [N, steps, features] -> [N, hidden_size]."""

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs)[:, -1]


def parse_blocks(text: str) -> tuple[Placed, ...]:
    """Read a stack of blocks, such as "conv:16:3,relu,flatten,linear:10"; an empty text is an empty stack.

    Raises:
        BlocksError: a block or a value cannot be had, or there are too many.
    """
    words = [word.strip() for word in text[: MAX_TEXT + 1].split(",") if word.strip()]
    if len(text) > MAX_TEXT or len(words) > MAX_BLOCKS:
        raise BlocksError(_("A network has at most {most} blocks here: take some away.").format(most=MAX_BLOCKS))
    return tuple(map(_read, words))


def format_blocks(blocks: Iterable[Placed]) -> str:
    """Write a stack of blocks as `parse_blocks` reads it, every hyperparameter written out."""
    return ",".join(":".join([placed.key, *map(_write, placed.values)]) for placed in blocks)


def _read(word: str) -> Placed:
    key, *texts = word.split(":")
    if key not in BLOCKS:
        return Placed(key)
    hyperparameters = BLOCKS[key].hyperparameters
    known = [param.read(text) for param, text in zip(hyperparameters, texts, strict=False)]
    default = [param.default for param in hyperparameters[len(texts) :]]
    return Placed(key, (*known, *default, *texts[len(hyperparameters) :]))


def _write(value: Value) -> str:
    return shortest(value) if isinstance(value, float) else str(value)


def _linear(shape: Shape, neurons: int) -> partial:
    # Of a sequence a linear layer reads one step after another; of anything else every number there is.
    return partial(nn.Linear, shape[-1] if len(shape) == 2 else math.prod(shape), neurons)


def _convolution(shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> partial:
    channels = shape[0] if len(shape) == 3 else 1
    return partial(nn.Conv2d, channels, filters, kernel_size=kernel, stride=stride, padding=padding)


def _batch_norm(shape: Shape) -> partial:
    return partial(nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d, shape[0])


def _lstm(shape: Shape, hidden: int, gives: str) -> partial:
    features = shape[0] * shape[2] if len(shape) == 3 else shape[-1]
    return partial(LastStep if gives == "last" else EveryStep, features, hidden, batch_first=True)


def _read_steps(layer: str, shape: Shape, hidden: int, gives: str) -> Sequence[str]:
    rows = ("x = x.transpose(1, 2).flatten(2)  # each row of the picture is a step",) if len(shape) == 3 else ()
    last = ("x = x[:, -1]",) if gives == "last" else ()
    return (*rows, f"x, _ = {layer}(x)", *last)


def _activation(activation: Activation) -> Block:
    names = [param.name for param in activation.hyperparameters]
    return Block(
        label=activation.label,
        family="activation",
        icon=":material/show_chart:",
        plan=lambda shape, *values: partial(activation.module, **dict(zip(names, values, strict=True))),
        note=activation.note,
        hyperparameters=tuple(
            Hyperparameter(
                param.name,
                param.name,
                param.minimum,
                param.maximum,
                param.default,
                param.step,
            )
            for param in activation.hyperparameters
        ),
    )


FAMILIES = {
    "linear": Family(N_("Linear"), "blue"),
    "activation": Family(N_("Activation"), "orange"),
    "picture": Family(N_("Pictures"), "green"),
    "sequence": Family(N_("Sequences"), "violet"),
    "helper": Family(N_("Helpers"), "gray"),
}

_PICTURES_WANTED = N_(
    "It slides over pictures, channels × height × width, and {shape} is not one: put it before Flatten, or take images."
)

BLOCKS: dict[str, Block] = {
    "linear": Block(
        label=N_("Linear"),
        family="linear",
        icon=":material/grid_on:",
        plan=_linear,
        note=N_("Every number that comes in is joined to every neuron: a weighted sum and a bias each."),
        hyperparameters=(Hyperparameter("neurons", N_("neurons"), 1, 1_000_000, 128),),
        ranks=(1, 2),
        mend=N_(
            "Linear reads one row of numbers, and {shape} is not one: put Flatten before it, which makes {numbers}."
        ),
    ),
    **{name: _activation(activation) for name, activation in ACTIVATIONS.items()},
    "softmax": Block(
        label=N_("Softmax"),
        family="activation",
        icon=":material/percent:",
        plan=lambda shape: partial(nn.Softmax, dim=-1),
        note=N_("Turns a row of scores into probabilities that sum to 1. Cross-entropy has it inside already."),
    ),
    "conv": Block(
        label=N_("Conv2d"),
        family="picture",
        icon=":material/filter_center_focus:",
        plan=_convolution,
        note=N_("Small filters slide over a picture; each gives a picture of where it found its pattern."),
        hyperparameters=(
            Hyperparameter("filters", N_("filters"), 1, 1024, 16),
            Hyperparameter("kernel", N_("kernel"), 1, 11, 3),
            Hyperparameter("stride", N_("stride"), 1, 4, 1),
            Hyperparameter("padding", N_("padding"), 0, 5, 0),
        ),
        ranks=(3,),
        mend=_PICTURES_WANTED,
        mend_size=N_("The picture is only {size} here: take a smaller kernel, more padding, or less pooling before."),
    ),
    "maxpool": Block(
        label=N_("MaxPool2d"),
        family="picture",
        icon=":material/compress:",
        plan=lambda shape, window: partial(nn.MaxPool2d, window),
        note=N_("Keeps the largest number of each window, so that the picture shrinks."),
        hyperparameters=(Hyperparameter("window", N_("window"), 2, 7, 2),),
        ranks=(2, 3),
        mend=_PICTURES_WANTED,
        mend_size=N_("The picture is only {size} here: take a smaller window, or less pooling before."),
    ),
    "flatten": Block(
        label=N_("Flatten"),
        family="helper",
        icon=":material/view_week:",
        plan=lambda shape: partial(nn.Flatten),
        note=N_("Lays all numbers of a sample into one row. It changes none of them."),
    ),
    "dropout": Block(
        label=N_("Dropout"),
        family="helper",
        icon=":material/blur_on:",
        plan=lambda shape, share: partial(SeededDropout, share),
        note=N_("Silences a share of the numbers in each training step, and none when the network is used."),
        hyperparameters=(Hyperparameter("share", N_("share"), 0.0, 0.9, 0.2, 0.05),),
    ),
    "batchnorm": Block(
        label=N_("BatchNorm"),
        family="helper",
        icon=":material/equalizer:",
        plan=_batch_norm,
        note=N_("Brings each channel to mean 0 and spread 1 over the batch, then scales and shifts it as it learnt."),
    ),
    "lstm": Block(
        label=N_("LSTM"),
        family="sequence",
        icon=":material/timeline:",
        plan=_lstm,
        note=N_("Reads step by step and remembers; of a picture each row is a step."),
        hyperparameters=(
            Hyperparameter("hidden", N_("memory"), 1, 4096, 64),
            Choice("gives", N_("gives"), {"last": N_("last step"), "all": N_("every step")}, "last"),
        ),
        ranks=(2, 3),
        mend=N_("An LSTM reads step after step, and {shape} has none: put it before Flatten, or choose sequences."),
        forward=_read_steps,
    ),
}
