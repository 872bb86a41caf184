"""Work that takes longer than a page may: done in slices, while the page shows how far it is."""

import time
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

import streamlit as st

from core.scheduler import compute_lock
from pages.ui.page_frame import live

TICK = 0.3  # seconds from one slice to the next
SLICE = 0.15  # seconds of work at a time

Progress = TypeVar("Progress")
Result = TypeVar("Result")


class Work(Generic[Progress, Result]):
    """A generator on its way: `latest` is what it yielded last, `result` what it returned once it is `done`."""

    def __init__(self, generator: Generator[Progress, None, Result]) -> None:
        self._generator = generator
        self.latest: Progress | None = None
        self.result: Result | None = None
        self.done = False

    def advance(self, seconds: float | None = None) -> None:
        """Work for so long, in turn with all trainings, or until it is done."""
        ends = time.perf_counter() + (SLICE if seconds is None else seconds)
        while not self.done and time.perf_counter() < ends:
            with compute_lock:
                try:
                    self.latest = next(self._generator)
                except StopIteration as end:
                    self.done, self.result = True, end.value

    def show(self: "Work[float, Result]", words: str) -> None:
        """Show the share that is done, where that is what is yielded, and in words what is being done."""
        st.progress(min(self.latest or 0.0, 1.0), words)


def work(key: str, subject: object, begin: Callable[[], Generator[Progress, None, Result]]) -> Work[Progress, Result]:
    """Return the work of this key, begun anew where it is about something else than before.

    Call `advance` in a fragment that runs every TICK seconds until it is done. One work at a time is kept for a key.
    """
    kept = st.session_state.get(key)
    if kept is None or kept[0] != subject:
        kept = st.session_state[key] = (subject, Work(begin()))
    return kept[1]


def finished(
    key: str,
    subject: object,
    begin: Callable[[], Generator[float, None, Result]],
    words: str,
    seconds: float | None = None,
    room: int | None = None,
) -> Result | None:
    """Return what the work of this key came to; until it is done, show how far it is, and return None.

    Args:
        begin: starts it; it yields the share that is done.
        words: what is being done.
        seconds: of work in each TICK.
        room: pixels of height that the result will take, so that nothing moves when it comes.
    """
    present = work(key, subject, begin)
    present.advance(seconds)
    if not present.done:
        with st.container(height=room or "content", border=False):
            live(run_every=TICK)(_go_on)(present, words, seconds)
    return present.result


def _go_on(present: Work, words: str, seconds: float | None) -> None:
    present.advance(seconds)
    if present.done:
        st.rerun()
    present.show(words)
