"""How far somebody has come in the course: what was seen, predicted and understood, kept in their browser alone."""

import json
from pathlib import Path

import streamlit as st
from streamlit.components import v2

from core.lessons.path import PATH
from core.text.i18n import _
from pages.ui import checks, predict
from pages.ui.session import session_key

_CODE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
SEEN = session_key(__name__, "seen")  # the pages
_ERASED = "ui.progress.erased"  # how often


def tell_browser(seen: str = "") -> None:
    """Let the browser remember what this session adds, and mark on Home what it remembers.

    Args:
        seen: the page that is open, where it is a lesson.
    """
    st.session_state[SEEN] = st.session_state.get(SEEN, frozenset()) | ({seen} if seen else set())
    data = {"progress": progress(), "erased": st.session_state.get(_ERASED, 0)}
    v2.component("progress", js=_CODE)(data=data, key="progress")


def progress() -> dict[str, dict[str, bool]]:
    """Return what there is of each lesson in this session: by page whether it was seen, predicted and understood."""
    guessed = {question.partition(".")[0] for question in st.session_state.get(predict.GUESSES, {})}
    return {
        name: {
            "seen": True,
            "predicted": name in guessed,
            "understood": checks.understood(name) == checks.total(name),
        }
        for name in PATH
        if name in st.session_state.get(SEEN, frozenset())
    }


def erase() -> None:
    """Forget all of it, here and in the browser; a callback."""
    for key in (SEEN, predict.GUESSES, checks.ANSWERS):
        st.session_state.pop(key, None)
    st.session_state[_ERASED] = st.session_state.get(_ERASED, 0) + 1


def marks_style() -> str:
    """Return the style by which the browser marks the cards of Home, whose keys are `path_<page>`."""
    seen, predicted, understood = _("seen"), _("predicted"), _("understood")
    words = {
        ("seen",): [seen],
        ("predicted",): [seen, predicted],
        ("understood",): [seen, understood],
        ("predicted", "understood"): [seen, predicted, understood],
    }
    rules = [
        ":root"
        + "".join(f'[data-{kind}~="{name}"]' for kind in kinds)
        + f" .st-key-path_{name}::after {{ content: {json.dumps('✓ ' + ' · '.join(said), ensure_ascii=False)} }}"
        for name in PATH
        for kinds, said in words.items()
    ]
    look = '[class*="st-key-path_"]::after { color: var(--green-text); font-size: 0.875rem; font-weight: 600 }'
    return "\n".join(["<style>", look, *rules, "</style>"])
