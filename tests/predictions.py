"""The questions that the lessons ask."""

import pkgutil
from importlib import import_module

from core import lessons
from core.text.prediction import Prediction


def all_questions() -> list[Prediction]:
    """Return every question of every module core/lessons/*/predictions.py."""
    found = []
    for lesson in pkgutil.iter_modules(lessons.__path__, f"{lessons.__name__}."):
        package = import_module(lesson.name)
        if any(module.name == "predictions" for module in pkgutil.iter_modules(package.__path__)):
            found += vars(import_module(f"{lesson.name}.predictions")).values()
    return [each for each in found if isinstance(each, Prediction)]
