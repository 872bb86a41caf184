"""Trainings in the background, and the store of a session's runs."""

from core.runs.run import Run
from core.runs.view import Status, View

__all__ = ["Run", "Status", "View"]
