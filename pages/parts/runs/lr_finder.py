"""Which learning rate to begin with, from one short training."""

from dataclasses import replace

import streamlit as st

from core.config import TrainConfig
from core.datasets import DatasetDamaged, DatasetMissing, data_of
from core.experiments.lr_finder import STEPS, find_learning_rate, notice, range_test_config, suggest
from core.experiments.lr_finder_figure import range_test
from core.text.i18n import _
from pages.parts.train.form import PAGE, keep_present, present_config
from pages.ui import say
from pages.ui.background import finished
from pages.ui.navigation import page
from pages.ui.session import Runs, session_key
from pages.ui.source_code import show_source
from pages.ui.url_settings import Settings

ASKED = session_key(__name__, "asked")
FINDING = session_key(__name__, "finding")
SLICE = 0.25  # seconds of work in each TICK: nobody waits for anything else here


def show(_runs: Runs, _settings: Settings) -> None:
    """Show the range test of the Train page's settings."""
    config = present_config()
    tested = range_test_config(config)
    st.write(
        _(
            "One short training of {steps} batches. The learning rate begins far too small and grows with every batch "
            "until the loss runs away: in between it falls fastest."
        ).format(steps=STEPS)
    )
    asked = st.session_state.get(ASKED)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Find"),
            icon=":material/search:",
            type="primary",
            key="runs_rate_find",
            disabled=asked == tested,
            on_click=_ask,
            args=(tested,),
        )
        st.caption(_("for the settings of the page Train: {title}").format(title=config.title), width="content")
        st.page_link(page("train"), label=_("Change them"))
    if asked == tested:
        show_finding(config, tested)
    elif asked is not None:
        say.info(_("The settings have changed since the last test: find anew."))
    show_source(find_learning_rate, suggest)


def _ask(tested: TrainConfig) -> None:
    st.session_state[ASKED] = tested


def show_finding(config: TrainConfig, tested: TrainConfig) -> None:
    """Show how far the test is, or what it found."""
    try:
        data = data_of(tested)
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return
    words = _("Training with ever larger steps")
    found = finished(FINDING, tested, lambda: find_learning_rate(tested, data), words, SLICE)
    if found is None:
        return
    with st.container(key="notice"):
        st.markdown(notice(found, config.learning_rate))
    if found.suggestion is not None:
        take = st.button(
            _("Train with {rate:g}").format(rate=found.suggestion),
            icon=":material/check:",
            key="runs_rate_take",
            help=_("Sets the learning rate on the page Train and goes there."),
        )
        if take:
            keep_present(replace(config, learning_rate=found.suggestion))
            Settings(PAGE, here=False).set({"learning_rate": found.suggestion})
            st.switch_page(page("train"))
    st.plotly_chart(
        range_test(found, config.learning_rate),
        key="runs_rate_curve",
        config={"displayModeBar": False},
        alt=_("The loss over the learning rate, each batch and their running mean"),
    )
