"""A question whose guess stands in the page's address."""

from collections.abc import Mapping

import streamlit as st

from core.text.prediction import SHOWN
from pages.ui import predict
from pages.ui.url_settings import Settings


def guess_of(settings: Settings, name: str, answers: Mapping[str, str]) -> str:
    """Return the answer that was guessed, a key of `answers` or SHOWN; empty as long as the question is open."""

    def read(text: str) -> str:
        if text not in (SHOWN, *answers):
            raise ValueError(text)
        return text

    return settings.bind_value(name, "", read, str)


def ask(settings: Settings, name: str, question: str, answers: Mapping[str, str]) -> None:
    """Ask, as pages.ui.predict does."""
    st.markdown(f"**{question}**")
    predict.ask(answers, _key(name), _set, settings, name)


def ask_again(settings: Settings, name: str) -> None:
    predict.ask_again(_key(name), _set, settings, name, "")


def _set(settings: Settings, name: str, guess: str) -> None:
    settings.set({name: guess})


def _key(name: str) -> str:
    return f"data_guess.{name}"
