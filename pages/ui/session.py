"""What a person has made in this session: the training runs, and what else a reload must not lose."""

from typing import Any

import streamlit as st

from core.config import TrainConfig
from core.datasets import data_of
from core.runs import Run
from core.runs.store import RunStore
from core.runs.workspace import Workspace, Workspaces

COOKIE = "playground"  # holds the token of the tab's workspace; the browser's side writes it
CAME_BACK = ".left"  # behind the token, where the tab said that it was about to go
VISIT = "ui.session.visit"

workspaces = Workspaces()
_kept_keys: set[str] = set()


def session_key(owner: str, name: str) -> str:
    """Return the key under which a module keeps something in st.session_state: no other module has the same.

    What is kept under such a key is there again after a reload.

    Args:
        owner: `__name__`; of a pages/<page>.py, which Streamlit runs as `__main__`, the page's own name.
    """
    key = f"{owner.removeprefix('pages.').removeprefix('parts.')}.{name}"
    _kept_keys.add(key)
    return key


RUNS = session_key(__name__, "runs")


class Runs:
    """The runs of one session as one page sees them: `current` is the one that it shows, or None."""

    def __init__(self, run_store: RunStore | None = None) -> None:
        self.run_store = run_store if run_store is not None else RunStore()
        self._current: int | None = None  # its number: a session that is long closed must not hold on to a run

    @property
    def all(self) -> list[Run]:
        """The runs of the session, of all pages, oldest first."""
        return self.run_store.runs

    @property
    def current(self) -> Run | None:
        """The run that this page shows; None where there is none, or where it was deleted on another page."""
        entry = None if self._current is None else self.run_store.find(self._current)
        return entry.run if entry else None

    @current.setter
    def current(self, run: Run | None) -> None:
        self._current = run.number if run else None

    def start(self, config: TrainConfig, paused: bool = False, **options: Any) -> Run:
        """Begin a run and show it. While one is still going on that one is returned, so that two quick clicks are one.

        `options` are those of core.runs.Run.

        Raises:
            DatasetMissing, DatasetDamaged: the data cannot be read; the message says what to do.
        """
        if self.current is not None and not self.current.status.over:
            return self.current
        self.current = run = self.start_beside(config, paused, **options)
        return run

    def start_beside(self, config: TrainConfig, paused: bool = False, **options: Any) -> Run:
        """Begin a run beside the one that is shown; as `start`."""
        run = Run(config, data_of(config), paused, self.run_store.next_number(), **options)
        self.run_store.add(run)
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


class Visit:
    """One session's stay in a workspace.

    Attributes:
        lost: the token of the workspace that the browser asked for, where it is no longer there; else empty.
    """

    def __init__(self, workspace: Workspace, lost: str = "") -> None:
        self.workspace = workspace
        self.lost = lost

    def begin(self) -> None:
        """Say that the tab is there."""
        self.workspace.enter(self)

    def end(self) -> None:
        """Say that the tab is gone."""
        self.workspace.leave(self)


@st.cache_resource(scope="session", show_spinner=False, on_release=Visit.end)
def _presence(_visit: Visit) -> Visit:
    """Stand for the person's tab: Streamlit lets go of it soon after the tab is closed (or the network is cut)."""
    _visit.begin()
    return _visit


def session_visit() -> Visit:
    """Return this session's stay in its workspace: the one that the browser's tab had before, or a new one."""
    if VISIT not in st.session_state:
        token, came_back, _rest = st.context.cookies.get(COOKIE, "").partition(CAME_BACK)
        known = workspaces.find(token, bool(came_back))
        st.session_state[VISIT] = Visit(known) if known else Visit(workspaces.open(), lost=token)
        for key, value in st.session_state[VISIT].workspace.kept.items():
            st.session_state[key] = value
    visit = st.session_state[VISIT]
    _presence(visit)
    return visit


def keep_session() -> None:
    """Keep what this run of the page left under the keys of `session_key`, for the time after a reload."""
    state = {str(key): st.session_state[key] for key in st.session_state if key in _kept_keys}
    session_visit().workspace.kept = state


def session_run_store() -> RunStore:
    """Return all runs of this session, and note that the person is here."""
    run_store = session_visit().workspace.run_store
    run_store.heartbeat()
    return run_store


def session_runs(key: str = RUNS) -> Runs:
    """Return this session's runs with the present one of the page, or pages, that keep theirs under this key."""
    run_store = session_run_store()
    return st.session_state.setdefault(key, Runs(run_store))
