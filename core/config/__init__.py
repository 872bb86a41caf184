from core.config.train_config import ConfigError, TrainConfig

__all__ = ["ConfigError", "TrainConfig"]
