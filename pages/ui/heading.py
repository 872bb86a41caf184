"""What a page shows before PyTorch is imported: the navigation, and the question that is its heading."""

from pathlib import Path

import streamlit as st

from core.text.i18n import _, use_language
from pages.ui.navigation import lesson, sections

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
    st.title(_(lesson(page).question))
    return page
