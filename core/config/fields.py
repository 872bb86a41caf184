"""Every setting of a run, described once: a new one is a record here and its use in `train()` or `build_network()`.

Validation, JSON, addresses, controls, labels, search space, "what differs" and the exported script derive from these.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.blocks.registry import MAX_TEXT
from core.config.kinds import Choice, LongText, Many, Number, Setting, Switch, Text, Whole, Widths
from core.datasets import DATASETS, POINTS
from core.datasets.points_table import MAX_TEXT as MAX_POINTS_TEXT
from core.features import FEATURES
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.schedules import SCHEDULES
from core.text.i18n import N_

MAX_SEED = 2**31 - 1
MAX_EPOCHS = 100_000
ONE_A_LAYER = N_("One number a layer, with commas between. “none” for none.")


def _setting(default: Any, record: Setting) -> Any:
    return field(default=default, metadata={"setting": record})


def _has_points(fields: Fields) -> bool:
    return fields.dataset in POINTS


def _draws(taken: str) -> Any:
    return lambda fields: fields.dataset in POINTS and taken in POINTS[fields.dataset].takes


def _penalty_code(fields: Fields) -> str:
    return f"loss = loss + {fields.regularization_rate!r} * {REGULARIZATIONS[fields.regularization].code}\n"


def _schedule_code(fields: Fields) -> str:
    return f"""
progress = (epoch + number / len(batches)) / {fields.epochs}
for group in optimizer.param_groups:
    group["lr"] = {fields.learning_rate!r} * {SCHEDULES[fields.schedule].factor.__name__}(progress)
