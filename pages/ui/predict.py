"""Predict, then see: a page asks before it shows, and the truth then stands over the guess. Nothing is graded."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.text.i18n import _
from core.text.prediction import SHOWN, Prediction, Truth
from pages.ui.session import session_key

GUESSES = session_key(__name__, "guesses")  # by the ids of the questions


def predict(
    prediction: Prediction,
    find_truth: Callable[[], Truth | None],
    numbers: Mapping[str, Any] | None = None,
    reveal: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> None:
    """Ask a question, and once it is answered or waved through, show what is true.

    Args:
        find_truth: computes it, and is called only when it is to be shown; None while it is still on its way, which
            the function itself shows then.
        numbers: what stands for the {names} in prompt and answers.
        reveal: called with `args` when the truth is asked for, before the page runs again, as to set the picture to
            what shows it.
    """
    numbers = numbers or {}
    guesses: dict[str, str] = st.session_state.get(GUESSES, {})
    answers = {name: _(words).format(**numbers) for name, words in prediction.answers.items()}
    with st.container(border=True, key=f"predict_{prediction.id.replace('.', '_')}", gap="small"):
        prompt = _(prediction.prompt).format(**numbers)
        st.markdown(_("**Predict first.** {question}").format(question=prompt))
        if prediction.id in guesses:
            if truth := find_truth():
                _show(answers, guesses[prediction.id], truth)
            ask_again(prediction.id, _forget, prediction.id)
        else:
            ask(answers, prediction.id, _take, prediction.id, reveal, args)


def ask(answers: Mapping[str, str], key: str, take: Callable[..., None], *given: Any) -> None:
    """Show a button for each answer, whose words are Markdown, and one for no answer at all.

    Args:
        key: that of each button begins with it.
        take: called with `given` and the id of the answer, SHOWN for none, before the page runs again.
    """
    with st.container(horizontal=True, gap="small"):
        for name, words in answers.items():
            st.button(words, key=f"{key}.{name}", on_click=take, args=(*given, name))
        words = _("Just show me")
        st.button(words, key=f"{key}.{SHOWN}", type="tertiary", on_click=take, args=(*given, SHOWN))


def ask_again(key: str, forget: Callable[..., None], *given: Any) -> None:
    """Show the button that takes a guess back, by calling `forget` with what is given."""
    st.button(_("Ask me again"), key=f"{key}.again", type="tertiary", on_click=forget, args=given)


def _show(answers: Mapping[str, str], guess: str, truth: Truth) -> None:
    lines = []
    for name, words in answers.items():
        badges = [f":green-badge[{_('computed')}]"] if name == truth.answer else []
        badges += [f":gray-badge[{_('your guess')}]"] if name == guess else []
        lines.append("- " + " ".join([f"**{words}**" if name == truth.answer else words, *badges]))
    st.markdown("\n".join(lines))
    st.markdown(truth.sentence)


def _take(question: str, reveal: Callable[..., None] | None, args: tuple[Any, ...], guess: str) -> None:
    st.session_state[GUESSES] = st.session_state.get(GUESSES, {}) | {question: guess}
    if reveal is not None:
        reveal(*args)


def _forget(question: str) -> None:
    guesses = st.session_state.get(GUESSES, {})
    st.session_state[GUESSES] = {name: guess for name, guess in guesses.items() if name != question}
