"""Buttons that set a page's controls to a telling case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.text.i18n import _


@dataclass(frozen=True)
class Suggestion:
    """One button, and in `help` what it shows; `action` is called, with `args`, before the page is drawn anew."""

    label: str
    icon: str
    help: str
    action: Callable[..., None]
    args: tuple[Any, ...] = ()
    key: str | None = None


def show_suggestions(*suggestions: Suggestion) -> None:
    """Show the suggestions in one row, which on a phone is moved sideways, each with its words below it."""
    # page_frame.css finds the row by the beginning of its key.
    with st.container(horizontal=True, key=f"suggestions_{suggestions[0].label}"):
        st.caption(_("Try this"), width="content")
        for suggestion in suggestions:
            with st.container():
                st.button(
                    suggestion.label,
                    icon=suggestion.icon,
                    on_click=suggestion.action,
                    args=suggestion.args,
                    key=suggestion.key,
                )
                st.caption(suggestion.help)
