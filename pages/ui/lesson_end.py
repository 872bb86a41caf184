"""The end of each lesson: what to remember, questions to check oneself with, and the way on."""

import streamlit as st

from core.lessons.path import PATH
from core.text.i18n import _
from pages.ui.checks import show_checks
from pages.ui.navigation import page
from pages.ui.page_frame import live
from pages.ui.progress import tell_browser


def end_lesson(name: str) -> None:
    """Show the end of the lesson pages/<name>.py; to be called last on it, once and outside of its fragments."""
    with st.container(border=True, key="remember", gap="xsmall"):
        st.markdown(f"**{_('Things to remember')}**")
        st.markdown("\n".join(f"- {_(words)}" for words in PATH[name].remember))
    live()(_ask_and_tell)(name)
    names = list(PATH)
    following = names[names.index(name) + 1 :]
    if following:
        with st.container(horizontal=True, vertical_alignment="center", key="way_on"):
            st.caption(_("Next:"), width="content")
            st.page_link(page(following[0]), width="content")


def _ask_and_tell(name: str) -> None:
    show_checks(name)
    tell_browser(name)
