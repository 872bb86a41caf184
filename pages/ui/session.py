"""What a person has made in this session: the training runs."""

from typing import Any

import streamlit as st

from core.config import TrainConfig
from core.datasets import data_of
from core.runs import Run
from core.runs.store import RunStore


def session_key(owner: str, name: str) -> str:
    """Return the key under which a module keeps something in st.session_state: no other module has the same.

    Args:
        owner: `__name__`; of a pages/<page>.py, which Streamlit runs as `__main__`, the page's own name.
    """
    return f"{owner.removeprefix('pages.').removeprefix('parts.')}.{name}"


SHELF = session_key(__name__, "shelf")
RUNS = session_key(__name__, "runs")


class Runs:
    """The runs of one session as one page sees them: `current` is the one that it shows, or None."""

    def __init__(self, run_store: RunStore | None = None) -> None:
        self.run_store = run_store if run_store is not None else RunStore()
        self._current: Run | None = None

    @property
    def all(self) -> list[Run]:
        """The runs of the session, of all pages, oldest first."""
        return self.run_store.runs

    @property
    def current(self) -> Run | None:
        """The run that this page shows; None where there is none, or where it was deleted on another page."""
        if self._current is not None and self.run_store.find(self._current.number) is None:
            self._current = None
        return self._current

    @current.setter
    def current(self, run: Run | None) -> None:
        self._current = run

    def start(self, config: TrainConfig, paused: bool = False, **options: Any) -> Run:
        """Begin a run and show it. While one is still going on that one is returned, so that two quick clicks are one.

        `options` are those of core.runs.Run.

        Raises:
            DatasetMissing, DatasetDamaged: the data cannot be read; the message says what to do.
        """
        if self.current is not None and not self.current.status.over:
            return self.current
        run = Run(config, data_of(config), paused, self.run_store.next_number(), **options)
        self.run_store.add(run)
        self.current = run
        return run

    def put_aside(self) -> None:
        """Stop the run that is shown, if there is one, and make room for another.

        It stays among `all`, unless nothing has been trained in it and nobody pinned it.
        """
        run = self.current
        if run is None:
            return
        run.stop()
        self.current = None
        if run.view().last is None:
            self._forget(run)

    def reset(self) -> None:
        """Stop the run that is shown, and forget it unless it is pinned."""
        run = self.current
        self.put_aside()
        if run is not None:
            self._forget(run)

    def _forget(self, run: Run) -> None:
        entry = self.run_store.find(run.number)
        if entry is not None and not entry.pinned:
            self.run_store.remove(run)


@st.cache_resource(scope="session", show_spinner=False, on_release=RunStore.disconnected)
def _presence(_run_store: RunStore) -> RunStore:
    """Stand for the person's tab: Streamlit lets go of it soon after the tab is closed (or the network is cut)."""
    _run_store.reconnected()
    return _run_store


def session_run_store() -> RunStore:
    """Return all runs of this session, and note that the person is here."""
    run_store = st.session_state.setdefault(SHELF, RunStore())
    _presence(run_store).heartbeat()
    return run_store


def session_runs(key: str = RUNS) -> Runs:
    """Return this session's runs with the present one of the page, or pages, that keep theirs under this key."""
    run_store = session_run_store()
    return st.session_state.setdefault(key, Runs(run_store))
