"""What a page shows before PyTorch is imported: the navigation, and the question that is its heading."""

from pathlib import Path

import streamlit as st

from core.lessons.path import PATH
from core.text.i18n import _, use_language
from pages.ui.navigation import LESSONS, lesson, sections

# A file of our own: Streamlit would fetch its named icons for the browser's tab from the internet.
ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_name("page_frame.css")


def show_heading() -> st.Page:
    """Show the navigation and the heading of the page that was asked for, and return that page."""
    use_language(st.context.locale)
    st.set_page_config(page_icon=ICON, layout="wide")  # the width first, so that little is seen with another
    st.html(STYLE)
    # At the top, where it takes no width from the lesson and moves nothing aside when it comes.
    page = st.navigation(sections(), position="top")
    st.set_page_config(page_title=_("{page} · PyTorch playground").format(page=page.title))
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        st.title(_(lesson(page).question), width="content")
        if page.url_path in PATH:
            st.caption(stop_words(page.url_path), width="content")
    return page


def stop_words(name: str) -> str:
    """Say how long a lesson takes, and what comes before it."""
    stop = PATH[name]
    words = _("about {minutes} minutes").format(minutes=stop.minutes)
    if not stop.after:
        return words
    return _("{minutes} · after {lessons}").format(
        minutes=words, lessons=", ".join(_(LESSONS[before].title) for before in stop.after)
    )
