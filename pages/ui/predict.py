"""Predict, then see: a page asks before it shows, and the truth then stands over the guess. Nothing is graded."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.text.i18n import _
from core.text.prediction import Prediction, Truth
from pages.ui.session import session_key

GUESSES = session_key(__name__, "guesses")  # by the ids of the questions; "" where it was just shown


def predict(
    prediction: Prediction,
    find_truth: Callable[[], Truth],
    numbers: Mapping[str, Any] | None = None,
    reveal: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> None:
    """Ask a question, and once it is answered or waved through, show what is true.

    Args:
        find_truth: computes it, and is called only when it is to be shown.
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
            _show(answers, guesses[prediction.id], find_truth())
            _button(prediction, "again", _("Ask me again"))
            return
        with st.container(horizontal=True, gap="small"):
            for name, words in answers.items():
                _button(prediction, name, words, name, reveal, args)
            _button(prediction, "show", _("Just show me"), "", reveal, args)


def _show(answers: Mapping[str, str], guess: str, truth: Truth) -> None:
    lines = []
    for name, words in answers.items():
        badges = [f":green-badge[{_('computed')}]"] if name == truth.answer else []
        badges += [f":gray-badge[{_('your guess')}]"] if name == guess else []
        lines.append("- " + " ".join([f"**{words}**" if name == truth.answer else words, *badges]))
    st.markdown("\n".join(lines))
    st.markdown(truth.sentence)


def _button(
    prediction: Prediction,
    name: str,
    words: str,
    guess: str | None = None,
    after: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> None:
    st.button(
        words,
        key=f"{prediction.id}.{name}",
        type="secondary" if guess else "tertiary",
        on_click=_take,
        args=(prediction.id, guess, after, args),
    )


def _take(question: str, guess: str | None, after: Callable[..., None] | None, args: tuple[Any, ...]) -> None:
    """Keep a guess, or forget it where it is None, and do what comes after it; a callback."""
    others = {name: kept for name, kept in st.session_state.get(GUESSES, {}).items() if name != question}
    st.session_state[GUESSES] = others if guess is None else others | {question: guess}
    if after is not None:
        after(*args)
