"""The code behind a page, read from what ran."""

import inspect
from collections.abc import Callable

import streamlit as st

from core.text.i18n import _


def show_source(*objects: Callable | type) -> None:
    """Offer the source of these functions and classes, each under its own name, in one folded section."""
    with st.expander(_("The code behind this page"), icon=":material/code:"):
        for item in objects:
            st.caption(f"`{item.__module__}.{item.__qualname__}`")
            st.code(inspect.getsource(item), language="python")
