"""The settings that are worth trying several values of, each as one thing that can be changed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from core.activations import ACTIVATIONS
from core.config import TrainConfig
from core.losses import LOSSES
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from core.text.i18n import N_, _

WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True)
class Variable:
    """One thing that can be changed.

    Attributes:
        choices: the values on offer, from small to large or in the order of their menu.
        value: what a config has now; it need not be among the choices.
        apply: the config with another value; TrainConfig may refuse it with ConfigError.
        suits: whether it means anything for a config.
        label_of: a value in words.
        log: True where ten times as much counts as one step.
    """

    label: str
    choices: tuple[Hashable, ...]
    value: Callable[[TrainConfig], Hashable]
    apply: Callable[[TrainConfig, Hashable], TrainConfig]
    suits: Callable[[TrainConfig], bool]
    label_of: Callable[[Hashable], str]
    log: bool = False


def suiting(config: TrainConfig) -> dict[str, Variable]:
    """Return what can be changed in a config, by name."""
    return {name: variable for name, variable in VARIABLES.items() if variable.suits(config)}


def _field(
    name: str, label: str, choices: Sequence[Hashable], label_of: Callable[[Hashable], str], log: bool = False
) -> Variable:
    return Variable(
        label,
        tuple(choices),
        lambda config: getattr(config, name),
        lambda config, value: replace(config, **{name: value}),
        lambda config: True,
        label_of,
        log,
    )


def _of_model(variable: Variable, name: str) -> Variable:
    """Return a variable that means something only for the models that take this setting."""
    return replace(variable, suits=lambda config: name in MODELS[config.model].settings)


def _number(value: Hashable) -> str:
    return f"{value:g}"


def _whole(value: Hashable) -> str:
    return f"{value:,}"


def _set_width(config: TrainConfig, width: Hashable) -> TrainConfig:
    return _set_hidden(config, (width,) * max(len(config.hidden), 1))


def _set_depth(config: TrainConfig, depth: Hashable) -> TrainConfig:
    width = config.hidden[-1] if config.hidden else MODELS[config.model].usual_hidden[0]
    return _set_hidden(config, (*config.hidden, *(width,) * depth)[:depth])


def _set_hidden(config: TrainConfig, hidden: tuple[int, ...]) -> TrainConfig:
    # What was set layer by layer fits no longer where their number is another.
    same = len(hidden) == len(config.hidden)
    layers = {} if same else {"activations": (), "dropouts": ()}
    return replace(config, hidden=hidden, **layers)


def _set_activation(config: TrainConfig, activation: Hashable) -> TrainConfig:
    return replace(config, activation=activation, activations=())


VARIABLES = {
    "learning_rate": _field(
        "learning_rate",
        N_("Learning rate"),
        [float(f"{mantissa}e{power}") for power in range(-5, 1) for mantissa in (1, 3)],
        _number,
        log=True,
    ),
    "optimizer": _field("optimizer", N_("Optimizer"), OPTIMIZERS, lambda name: _(OPTIMIZERS[name].label)),
    "activation": _of_model(
        replace(
            _field("activation", N_("Activation"), ACTIVATIONS, lambda name: _(ACTIVATIONS[name].label)),
            apply=_set_activation,
        ),
        "activation",
    ),
    "width": Variable(
        N_("Neurons of each hidden layer"),
        WIDTHS,
        lambda config: config.hidden[0] if len(set(config.hidden)) == 1 else config.hidden,
        _set_width,
        lambda config: "hidden" in MODELS[config.model].settings and bool(config.hidden),
        lambda width: "-".join(map(str, width)) if isinstance(width, tuple) else str(width),
        log=True,
    ),
    "depth": Variable(
        N_("Hidden layers"),
        (1, 2, 3, 4),
        lambda config: len(config.hidden),
        _set_depth,
        lambda config: "hidden" in MODELS[config.model].settings,
        str,
    ),
    "batch_size": _field("batch_size", N_("Batch size"), [2**power for power in range(2, 11)], _whole, log=True),
    "dropout": _of_model(
        _field("dropout", N_("Dropout"), (0.0, 0.1, 0.2, 0.3, 0.5), _number),
        "dropout",
    ),
    "weight_decay": _field("weight_decay", N_("Weight decay"), (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1), _number),
    "momentum": replace(
        _field("momentum", N_("Momentum"), (0.0, 0.5, 0.8, 0.9, 0.95, 0.99), _number),
        suits=lambda config: "momentum" in OPTIMIZERS[config.optimizer].knobs,
    ),
    "loss": replace(
        _field("loss", N_("Loss"), LOSSES, lambda name: _(LOSSES[name].label)),
        suits=lambda config: config.problem.task == "multi_class",
    ),
    "epochs": _field("epochs", N_("Epochs"), (1, 2, 3, 5, 10, 20, 30, 50, 100), _whole),
    "seed": _field("seed", N_("Seed"), tuple(range(10)), str),
}
