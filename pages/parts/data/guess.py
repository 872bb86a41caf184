"""A question that is asked before the page shows the answer; whoever just wants to see it may."""

from collections.abc import Mapping

import streamlit as st

from core.lessons.data.puzzles import SHOWN
from core.text.i18n import _
from pages.ui.url_settings import Settings


def guess_of(settings: Settings, name: str, answers: Mapping[str, str]) -> str:
    """Return the answer that was guessed, a key of `answers` or SHOWN; empty as long as the question is open."""

    def read(text: str) -> str:
        if text not in (SHOWN, *answers):
            raise ValueError(text)
        return text

    return settings.bind_value(name, "", read, str)


def ask(settings: Settings, name: str, question: str, answers: Mapping[str, str]) -> None:
    """Ask, with a button for each answer, whose label is Markdown, and one for no answer at all."""
    st.markdown(f"**{question}**")
    with st.container(horizontal=True):
        for answer, label in answers.items():
            st.button(label, key=_key(settings, name, answer), on_click=settings.set, args=({name: answer},))
        st.button(
            _("Just show me"),
            icon=":material/visibility:",
            type="tertiary",
            key=_key(settings, name, SHOWN),
            on_click=settings.set,
            args=({name: SHOWN},),
        )


def ask_again(settings: Settings, name: str) -> None:
    st.button(
        _("Ask me again"),
        icon=":material/undo:",
        type="tertiary",
        key=_key(settings, name, "again"),
        on_click=settings.set,
        args=({name: ""},),
    )


def _key(settings: Settings, name: str, answer: str) -> str:
    return settings.key(f"{name}_{answer}_button")
