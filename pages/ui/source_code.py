"""The code behind a page, read from what ran."""

import inspect
from collections.abc import Callable

import streamlit as st

from core.text.i18n import _


def show_source(*objects: Callable | type) -> None:
    """Offer the source of these functions and classes, each under its own name, in one folded section.

    It is what ran, with the app around it; a program that runs alone is shown by the page itself.
    """
    with st.expander(_("The code behind this page"), icon=":material/code:"):
        st.caption(_("Excerpts from the app’s own files: each runs there, with what its file imports."))
        for item in objects:
            st.caption(f"`{item.__module__}.{item.__qualname__}`")
            st.code(inspect.getsource(item), language="python")
