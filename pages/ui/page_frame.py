"""What stands around every page: navigation, title and language."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path

import streamlit as st

from core.scheduler import prepare_thread, prepare_torch
from core.text.i18n import _, use_language
from pages.ui.navigation import sections

# A file of our own: Streamlit would fetch its named icons for the browser's tab from the internet.
ICON = Path(__file__).with_name("icon.svg")
SIDEBAR = 230  # pixels; as wide as the longest title needs, so that the lesson gets the rest
SENDING = 0.03  # seconds in which Streamlit, which looks every 0.01 s, sends what a run has drawn
TICKING = "frame.ticking"

# One script run is one thread, so the mark belongs to the thread: of two runs of one session that overlap, neither
# takes the other's away, as they would in st.session_state.
_framed = ContextVar("framed", default=False)


@contextmanager
def frame() -> Iterator[st.Page]:
    """Put navigation, title and language in place, and yield the page to run inside.

    A run of a page whose timer is still at work ends only when the browser has been sent all of it. If the timer's
    question came at once after it, Streamlit 1.67 would throw away what the fragment drew here and was not sent yet,
    but still send that the page is complete: the browser would take the fragment's charts off and build them anew.
    """
    token = _framed.set(True)
    ticking = st.session_state.pop(TICKING, False)
    try:
        yield _put_frame()
    finally:
        _framed.reset(token)
        if ticking:
            time.sleep(SENDING)


def begin() -> None:
    """The first call of every page: put the frame around a page that was reached past app.py.

    The first run of a server process that is opened by a page's own address still goes through Streamlit's old router
    for the folder pages/, which knows nothing of app.py. From the second run on app.py is in charge, and gives every
    widget another identity: so that second run is asked for at once, before anyone can have touched one. Not without a
    browser: AppTest goes through the old router in every run after a switch_page.
    """
    if _framed.get():
        return
    _put_frame()
    if st.context.url is not None:
        st.rerun()


def live(*, run_every: float | None = None) -> Callable[[Callable], Callable]:
    """Make a function a fragment, run again on its own every so many seconds while it is on the page.

    Such a run begins neither at app.py nor at the page, so that torch and the reader's language are set anew.
    """

    def decorate(panel: Callable) -> Callable:
        @wraps(panel)
        def prepared(*args, **kwargs):
            prepare_thread()
            use_language(st.context.locale)
            return panel(*args, **kwargs)

        if run_every is not None:
            st.session_state[TICKING] = True
        return st.fragment(run_every=run_every)(prepared)

    return decorate


@st.cache_resource(show_spinner=False)
def _prepare_process() -> None:
    prepare_torch()


def _put_frame() -> st.Page:
    _prepare_process()
    prepare_thread()
    use_language(st.context.locale)
    st.set_page_config(page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    page = st.navigation(sections())
    st.set_page_config(page_title=_("{page} · PyTorch playground").format(page=page.title))
    return page
