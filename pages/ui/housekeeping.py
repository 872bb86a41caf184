"""What the app clears away by its own clock, as the next visitor may come hours later."""

import ctypes
import gc
import sys
import time
from threading import Thread

from pages.ui.session import workspaces
from pages.ui.streamlit_workarounds import end_closed_sessions

PERIOD = 5.0  # seconds


def keep_house() -> None:
    """Begin to clear away, for as long as the process lives. To be called once."""
    Thread(target=_go_round, name="housekeeping", daemon=True).start()


def clear_away() -> bool:
    """Forget what nobody will ask for any more, and give memory back; return whether there was anything to forget."""
    gone = workspaces.tidy() + end_closed_sessions()
    if gone:
        gc.collect()
    _trim()
    return gone > 0


def _go_round() -> None:
    while True:
        time.sleep(PERIOD)
        clear_away()


def _trim() -> None:
    # The C library keeps what was freed for itself, also between the steps of a training: with 25 of them 200 of 1,050
    # MB. Only glibc can be asked to let go of it, which takes some 10 ms.
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
