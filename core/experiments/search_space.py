"""The settings that are worth trying several values of, each as one thing that can be changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.config import TrainConfig
from core.config.fields import SETTINGS, applies
from core.config.kinds import Setting
from core.models import MODELS
from core.text.i18n import N_

FIRST = ("learning_rate", "optimizer", "activation", "width", "depth")  # what matters most is offered first
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True)
class Variable:
    """One thing that can be changed.

    Attributes:
        choices: the values on offer, from small to large or in the order of their menu.
        tried: those that a search begins with.
        value: what a config has now; it need not be among the choices.
        apply: the config with another value; TrainConfig may refuse it with ConfigError.
        suits: whether it means anything for a config.
        label_of: a value in words.
        log: True where ten times as much counts as one step.
    """

    label: str
    choices: tuple[Any, ...]
    tried: tuple[Any, ...]
    value: Callable[[TrainConfig], Any]
    apply: Callable[[TrainConfig, Any], TrainConfig]
    suits: Callable[[TrainConfig], bool]
    label_of: Callable[[Any], str]
    log: bool = False


def applicable_to(config: TrainConfig) -> dict[str, Variable]:
    """Return what can be changed in a config, by name."""
    return {name: variable for name, variable in SEARCH_SPACE.items() if variable.suits(config)}


def _variable(name: str, setting: Setting) -> Variable:
    return Variable(
        setting.label,
        setting.search,
        setting.tried or (setting.search[0], setting.search[-1]),
        lambda config: getattr(config, name),
        lambda config, value: replace(config, **{name: value}),
        lambda config: applies(config, name),
        setting.describe,
        setting.log,
    )


def _set_width(config: TrainConfig, width: int) -> TrainConfig:
    return _set_hidden(config, (width,) * max(len(config.hidden), 1))


def _set_depth(config: TrainConfig, depth: int) -> TrainConfig:
    width = config.hidden[-1] if config.hidden else MODELS[config.model].default_hidden[0]
    return _set_hidden(config, (*config.hidden, *(width,) * depth)[:depth])


def _set_hidden(config: TrainConfig, hidden: tuple[int, ...]) -> TrainConfig:
    # What was set layer by layer fits no longer where their number is another.
    same = len(hidden) == len(config.hidden)
    layers = {} if same else {"activations": (), "dropouts": ()}
    return replace(config, hidden=hidden, **layers)


def _set_activation(config: TrainConfig, activation: str) -> TrainConfig:
    return replace(config, activation=activation, activations=())


# The widths of the hidden layers are searched as two numbers: how many layers, and how wide.
_HIDDEN = {
    "width": Variable(
        SETTINGS["hidden"].label,
        WIDTHS,
        (16, 64, 256),
        lambda config: config.hidden[0] if len(set(config.hidden)) == 1 else config.hidden,
        _set_width,
        lambda config: applies(config, "hidden") and bool(config.hidden),
        lambda width: "-".join(map(str, width)) if isinstance(width, tuple) else str(width),
        log=True,
    ),
    "depth": Variable(
        N_("Hidden layers"),
        (1, 2, 3, 4),
        (1, 2),
        lambda config: len(config.hidden),
        _set_depth,
        lambda config: applies(config, "hidden"),
        str,
    ),
}
_ALL = _HIDDEN | {name: _variable(name, setting) for name, setting in SETTINGS.items() if setting.search}
SEARCH_SPACE = {name: _ALL[name] for name in dict.fromkeys((*FIRST, *_ALL))}
SEARCH_SPACE["activation"] = replace(
    SEARCH_SPACE["activation"],
    apply=_set_activation,
    suits=lambda config: "activation" in MODELS[config.model].settings,
)
SEARCH_SPACE["loss"] = replace(SEARCH_SPACE["loss"], suits=lambda config: config.problem.task == "multi_class")