"""


@dataclass(frozen=True)
class Fields:
    """All that decides a run, in the order in which it is told: data, network, loss, optimizer, training.

    Attributes:
        points: the formula, or the points themselves, of a set that a person makes.
        samples, noise, test_share: how many points are drawn, how much they stray, which share is kept for testing.
        features: what a network for points is told of each.
        channels: filters of each convolution.
        stride: how many pixels the first convolution moves at a time.
        hidden: neurons of each hidden linear layer; empty for none.
        blocks: the layers of a network of the person's own, as core.blocks reads them.
        activations, dropouts: one for each hidden layer of a network for points; empty where all are alike.
        momentum: of SGD and RMSProp.
        nesterov: whether SGD looks ahead along its momentum; means nothing without one.
        beta2: decay rate of the second moment of Adam and AdamW.
        regularization, regularization_rate: the penalty on large weights, and how much it counts.
        stop_loss: the test loss at which the run pauses; 0 for never.
        tests_per_epoch: how often the test curve gets a point.
    """

    dataset: str = _setting("mnist", Choice(N_("Data set"), DATASETS | POINTS, section="data", on_playground=True))
    points: str = _setting(
        "", LongText(N_("Formula or points"), MAX_POINTS_TEXT, on_playground=True, applies=_draws("text"))
    )
    samples: int = _setting(
        500,
        Whole(
            N_("Points"),
            2,
            5000,
            on_playground=True,
            applies=_draws("samples"),
            choices=(20, 50, 100, 200, 300, 500, 1000, 2000),
        ),
    )
    noise: float = _setting(
        0.0, Number(N_("Noise"), 0.0, 0.5, on_playground=True, applies=_draws("noise"), slider=(0.0, 0.5, 0.05))
    )
    test_share: float = _setting(
        0.5,
        Number(
            N_("Share of the points that is for testing"),
            0.1,
            0.9,
            on_playground=True,
            applies=_has_points,
            slider=(0.1, 0.9, 0.1),
        ),
    )
    augmentation: str = _setting(
        "none",
        Choice(N_("Augmentation"), AUGMENTATIONS, section="batches", applies=lambda fields: not _has_points(fields)),
    )
    batch_size: int = _setting(
        64,
        Whole(
            N_("Batch size"),
            1,
            4096,
            section="batches",
            on_playground=True,
            adjustable=True,
            choices=tuple(2**power for power in range(11)),
            search=tuple(2**power for power in range(2, 11)),
            tried=(16, 64, 256),
            log=True,
        ),
    )
    model: str = _setting("mlp", Choice(N_("Kind"), MODELS, section="network"))
    features: tuple[str, ...] = _setting(
        ("x1", "x2"), Many(N_("Features"), Choice("", FEATURES), 1, len(FEATURES), on_playground=True)
    )
    channels: tuple[int, ...] = _setting(
        (16, 32), Widths(N_("Filters of each convolution"), help=ONE_A_LAYER, section="network")
    )
    stride: int = _setting(2, Whole(N_("Stride of the first convolution"), 1, 2, section="network", choices=(1, 2)))
    hidden: tuple[int, ...] = _setting(
        (512,), Widths(N_("Neurons of each hidden layer"), help=ONE_A_LAYER, section="network", on_playground=True)
    )
    blocks: str = _setting("flatten,linear:512,relu,linear:10", Text(N_("Blocks"), MAX_TEXT, section="network"))
    activation: str = _setting(
        "relu",
        Choice(
            N_("Activation"),
            ACTIVATIONS,
            section="network",
            on_playground=True,
            applies=lambda fields: not fields.activations,
            search=tuple(ACTIVATIONS),
            tried=("tanh", "relu"),
        ),
    )
    activations: tuple[str, ...] = _setting(
        (),
        Many(
            N_("Activations"),
            Choice("", ACTIVATIONS),
            on_playground=True,
            applies=lambda fields: bool(fields.activations),
        ),
    )
    dropout: float = _setting(
        0.0,
        Number(
            N_("Dropout"),
            0.0,
            0.9,
            section="network",
            applies=lambda fields: not fields.dropouts,
            slider=(0.0, 0.9, 0.05),
            search=(0.0, 0.1, 0.2, 0.3, 0.5),
            tried=(0.0, 0.2),
        ),
    )
    dropouts: tuple[float, ...] = _setting(
        (), Many(N_("Dropouts"), Number("", 0.0, 0.9), on_playground=True, applies=lambda fields: bool(fields.dropouts))
    )
    output_layer: str = _setting("none", Choice(N_("Output layer"), OUTPUT_LAYERS, section="network"))
    loss: str = _setting(
        "cross_entropy",
        Choice(N_("Loss"), LOSSES, section="loss", search=tuple(LOSSES), tried=("cross_entropy", "mse")),
    )
    label_smoothing: float = _setting(
        0.0,
        Number(
            N_("Label smoothing"),
            0.0,
            0.5,
            section="loss",
            applies=lambda fields: LOSSES[fields.loss].takes_label_smoothing and not _has_points(fields),
            slider=(0.0, 0.5, 0.05),
        ),
    )
    optimizer: str = _setting(
        "adam",
        Choice(
            N_("Optimizer"),
            OPTIMIZERS,
            section="optimizer",
            on_playground=True,
            search=tuple(OPTIMIZERS),
            tried=("sgd", "adam"),
        ),
    )
    learning_rate: float = _setting(
        0.001,
        Number(
            N_("Learning rate"),
            1e-6,
            100.0,
            section="optimizer",
            on_playground=True,
            adjustable=True,
            choices=(*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5)), 10.0),
            search=tuple(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 3)),
            tried=(0.0001, 0.1),
            log=True,
        ),
    )
    momentum: float = _setting(
        0.0,
        Number(
            N_("Momentum"),
            0.0,
            0.999,
            section="optimizer",
            slider=(0.0, 0.99, 0.01),
            search=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99),
            tried=(0.0, 0.9),
        ),
    )
    nesterov: bool = _setting(
        False,
        Switch(
            N_("Nesterov"), help=N_("Looks ahead along the momentum; does nothing without one."), section="optimizer"
        ),
    )
    beta2: float = _setting(
        0.999,
        Number(
            N_("Memory of squared gradients β₂"), 0.5, 0.99999, section="optimizer", choices=(0.9, 0.95, 0.99, 0.999)
        ),
    )
    weight_decay: float = _setting(
        0.0,
        Number(
            N_("Weight decay"),
            0.0,
            1.0,
            section="optimizer",
            choices=(0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
            search=(0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
            tried=(0.0, 1e-4, 1e-2),
        ),
    )
    regularization: str = _setting(
        "none",
        Choice(N_("Regularization"), REGULARIZATIONS, on_playground=True, told_by_default=False, adjustable=True),
    )
    regularization_rate: float = _setting(
        0.0,
        Number(
            N_("Its rate"),
            0.0,
            10.0,
            on_playground=True,
            adjustable=True,
            applies=lambda fields: REGULARIZATIONS[fields.regularization].penalty is not None,
            choices=(0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
            code={"after_loss": _penalty_code},
        ),
    )
    schedule: str = _setting(
        "constant",
        Choice(
            N_("Learning rate over the run"),
            SCHEDULES,
            section="optimizer",
            code={"before_step": lambda fields: _schedule_code(fields) if fields.schedule != "constant" else ""},
        ),
    )
    epochs: int = _setting(
        5,
        Whole(
            N_("Epochs"),
            1,
            MAX_EPOCHS,
            section="optimizer",
            slider=(1, 50, 1),
            search=(1, 2, 3, 5, 10, 20, 30, 50, 100),
            tried=(1, 3),
        ),
    )
    stop_loss: float = _setting(
        0.0,
        Number(
            N_("Pause at a test loss of"),
            0.0,
            100.0,
            on_playground=True,
            told_by_default=False,
            adjustable=True,
            choices=(0.0, 0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5),
        ),
    )
    seed: int = _setting(
        0,
        Whole(
            N_("Seed"),
            0,
            MAX_SEED,
            help=N_("The same seed and settings give the same run, number for number."),
            section="optimizer",
            on_playground=True,
            search=tuple(range(10)),
        ),
    )
    tests_per_epoch: int = _setting(10, Whole("", 1, 100))


SETTINGS: dict[str, Setting] = {entry.name: entry.metadata["setting"] for entry in fields(Fields)}
ADJUSTABLE = tuple(name for name, setting in SETTINGS.items() if setting.adjustable)
"""The settings that a run can take over while it trains."""
ON_PLAYGROUND = tuple(name for name, setting in SETTINGS.items() if setting.on_playground)
"""The settings that a run on points in the plane has."""
_OF_A_MODEL = {name for model in MODELS.values() for name in model.settings}
_OF_AN_OPTIMIZER = {name for optimizer in OPTIMIZERS.values() for name in optimizer.hyperparameters}


def applies(config: Fields, name: str) -> bool:
    """Return whether a setting means anything for a run: its model, its optimizer and its own record decide."""
    if name in _OF_A_MODEL and name not in MODELS[config.model].settings:
        return False
    if name in _OF_AN_OPTIMIZER and name not in OPTIMIZERS[config.optimizer].hyperparameters:
        return False
    decides = SETTINGS[name].applies
    return decides is None or decides(config)


def default_of(name: str) -> Any:
    """Return the default of a setting."""
    return getattr(Fields, name)
