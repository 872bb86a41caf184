"""The settings of a run."""

from core.config.kinds import ConfigError
from core.config.train_config import TrainConfig

__all__ = ["ConfigError", "TrainConfig"]
