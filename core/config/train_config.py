"""The settings of a training run, in one immutable record."""

import math
from dataclasses import dataclass
from itertools import chain

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.blocks import parse_blocks
from core.blocks.network import require_sound, trace
from core.blocks.registry import LONGEST_TEXT, BlocksError
from core.datasets import DATASETS, POINTS, Problem, problem_of
from core.features import FEATURES
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS, count_parameters
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.schedules import SCHEDULES
from core.text.i18n import _

MOST_PARAMETERS = 5_000_000
MOST_LAYERS = 20
WIDEST_LAYER = 4096
LONGEST_POINTS = 40_000


class ConfigError(ValueError):
    """A setting is not one that can be trained with; the message is a sentence that says what is allowed."""


@dataclass(frozen=True)
class TrainConfig:
    """All that decides a run: registry keys and plain numbers. The same config gives the same history, bit for bit.

    Attributes:
        hidden: neurons of each hidden linear layer; empty for none.
        channels: filters of each convolution; only a CNN has them.
        stride: how many pixels the first convolution moves at a time.
        blocks: the layers of a network of the person's own, as core.blocks reads them.
        features: what a network for points is told of each.
        activations, dropouts: one for each hidden layer of a network for points; empty where all are alike.
        points: the formula, or the points themselves, of a set that a person makes.
        samples, noise, test_share: how many points are drawn, how much they stray, which share is kept for testing.
        regularization, regularization_rate: the penalty on large weights, and how much it counts.
        stop_loss: the test loss at which the run pauses; 0 for never.
        momentum: of SGD and RMSProp.
        nesterov: whether SGD looks ahead along its momentum; means nothing without one.
        beta2: how long Adam and AdamW remember squared gradients.
        tests_per_epoch: how often the test curve gets a point.

    Raises:
        ConfigError: a value is out of range, a name is unknown or the network is too large.
    """

    dataset: str = "mnist"
    points: str = ""
    samples: int = 500
    noise: float = 0.0
    test_share: float = 0.5
    model: str = "mlp"
    hidden: tuple[int, ...] = (512,)
    channels: tuple[int, ...] = (16, 32)
    stride: int = 2
    blocks: str = "flatten,linear:512,relu,linear:10"
    features: tuple[str, ...] = ("x1", "x2")
    activation: str = "relu"
    activations: tuple[str, ...] = ()
    dropout: float = 0.0
    dropouts: tuple[float, ...] = ()
    output_layer: str = "none"
    loss: str = "cross_entropy"
    label_smoothing: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.0
    nesterov: bool = False
    beta2: float = 0.999
    weight_decay: float = 0.0
    regularization: str = "none"
    regularization_rate: float = 0.0
    schedule: str = "constant"
    batch_size: int = 64
    epochs: int = 5
    augmentation: str = "none"
    tests_per_epoch: int = 10
    stop_loss: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, menu in MENUS.items():
            _require_key(name, getattr(self, name), menu)
        for name, (least, most) in WHOLE_NUMBERS.items():
            _require_whole(name, getattr(self, name), least, most)
        for name, (least, most) in NUMBERS.items():
            _require_number(name, getattr(self, name), least, most)
        if not isinstance(self.nesterov, bool):
            raise ConfigError(_("nesterov is {value}: it must be on or off.").format(value=str(self.nesterov)[:40]))
        convolutions = MODELS[self.model].most_convolutions
        _require_layers("hidden", self.hidden, MODELS[self.model].fewest_hidden, MOST_LAYERS)
        _require_layers("channels", self.channels, min(1, convolutions), convolutions or MOST_LAYERS)
        self._require_points()
        self._require_blocks()
        self._require_size()

    @property
    def problem(self) -> Problem:
        """What the network is asked: shape of an example, task and classes."""
        return problem_of(self.dataset, self.points)

    def _require_points(self) -> None:
        if not isinstance(self.points, str) or len(self.points) > LONGEST_POINTS:
            raise ConfigError(_("points must be a text of at most {most:,} letters.").format(most=LONGEST_POINTS))
        try:
            problem = self.problem
        except ValueError as reason:  # the person's own formula or points; the sentence says what to do
            raise ConfigError(str(reason)) from reason
        if (self.dataset in POINTS) != MODELS[self.model].for_points:
            raise ConfigError(
                _("{model} cannot read {dataset}: choose another of the two.").format(
                    model=_(MODELS[self.model].label), dataset=_(MENUS["dataset"][self.dataset].label)
                )
            )
        if not LOSSES[self.loss].suits(problem.task):
            raise ConfigError(
                _("{loss} cannot compare what this network gives: choose another loss.").format(
                    loss=_(LOSSES[self.loss].label)
                )
            )
        if problem.task != "multi_class" and self.output_layer != "none":
            raise ConfigError(_("A network with one output needs no output layer: choose none."))
        _require_list("features", self.features, 1, len(FEATURES))
        if len(set(self.features)) < len(self.features):
            raise ConfigError(_("features names one twice."))
        for name in self.features:
            _require_key("features", name, FEATURES)
        for name, value in (("activations", self.activations), ("dropouts", self.dropouts)):
            _require_list(name, value, 0, MOST_LAYERS)
            if value and len(value) != len(self.hidden):
                raise ConfigError(_("{name} must have an entry for each hidden layer.").format(name=name))
        for name in self.activations:
            _require_key("activations", name, ACTIVATIONS)
        for share in self.dropouts:
            _require_number("dropouts", share, *NUMBERS["dropout"])

    def _require_blocks(self) -> None:
        if not isinstance(self.blocks, str) or len(self.blocks) > LONGEST_TEXT:
            raise ConfigError(_("blocks must be a text of at most {most} letters.").format(most=LONGEST_TEXT))
        if "blocks" not in MODELS[self.model].settings:
            return
        shape, classes = self.problem.shape, self.problem.outputs
        try:
            blocks = parse_blocks(self.blocks)
            rows = trace(blocks, shape)
            require_sound(blocks, rows)
        except BlocksError as problem:
            raise ConfigError(str(problem)) from problem
        after = rows[-1].after if rows else shape
        if after != (classes,):
            raise ConfigError(
                _(
                    "The last block gives {after} numbers for each picture, and the data have {classes} classes: end "
                    "with a Linear block of {classes} neurons."
                ).format(after=" × ".join(map(str, after)), classes=classes)
            )

    def _require_size(self) -> None:
        parameters = count_parameters(self, self.problem.shape, self.problem.outputs)
        if parameters > MOST_PARAMETERS:
            raise ConfigError(
                _(
                    "This network has {parameters:,} parameters and the limit is {most:,}: "
                    "take fewer or narrower layers."
                ).format(parameters=parameters, most=MOST_PARAMETERS)
            )

    @property
    def title(self) -> str:
        """The run in one short line, for menus and tables."""
        takes = MODELS[self.model].settings
        layers = chain(self.channels if "channels" in takes else (), self.hidden if "hidden" in takes else ())
        network = f"{self.model.upper()} {'-'.join(map(str, layers))}".strip()
        if "blocks" in takes:
            network = _("Own network of {count} blocks").format(count=len(parse_blocks(self.blocks)))
        dataset = _(MENUS["dataset"][self.dataset].label)
        return f"{network} · {OPTIMIZERS[self.optimizer].label} {self.learning_rate:g} · {dataset}"


