"""What stands around every page: navigation, title and language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import streamlit as st

from core.datasets.downloads import remove_leftovers
from core.scheduler import page_runs, prepare_thread, prepare_torch
from core.text.i18n import _, use_language
from pages.ui.browser_tab import browser_tab
from pages.ui.housekeeping import keep_house
from pages.ui.navigation import sections
from pages.ui.session import keep_session
from pages.ui.streamlit_workarounds import (
    main_script,
    note_timer,
    rerun_by_main_script,
    sent_before_timer_asks,
    skipped_main_script,
)

# A file of our own: Streamlit would fetch its named icons for the browser's tab from the internet.
ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_suffix(".css")

Given = ParamSpec("Given")
Result = TypeVar("Result")


@contextmanager
def frame() -> Iterator[st.Page]:
    """Put navigation, title and language in place, and yield the page to run inside."""
    with main_script(), sent_before_timer_asks(), page_runs.answer():
        page = _put_frame()
        with browser_tab(page):
            yield page


def begin() -> None:
    """The first call of every page: put the frame around a page that was reached past app.py."""
    if skipped_main_script():
        _put_frame()
        rerun_by_main_script()


def live(
    *, run_every: float | None = None, in_turn: bool = False
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Make a function a fragment, run again on its own every so many seconds while it is on the page.

    Such a run begins neither at app.py nor at the page, so that torch and the reader's language are set anew.

    Args:
        in_turn: whether it waits for what people wait for; what has a timer always does.
    """
    mark = page_runs.update if in_turn or run_every is not None else page_runs.answer

    def decorate(panel: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(panel)
        def prepared(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            prepare_thread()
            use_language(st.context.locale)
            with mark():
                result = panel(*args, **kwargs)
                keep_session()
                return result

        if run_every is not None:
            note_timer()
        return st.fragment(run_every=run_every)(prepared)

    return decorate


@st.cache_resource(show_spinner=False)
def _prepare_process() -> None:
    prepare_torch()
    remove_leftovers()
    keep_house()


def _put_frame() -> st.Page:
    _prepare_process()
    prepare_thread()
    use_language(st.context.locale)
    st.html(STYLE)
    st.set_page_config(page_icon=ICON)
    # At the top, where it takes no width from the lesson and moves nothing aside when it comes.
    page = st.navigation(sections(), position="top")
    st.set_page_config(page_title=_("{page} · PyTorch playground").format(page=page.title))
    return page
