"""The seed of what a page makes at random: in its address, and another at the press of a button."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.url_settings import Settings

SEEDS = 10**9  # how many there are, from 0


def seed_of(settings: Settings, default: int = 0) -> int:
    """Return the present seed."""
    return settings.bind_value("seed", default, _read, str)


def following(seed: int, step: int = 1) -> int:
    """Return the seed after this one, or `step` further on."""
    return (seed + step) % SEEDS


def other_seed(settings: Settings, label: str, seed: int, step: int = 1, also: Mapping[str, Any] | None = None) -> None:
    """Show the button that goes on to another seed.

    Args:
        also: settings that are set with it.
    """
    values = {"seed": following(seed, step), **(also or {})}
    st.button(label, icon=":material/casino:", on_click=settings.set, args=(values,))


def choose_seed(
    settings: Settings, label: str, default: int = 0, step: int = 1, also: Mapping[str, Any] | None = None
) -> int:
    """Show the button of `other_seed`, and return the present seed."""
    seed = seed_of(settings, default)
    other_seed(settings, label, seed, step, also)
    return seed


def _read(text: str) -> int:
    if not (text.isdecimal() and len(text) < len(str(SEEDS))):
        raise ValueError(text)
    return int(text)
