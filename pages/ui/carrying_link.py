"""Links to another page that arrive with the very thing that they speak of."""

from collections.abc import Mapping
from typing import Any, NoReturn

import streamlit as st

from pages.ui.browser_tab import scroll_to_top
from pages.ui.navigation import LESSONS, page
from pages.ui.url_settings import Settings


def carrying_link(name: str, label: str, settings: Mapping[str, Any]) -> None:
    """Show a link to the page pages/<name>.py, on which these settings will be set.

    It is a button, as a link cannot set anything.
    """
    if st.button(label, icon=LESSONS[name].icon, type="tertiary", key=f"to_{name}"):
        Settings(name, here=False).set(settings)
        st.switch_page(page(name))


def open_at(name: str, address: Mapping[str, str]) -> NoReturn:
    """Open the page pages/<name>.py with these settings, written as in its address; it may be the one that is open."""
    Settings(name, here=False).accept(address)
    scroll_to_top()
    st.switch_page(page(name))
