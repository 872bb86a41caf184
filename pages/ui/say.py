"""Sentences in a box. Often a part of them was given by a person, so they are shown letter for letter, not as Markdown.

    say.error(str(problem))
    say.error(_("These layers do not fit."), code=pytorch_words)

The `code` of each comes below its sentence, and `icon` stands before it.
"""

import streamlit as st

from pages.ui.markdown import code as as_code
from pages.ui.markdown import plain


def error(sentence: str, code: str = "", icon: str | None = None) -> None:
    """Say why something cannot be."""
    st.error(_shown(sentence, code), icon=icon)


def warning(sentence: str, code: str = "", icon: str | None = None) -> None:
    """Say what is not as the person may think."""
    st.warning(_shown(sentence, code), icon=icon)


def info(sentence: str, code: str = "", icon: str | None = None) -> None:
    """Say what there is to know, or to do."""
    st.info(_shown(sentence, code), icon=icon)


def success(sentence: str, code: str = "", icon: str | None = None) -> None:
    """Say that something was done."""
    st.success(_shown(sentence, code), icon=icon)


def _shown(sentence: str, code: str) -> str:
    return "\n\n".join([*([plain(sentence)] if sentence else []), *([as_code(code)] if code else [])])
