"""What a person has made, kept for a while after their browser's tab is gone, in bounded memory.

A reload, a cut line and a sleeping laptop all look alike from here: the tab goes, and perhaps comes back. It comes back
with the token that it was given, which nobody can guess.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from core.runs.store import MAX_BYTES, RunStore

KEEP = 1800.0  # seconds that a workspace waits for its tab to come back
ROOM = 192 * 1024**2  # bytes of the tensors of all workspaces; a small server has a gigabyte for everything
LEAST_ROOM = 8 * 1024**2  # bytes that each of many may have: the moments of one run, and its network


class Workspace:
    """What one tab's person has made.

    Attributes:
        token: under which it is found again.
        run_store: their runs.
        kept: what else the pages want to find again, by their own names for it; replaced as a whole, never changed.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.token = secrets.token_urlsafe(32)
        self.run_store = RunStore()
        self.kept: Mapping[str, Any] = {}
        self._clock = clock
        self._lock = Lock()
        self._visits: set[object] = set()
        self._left_at: float | None = clock()

    @property
    def left_at(self) -> float | None:
        """When its last tab went, in seconds of the clock; None while there is one."""
        return self._left_at

    def enter(self, visit: object) -> None:
        """Say that a tab is there; `visit` tells it from others."""
        with self._lock:
            self._visits.add(visit)
            self._left_at = None
        self.run_store.reconnected()

    def leave(self, visit: object) -> None:
        """Say that a tab is gone. The server may learn of it only after the same tab, reloaded, came back."""
        with self._lock:
            self._visits.discard(visit)
            if self._visits or self._left_at is not None:
                return
            self._left_at = self._clock()
        self.run_store.disconnected()


class Workspaces:
    """All workspaces of the process.

    Args:
        clock: seconds, monotonic; tests replace it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._by_token: dict[str, Workspace] = {}

    def open(self) -> Workspace:
        """Return a new workspace."""
        workspace = Workspace(self._clock)
        with self._lock:
            self._by_token[workspace.token] = workspace
        return workspace

    def find(self, token: str, came_back: bool) -> Workspace | None:
        """Return the workspace of a token, None where there is none.

        Args:
            came_back: the tab itself said that it was about to go. Of any other, such as a second tab of the same
                browser, that workspace is not which somebody still works in.
        """
        with self._lock:
            workspace = self._by_token.get(token)
        if workspace is None or (workspace.left_at is None and not came_back):
            return None
        return workspace

    def tidy(self) -> int:
        """Forget what was left too long ago, or has to go for want of room; return how many workspaces that were.

        The rest share the room, so that a crowd leaves each of them less of their past.
        """
        with self._lock:
            present = list(self._by_token.values())
            gone = self._overdue(present)
            for workspace in gone:
                del self._by_token[workspace.token]
        for workspace in gone:
            workspace.run_store.clear()
        share = max(LEAST_ROOM, min(MAX_BYTES, ROOM // max(len(present) - len(gone), 1)))
        for workspace in set(present) - set(gone):
            workspace.run_store.room = share
            workspace.run_store.tidy()
        return len(gone)

    def _overdue(self, present: list[Workspace]) -> list[Workspace]:
        left = sorted((w for w in present if w.left_at is not None), key=lambda w: w.left_at or 0.0)
        total = sum(workspace.run_store.nbytes for workspace in present)
        gone = []
        for workspace in left:
            if self._clock() - (workspace.left_at or 0.0) <= KEEP and total <= ROOM:
                break
            total -= workspace.run_store.nbytes
            gone.append(workspace)
        return gone
