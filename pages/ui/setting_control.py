"""The control of one setting of a run, made from its record."""

from typing import Any

from core.config.fields import SETTINGS
from core.config.kinds import Choice, Number, Registry, Switch, Whole, Widths
from core.config.layer_widths import format_layers
from core.text.i18n import _
from pages.ui.url_settings import Settings


def setting_control(
    settings: Settings,
    name: str,
    default: Any,
    registry: Registry | None = None,
    choices: tuple[Any, ...] = (),
    **options: Any,
) -> Any:
    """Show the control of a setting, under its own name in the address; return what is chosen, widths as text.

    Args:
        settings: of the page.
        default: what it begins with on this page.
        registry: the keys on offer, where not all that the setting allows.
        choices: the only values on offer, where not all that the setting allows.
        options: for the widget.
    """
    setting = SETTINGS[name]
    label = _(setting.label)
    if setting.help:
        options = {"help": _(setting.help)} | options
    match setting:
        case Choice():
            return settings.menu(name, label, registry or setting.registry, default, **options)
        case Number() if choices:
            return settings.selectbox(name, label, choices, default, **options)
        case Whole() if choices:
            return settings.select_slider(name, label, choices, default, **options)
        case Number() | Whole() if setting.choices:
            limits = (setting.minimum, setting.maximum)
            return settings.select_slider(name, label, setting.choices, default, limits, **options)
        case Number() | Whole() if setting.slider:
            minimum, maximum, step = setting.slider
            return settings.slider(name, label, minimum, maximum, default, step, **options)
        case Number() | Whole():
            return settings.number(name, label, setting.minimum, setting.maximum, default, **options)
        case Switch():
            return settings.switch(name, label, default, **options)
        case Widths():
            return settings.text(name, label, format_layers(default), **options)
        case _text:
            return settings.text(name, label, default, **options)
