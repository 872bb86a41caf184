"""The settings of a run as JSON, and back again from a file that anybody may have written."""

import json
import math
from dataclasses import asdict

from core.config import ConfigError, TrainConfig
from core.config.fields import SETTINGS
from core.text.given import told
from core.text.i18n import _

FORMAT = "neural-playground-settings"
VERSION = 1
MAX_BYTES = 1_000_000  # more than the longest text of points takes in UTF-8
MAX_NUMBER = 40  # letters


def config_json(config: TrainConfig) -> str:
    """Write all settings, sorted by name, as `read_config` reads them."""
    content = {"format": FORMAT, "version": VERSION, "settings": asdict(config)}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)


def read_config(content: str | bytes) -> TrainConfig:
    """Read what `config_json` has written; a setting that it lacks is the usual one.

    Raises:
        ConfigError: it is no such file, or its settings cannot be had; the message is a sentence that says which.
    """
    if len(content) > MAX_BYTES:
        raise ConfigError(_("A file of settings has at most {most:,} bytes: choose another.").format(most=MAX_BYTES))
    settings = _settings(_parse(content))
    unknown = [name for name in settings if name not in SETTINGS]
    if unknown:
        raise ConfigError(_("The file has a setting “{name}”, which is not known here.").format(name=told(unknown[0])))
    for name, value in settings.items():
        entries = value if isinstance(value, list) else [value]
        if not all(isinstance(entry, str | bool | int | float) for entry in entries):
            raise ConfigError(_("{name} must be a text, a number, or a list of them.").format(name=name))
    return config_from_card(settings)


def _parse(content: str | bytes) -> object:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
    except ConfigError:
        raise
    except (ValueError, RecursionError) as problem:  # not UTF-8, no JSON, or lists in lists without end
        raise ConfigError(
            _("This is no file of settings: it is not JSON. Choose one that was saved here.")
        ) from problem


def _settings(content: object) -> dict[str, object]:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ConfigError(_("This is no file of settings: choose one that was saved here."))
    if content.get("version") != VERSION:
        raise ConfigError(
            _("The file is of another version than {known}, which this app reads: save it anew.").format(known=VERSION)
        )
    if not isinstance(content.get("settings"), dict):
        raise ConfigError(_("The file has no settings: choose one that was saved here."))
    return content["settings"]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ConfigError(_("The file names something twice: choose one that was saved here."))
    return found


def _whole(digits: str) -> int:
    if len(digits) > MAX_NUMBER:
        raise ConfigError(_("The file has a number that is too long: {number}.").format(number=told(digits)))
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ConfigError(_("The file has a number that is not finite: {number}.").format(number=told(digits)))
    return number


def config_from_card(settings: dict) -> TrainConfig:
    """Return the TrainConfig whose settings a card lists, in the types of JSON.

    Raises:
        ConfigError, KeyError: a value is out of range, or a setting is unknown.
    """
    return TrainConfig(**{name: SETTINGS[name].from_json(value) for name, value in settings.items()})
