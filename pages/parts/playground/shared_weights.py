"""Weights in the address, so that others begin with a network as it is now."""

import streamlit as st
from torch import nn

from core.config import TrainConfig
from core.models import build_network
from core.playground.share import WeightsError, format_weights, read_weights
from core.runs import Run
from pages.ui import say
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

_TAKEN = session_key(__name__, "taken")  # the text of the weights that the present run has begun with, or given


def share_weights(settings: Settings, run: Run) -> None:
    """Put the present weights of the run into the address; it goes on as before."""
    text = format_weights(run.model_snapshot())
    settings.set({"weights": text})
    st.session_state[_TAKEN] = text


def has_new_weights(settings: Settings) -> bool:
    """Return whether the address came with weights that no run has begun with."""
    text = settings.get("weights")
    return bool(text) and text != st.session_state.get(_TAKEN)


def shared_network(settings: Settings, config: TrainConfig) -> nn.Module | None:
    """Return a network with the weights that came with the address, or None where none came that fit."""
    text = settings.get("weights")
    if not text:
        return None
    network = build_network(config, config.problem.shape, config.problem.outputs)
    try:
        read_weights(text, network)
    except WeightsError as problem:
        settings.set({"weights": ""})
        say.warning(str(problem))
        return None
    st.session_state[_TAKEN] = text
    return network
