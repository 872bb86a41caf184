"""The settings of a run that mean something for it, in words."""

from core.config.fields import SETTINGS, applies, default_of
from core.config.train_config import TrainConfig
from core.text.i18n import _


def used_settings(config: TrainConfig) -> list[tuple[str, str]]:
    """Return label and value, in words, of each setting that the run made use of."""
    return [
        (_(setting.label), setting.describe(getattr(config, name)))
        for name, setting in SETTINGS.items()
        if setting.label
        and applies(config, name)
        and (setting.told_by_default or getattr(config, name) != default_of(name))
    ]
