"""Buttons that set a page's controls to a telling case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.text.i18n import _


@dataclass(frozen=True)
class Suggestion:
    """One button; `action` is called, with `args`, before the page is drawn anew."""

    label: str
    icon: str
    help: str
    action: Callable[..., None]
    args: tuple[Any, ...] = ()
    key: str | None = None


def show_suggestions(*suggestions: Suggestion) -> None:
    """Show the suggestions in one row."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Try this"), width="content")
        for suggestion in suggestions:
            st.button(
                suggestion.label,
                icon=suggestion.icon,
                help=suggestion.help,
                on_click=suggestion.action,
                args=suggestion.args,
                key=suggestion.key,
            )
