"""Work that takes longer than a page may: done in slices, while the page shows how far it is."""

import time
from collections.abc import Callable, Generator
from typing import TypeVar

import streamlit as st

from core.scheduler import TURNS

TICK = 0.3  # seconds from one slice to the next
SLICE = 0.15  # seconds of work at a time

Progress = TypeVar("Progress")
Result = TypeVar("Result")


class Work:
    """A generator on its way: `latest` is what it yielded last, `result` what it returned once it is `done`."""

    def __init__(self, generator: Generator[Progress, None, Result]) -> None:
        self._generator = generator
        self.latest: Progress | None = None
        self.result: Result | None = None
        self.done = False

    def go_on(self, seconds: float = SLICE) -> None:
        """Work for so long, in turn with all trainings, or until it is done."""
        ends = time.perf_counter() + seconds
        while not self.done and time.perf_counter() < ends:
            with TURNS.turn():
                try:
                    self.latest = next(self._generator)
                except StopIteration as end:
                    self.done, self.result = True, end.value


def work(key: str, subject: object, begin: Callable[[], Generator[Progress, None, Result]]) -> Work:
    """Return the work of this key, begun anew where it is about something else than before.

    Call `go_on` in a fragment that runs every TICK seconds until it is done. One thing at a time is kept for each key.
    """
    kept = st.session_state.get(key)
    if kept is None or kept[0] != subject:
        kept = st.session_state[key] = (subject, Work(begin()))
    return kept[1]
