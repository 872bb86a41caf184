"""The questions that the pages ask."""

import pkgutil
from importlib import import_module

import core
from core.text.prediction import Prediction


def all_questions() -> list[Prediction]:
    """Return every question of every module of core that is named `predictions`."""
    names = [module.name for module in pkgutil.walk_packages(core.__path__, "core.")]
    modules = [import_module(name) for name in names if name.endswith(".predictions")]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Prediction)]
