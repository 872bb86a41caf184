"""How the status of a run is named, with its icon and color."""

from typing import Literal

from core.runs import Status
from core.text.i18n import N_

BadgeColor = Literal["red", "orange", "blue", "green", "gray"]

BADGES: dict[Status, tuple[str, str, BadgeColor]] = {
    Status.RUNNING: (N_("training"), ":material/play_arrow:", "green"),
    Status.PAUSED: (N_("paused"), ":material/pause:", "orange"),
    Status.TESTING: (N_("testing"), ":material/fact_check:", "blue"),
    Status.FINISHED: (N_("finished"), ":material/check:", "blue"),
    Status.STOPPED: (N_("stopped"), ":material/stop:", "gray"),
    Status.DIVERGED: (N_("diverged"), ":material/warning:", "red"),
    Status.FAILED: (N_("failed"), ":material/error:", "red"),
}
