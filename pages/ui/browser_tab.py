"""The app's own part in the browser, on every page: the tab's token, its address, and what it says about its line.

The token, in a cookie, finds the session's workspace again after a reload; it is never in an address. The browser
remembers the settings of the runs by itself, for when the server was started anew.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.components import v2

from core.text.i18n import _
from pages.ui.run_links import relative_address, root
from pages.ui.session import COOKIE, keep_session, session_visit
from pages.ui.url_settings import arrival_address, await_arrival

_CODE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
REMEMBERED = 6  # runs; their settings, for when the runs themselves are gone
_KEY = "browser_tab"
_CALLS = "ui.browser_tab.calls"  # to `scroll_to_top`
_server = secrets.token_hex(4)  # tells this start of the server from the one before


@contextmanager
def browser_tab(page: st.Page) -> Iterator[None]:
    """Tell the browser's side, after this run of the page inside, what it is to remember."""
    session_visit()  # what was kept is there before the page looks for it
    await_arrival()
    yield
    keep_session()
    with st._event:  # takes no line of the page, and stays when another page comes
        v2.component(_KEY, js=_CODE)(data=_data(page), key=f"{_KEY}_element", on_line_change=_nothing)


def scroll_to_top() -> None:
    """Show the beginning of the page after its next run, as Streamlit does by itself where another page comes."""
    st.session_state[_CALLS] = st.session_state.get(_CALLS, 0) + 1


def _data(page: st.Page) -> dict[str, Any]:
    visit = session_visit()
    query = arrival_address()
    return {
        "cookie": COOKIE,
        "token": visit.workspace.token,
        "lost": visit.lost,
        "server": _server,
        "root": root(),
        "scrolls": st.session_state.get(_CALLS, 0),
        "address": None if query is None else {"page": page.url_path, "query": urlencode(query)},
        "runs": [
            {"title": f"{entry.name}: {entry.run.title}", "address": relative_address(entry.run.config)}
            for entry in visit.workspace.run_store.entries[-REMEMBERED:]
        ],
        "words": {
            "noLine": _("The line to the server is lost. Trying again; what you made is kept for half an hour."),
            "restarted": _("The server has been restarted, and your runs are gone. Their settings are still here:"),
            "tooLong": _("You were away for more than half an hour, and your runs are gone. Their settings remain:"),
            "close": _("Close"),
        },
    }


def _nothing() -> None:
    """Streamlit takes in a trigger only where it has a callback; that the page runs again is all that is wanted."""
