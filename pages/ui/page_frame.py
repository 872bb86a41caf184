"""What is around every page below its heading: who computes first, and what is kept for a reload."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from core.datasets.downloads import remove_leftovers
from core.scheduler import page_runs, prepare_thread, prepare_torch
from core.text.i18n import use_language
from pages.ui.browser_tab import browser_tab
from pages.ui.heading import show_heading
from pages.ui.housekeeping import keep_house
from pages.ui.session import keep_session
from pages.ui.streamlit_workarounds import (
    main_script,
    note_timer,
    sent_before_timer_asks,
    skipped_main_script,
)

Given = ParamSpec("Given")
Result = TypeVar("Result")


@contextmanager
def frame(page: st.Page) -> Iterator[None]:
    """Prepare this thread and the process for the page to run inside, and keep what it leaves."""
    with main_script(), sent_before_timer_asks(), page_runs.answer():
        _prepare()
        with browser_tab(page):
            yield


def begin() -> None:
    """The first call of every page: put what app.py does around a page that was reached past it."""
    if skipped_main_script():
        show_heading()
        _prepare()


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


def _prepare() -> None:
    _prepare_process()
    prepare_thread()
    use_language(st.context.locale)
