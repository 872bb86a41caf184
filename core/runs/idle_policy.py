"""When a run pauses or ends because nobody is there to watch it."""

from collections.abc import Callable
from enum import Enum

DISCONNECT_GRACE = 90.0  # seconds after a closed tab before its run ends; a short loss of network looks the same
IDLE_PAUSE_AFTER = 600.0  # seconds without a heartbeat before a run pauses
IDLE_STOP_AFTER = 3600.0  # seconds without a heartbeat before a paused run ends


class IdleAction(Enum):
    """What is to become of a run."""

    GO_ON = "go on"
    PAUSE = "pause"
    STOP_CLOSED = "stop: the tab was closed"
    STOP_IDLE = "stop: nobody looked"


class IdlePolicy:
    """Keeps the time since a page last showed a run, and since its tab was closed.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_heartbeat = clock()
        self._disconnected_at: float | None = None

    def heartbeat(self) -> None:
        """Note that a page shows the run."""
        self._last_heartbeat = self._clock()

    def disconnected(self) -> None:
        """Note that the person's tab is gone."""
        self._disconnected_at = self._clock()

    def reconnected(self) -> None:
        """Note that the tab is there again. A heartbeat is not enough: one may still be under way from before."""
        self._disconnected_at = None

    def decide(self, running: bool) -> IdleAction:
        """Return what is to become of a run that is running, or paused."""
        now = self._clock()
        if self._disconnected_at is not None and now - self._disconnected_at > DISCONNECT_GRACE:
            return IdleAction.STOP_CLOSED
        idle = now - self._last_heartbeat
        if running:
            return IdleAction.PAUSE if idle > IDLE_PAUSE_AFTER else IdleAction.GO_ON
        return IdleAction.STOP_IDLE if idle > IDLE_STOP_AFTER else IdleAction.GO_ON
