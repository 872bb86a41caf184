"""What a person has made in this session: the training runs."""

import streamlit as st

from core.config import TrainConfig
from core.datasets import data_of
from core.runs import Run

MOST_RUNS = 6


class Runs:
    """The runs of one session, oldest first; `current` is the one that the Train page shows, or None."""

    def __init__(self) -> None:
        self._begun = 0
        self.all: list[Run] = []
        self.current: Run | None = None

    def start(self, config: TrainConfig, paused: bool = False, **options: object) -> Run:
        """Begin a run and show it. While one is still going on that one is returned, so that two quick clicks are one.

        `options` are those of core.runs.Run.

        Raises:
            DatasetMissing, DatasetDamaged: the data cannot be read; the message says what to do.
        """
        if self.current is not None and not self.current.status.over:
            return self.current
        self.current = Run(config, data_of(config), paused, self._begun + 1, **options)
        self._begun += 1
        self.all = [*self.all, self.current][-MOST_RUNS:]
        return self.current

    def put_aside(self) -> None:
        """Stop the run that is shown, if there is one, and make room for another; it stays among `all`."""
        if self.current is not None:
            self.current.stop()
            self.current = None

    def reset(self) -> None:
        """Stop the run that is shown and forget it."""
        if self.current in self.all:
            self.all.remove(self.current)
        self.put_aside()

    def look(self) -> None:
        """Say that the person is here."""
        for run in self.all:
            run.look()

    def leave(self) -> None:
        """Say that the person's tab is gone."""
        for run in self.all:
            run.leave()

    def come_back(self) -> None:
        """Say that the person's tab is there, after all."""
        for run in self.all:
            run.come_back()


@st.cache_resource(scope="session", show_spinner=False, on_release=Runs.leave)
def _presence(name: str, _runs: Runs) -> Runs:
    """Stand for the person's tab: Streamlit lets go of it soon after the tab is closed (or the network is cut)."""
    _runs.come_back()
    return _runs


def session_runs(name: str = "runs") -> Runs:
    """Return this session's runs of that name, and note that the person is here."""
    runs = st.session_state.setdefault(name, Runs())
    _presence(name, runs).look()
    return runs
