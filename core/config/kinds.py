"""The kinds of settings: what each allows, and how its value is told, written into an address and read from JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from core.config.layer_widths import format_layers
from core.text.given import told
from core.text.i18n import _
from core.text.long_text import pack
from core.text.numbers import shortest

if TYPE_CHECKING:
    from core.config.fields import Fields

Section = Literal["data", "batches", "network", "loss", "optimizer"]
Place = Literal["after_loss", "before_step"]

MAX_LAYERS = 20
MAX_WIDTH = 4096
SURROGATE = re.compile("[\ud800-\udfff]")
MAX_TOLD = 300  # letters; points that a person has set one by one are many more


class ConfigError(ValueError):
    """A setting is not one that can be trained with; the message is a sentence that says what is allowed."""


class Labeled(Protocol):
    """An entry of a registry; its label is a msgid."""

    @property
    def label(self) -> str: ...


Registry = Mapping[str, Labeled]


@dataclass(frozen=True)
class Setting:
    """One setting of a run; from its record everything but its use in the training derives.

    Attributes:
        label: a msgid; empty for a setting that no page shows.
        help: a msgid beside its control.
        section: the part of the Train page that has its control; None where that page has none.
        on_playground: whether the 2-D playground has a control for it.
        applies: whether it means anything for a run, beyond what MODELS and OPTIMIZERS say of it.
        told_by_default: whether a run's description names it also where it has its default.
        adjustable: whether a run takes it over while it trains.
        choices: the values of its control, from small to large.
        slider: minimum, maximum and step of its control, where these are not the limits.
        search: the values that a search may try; empty where none makes sense.
        tried: those that a search tries first; the ends of `search` where empty.
        log: True where ten times as much counts as one step.
        code: what the exported script does because of it, in a step of the training loop behind the loss or before the
            optimizer's step; the loop's own names may be used.
    """

    label: str
    _: KW_ONLY
    help: str = ""
    section: Section | None = None
    on_playground: bool = False
    applies: Callable[[Fields], bool] | None = None
    told_by_default: bool = True
    adjustable: bool = False
    choices: tuple[Any, ...] = ()
    slider: tuple[Any, Any, Any] | None = None
    search: tuple[Hashable, ...] = ()
    tried: tuple[Hashable, ...] = ()
    log: bool = False
    code: Mapping[Place, Callable[[Fields], str]] = field(default_factory=dict)

    def check(self, name: str, value: Any) -> None:
        """Raise ConfigError, naming the setting, where a value is not allowed."""
        raise NotImplementedError

    def describe(self, value: Any) -> str:
        """Return a value in words."""
        return str(value)

    def write(self, value: Any) -> str:
        """Return a value as an address has it."""
        return str(value)

    def from_json(self, value: Any) -> Any:
        """Return a value that JSON has made another type of; unchecked."""
        return value


@dataclass(frozen=True)
class Choice(Setting):
    """One key of a registry."""

    registry: Registry

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, str) or value not in self.registry:
            raise ConfigError(
                _("{name} is “{value}”: choose one of {allowed}.").format(
                    name=name, value=told(value), allowed=", ".join(self.registry)
                )
            )

    def describe(self, value: Any) -> str:
        return _(self.registry[value].label)


@dataclass(frozen=True)
class Whole(Setting):
    """A whole number from minimum to maximum."""

    minimum: int
    maximum: int

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not self.minimum <= value <= self.maximum:
            raise ConfigError(
                _("{name} is {value}: it must be a whole number from {least} to {most}.").format(
                    name=name, value=told(value), least=self.minimum, most=self.maximum
                )
            )


@dataclass(frozen=True)
class Number(Setting):
    """A finite number from minimum to maximum."""

    minimum: float
    maximum: float

    def check(self, name: str, value: Any) -> None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.minimum <= value <= self.maximum:  # NaN is in no order with them
            raise ConfigError(
                _("{name} is {value}: it must be a number from {least:g} to {most:g}.").format(
                    name=name, value=told(value), least=self.minimum, most=self.maximum
                )
            )

    def describe(self, value: Any) -> str:
        return f"{value:g}"

    def write(self, value: Any) -> str:
        return shortest(value)

    def from_json(self, value: Any) -> Any:
        return float(value) if type(value) is int else value


@dataclass(frozen=True)
class Switch(Setting):
    """On or off."""

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, bool):
            raise ConfigError(_("{name} is {value}: it must be on or off.").format(name=name, value=told(value)))

    def describe(self, value: Any) -> str:
        return _("on") if value else _("off")

    def write(self, value: Any) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Text(Setting):
    """A text that its own reader understands."""

    maximum: int

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, str) or len(value) > self.maximum:
            raise ConfigError(
                _("{name} must be a text of at most {most:,} letters.").format(name=name, most=self.maximum)
            )
        if SURROGATE.search(value):  # which JSON can hold, and no file or address
            raise ConfigError(
                _("{name} has a lone surrogate in it, half a character: type it again.").format(name=name)
            )

    def describe(self, value: Any) -> str:
        return value if len(value) <= MAX_TOLD else f"{value[:MAX_TOLD]} …"


@dataclass(frozen=True)
class LongText(Text):
    """A text that may be too long for an address, where it is then packed."""

    def write(self, value: Any) -> str:
        return pack(value)


@dataclass(frozen=True)
class Many(Setting):
    """A tuple of at most `maximum` values, which another kind checks and tells one by one; written with commas."""

    of: Setting
    minimum: int = 0
    maximum: int = MAX_LAYERS

    def check(self, name: str, value: Any) -> None:
        require_length(name, value, self.minimum, self.maximum)
        for entry in value:
            self.of.check(name, entry)

    def describe(self, value: Any) -> str:
        return ", ".join(map(self.of.describe, value)) or "–"

    def write(self, value: Any) -> str:
        return ",".join(map(str, value))

    def from_json(self, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Widths(Many):
    """The number of neurons or filters of each layer; “none” in an address for no layer."""

    of: Setting = Whole("", 1, MAX_WIDTH)

    def write(self, value: Any) -> str:
        return format_layers(value).replace(" ", "")


def require_length(name: str, value: Any, minimum: int, maximum: int) -> None:
    """Raise ConfigError where a value is no tuple of so many entries."""
    if not isinstance(value, tuple) or not minimum <= len(value) <= maximum:
        raise ConfigError(
            _("{name} must list {least} to {most} entries.").format(name=name, least=minimum, most=maximum)
        )
