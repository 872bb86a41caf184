"""Addresses that open a page with the settings of a run."""

from functools import lru_cache
from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.config import TrainConfig
from core.config.fields import ON_PLAYGROUND, SETTINGS, applies
from core.datasets import POINTS
from pages.ui.navigation import LESSONS

# Streamlit takes any page's name off the end of an address: of /why_activations, also "activations" alone.
_LEFT_OVER = {
    name.removesuffix(other) for name in LESSONS for other in LESSONS if other != name and name.endswith(other)
}


def page_of(config: TrainConfig) -> str:
    """Return the name of the page that these settings belong to."""
    return "playground" if config.dataset in POINTS else "train"


def train_link(config: TrainConfig) -> dict[str, str]:
    """Return the query parameters that set its page to a config.

    All settings that the config makes use of are named, as what is usual depends on the data that a computer has.
    """
    if page_of(config) == "playground":
        idle = {name for name in ("points", "activations", "dropouts") if not getattr(config, name)}
        names = [name for name in ON_PLAYGROUND if name not in idle]
    else:
        names = [name for name, setting in SETTINGS.items() if setting.section and applies(config, name)]
    return {name: SETTINGS[name].write(getattr(config, name)) for name in names}


def address(config: TrainConfig) -> str:
    """Return the whole address for somebody else's browser, on the server that this person sees."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{root()}{relative_address(config)}"


@lru_cache(maxsize=256)  # Each run of a page asks for those of the latest runs.
def relative_address(config: TrainConfig) -> str:
    """Return the part of the address that follows the app's root."""
    return f"{page_of(config)}?{urlencode(train_link(config))}"


def root() -> str:
    """Return the path under which the server serves the app, from / to /."""
    before, _slash, last = urlsplit(st.context.url or "").path.rpartition("/")
    folders = before.split("/") if last in {"", *LESSONS} else [*before.split("/"), last]
    if folders[-1] in _LEFT_OVER:
        folders.pop()
    return "/".join([*folders, ""])
