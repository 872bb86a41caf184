"""The questions that the pages ask."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType

import core
from core.text.prediction import Prediction


def all_questions() -> list[Prediction]:
    """Return every question of every module of core that is named `predictions`, by itself or in a dict."""
    names = [module.name for module in pkgutil.walk_packages(core.__path__, "core.")]
    modules = [import_module(name) for name in names if name.endswith(".predictions")]
    return [question for module in modules for question in _questions(module)]


def _questions(module: ModuleType) -> Iterator[Prediction]:
    for value in list(vars(module).values()):
        several = value.values() if isinstance(value, Mapping) else [value]
        yield from (each for each in several if isinstance(each, Prediction))
