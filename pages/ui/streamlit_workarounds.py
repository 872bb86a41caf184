"""What works around Streamlit 1.67's inner ways, in the server here and in the browser in the file beside this one.

Each has a test that shows the fault in a bare app without it, and that fails once Streamlit has mended it: then it can
go. They are in tests/pages/ui/test_streamlit_workarounds.py and, where it takes a browser, in tests/browser/.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

IN_THE_BROWSER = Path(__file__).with_suffix(".js")
SENDING = 0.03  # seconds in which Streamlit, which looks every 0.01 s, sends what a run has drawn
_TICKING = "ui.streamlit_workarounds.ticking"

# ---- The first run of a server process that is opened by a page's own address skips the main script.
#
# It goes through Streamlit's old router for the folder pages/, which knows nothing of app.py. From the second run on
# the main script is in charge, and gives every widget another identity: so that second run is asked for at once, before
# anyone can have touched one.

# One script run is one thread, so the mark belongs to the thread: of two runs of one session that overlap, neither
# takes the other's away, as they would in st.session_state.
_in_main_script = ContextVar("in_main_script", default=False)


@contextmanager
def main_script() -> Iterator[None]:
    """Mark a run of a page as one that was begun by the main script."""
    token = _in_main_script.set(True)
    try:
        yield
    finally:
        _in_main_script.reset(token)


def skipped_main_script() -> bool:
    """Return whether this run of a page was not begun by the main script."""
    return not _in_main_script.get()


def has_browser() -> bool:
    """Return whether someone visits. AppTest, which has no browser, skips the main script in every run."""
    return st.context.url is not None


def rerun_by_main_script() -> None:
    """Run again, after st.navigation was called."""
    st.rerun()


# ---- The timer of a fragment throws away what the run of the page before has drawn and not sent yet.
#
# If the timer's question comes at once after such a run, what the fragment drew there is dropped, but it is still sent
# that the page is complete: the browser takes the fragment's charts off and builds them anew.


def note_timer() -> None:
    """Say that this run puts a timer on the page, which may still ask after the next run."""
    st.session_state[_TICKING] = True


@contextmanager
def sent_before_timer_asks() -> Iterator[None]:
    """End the run of a page, on which the run before has put a timer, only when the browser was sent all of it."""
    ticking = st.session_state.pop(_TICKING, False)
    try:
        yield
    finally:
        if ticking:
            time.sleep(SENDING)


# ---- A session whose tab is closed is kept until the next visitor comes, however long that takes.
#
# It is put into a cache that forgets after two minutes, but only when something is put into it or taken out.


def end_closed_sessions() -> int:
    """End the sessions whose tab was closed more than two minutes ago; return how many."""
    server: Any = runtime.get_instance()
    cache = server._session_mgr._session_storage._cache

    async def expire() -> int:
        return len(cache.expire())

    return asyncio.run_coroutine_threadsafe(expire(), server._get_async_objs().eventloop).result()


# ---- The code of a component is sent along with each of its values.
#
# So the code of a component that shows frame after frame travels in another component, whose value never changes and
# which is therefore sent once.

_SHOW = """
export default function (component) {
  const room = (globalThis.ROOM ??= {})
  if (room.show) return room.show(component)
  let leave = null
  const waiting = (room.waiting ??= [])
  const show = () => (leave = room.show(component))
  waiting.push(show)
  room.arrived ??= () => waiting.splice(0).forEach((late) => late())
  return () => {
    if (waiting.includes(show)) waiting.splice(waiting.indexOf(show), 1)
    leave?.()
  }
}
"""


def shown_by(room: str) -> str:
    """Return the few lines of a component that is shown by the code of another.

    Args:
        room: the name of a global object; the other component sets its function `show`, and then calls its function
            `arrived`, if there is one.
    """
    return _SHOW.replace("ROOM", room)