ADJUSTABLE = ("learning_rate", "batch_size", "regularization", "regularization_rate", "stop_loss")
"""The settings that a run can take over while it trains."""

MENUS = {
    "dataset": DATASETS | POINTS,
    "model": MODELS,
    "activation": ACTIVATIONS,
    "output_layer": OUTPUT_LAYERS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "regularization": REGULARIZATIONS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
}
# What a field may be, from least to most; the page's sliders take their ends from here.
WHOLE_NUMBERS = {
    "stride": (1, 2),
    "batch_size": (1, 4096),
    "epochs": (1, 100_000),
    "samples": (2, 5000),
    "tests_per_epoch": (1, 100),
    "seed": (0, 2**31 - 1),
}
NUMBERS = {
    "dropout": (0.0, 0.9),
    "label_smoothing": (0.0, 0.5),
    "learning_rate": (1e-6, 100.0),
    "momentum": (0.0, 0.999),
    "beta2": (0.5, 0.99999),
    "weight_decay": (0.0, 1.0),
    "regularization_rate": (0.0, 10.0),
    "noise": (0.0, 0.5),
    "test_share": (0.1, 0.9),
    "stop_loss": (0.0, 100.0),
}


def _require_key(name: str, value: object, menu: dict) -> None:
    if not isinstance(value, str) or value not in menu:
        raise ConfigError(
            _("{name} is “{value}”: choose one of {allowed}.").format(
                name=name, value=str(value)[:40], allowed=", ".join(menu)
            )
        )


def _require_whole(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ConfigError(
            _("{name} is {value}: it must be a whole number from {least} to {most}.").format(
                name=name, value=str(value)[:40], least=least, most=most
            )
        )


def _require_number(name: str, value: object, least: float, most: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not least <= value <= most:
        raise ConfigError(
            _("{name} is {value}: it must be a number from {least:g} to {most:g}.").format(
                name=name, value=str(value)[:40], least=least, most=most
            )
        )


def _require_layers(name: str, value: object, least: int, most: int) -> None:
    _require_list(name, value, least, most)
    for width in value:
        _require_whole(name, width, 1, WIDEST_LAYER)


def _require_list(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, tuple) or not least <= len(value) <= most:
        raise ConfigError(_("{name} must list {least} to {most} entries.").format(name=name, least=least, most=most))
