"""The network of the page in training: buttons that train it some steps further, and how well it reads."""

import streamlit as st

from core.datasets import Data, default_dataset
from core.lessons.digit_network.network import (
    MAX_EPOCHS,
    accuracy,
    one_layer_config,
    training_config,
    untrained,
    untrained_accuracy,
)
from core.lessons.digit_network.sentences import one_layer, progress
from core.models import Net
from core.runs import Run
from core.text.i18n import _
from pages.ui import say
from pages.ui.session import session_key, session_runs
from pages.ui.url_settings import Settings

RUNS = session_key("digit_network", "runs")
ALONE = session_key("digit_network", "alone")  # the network of one layer


def present_run(key: str = RUNS) -> Run | None:
    """Return the run of this page whose data are those of the page now."""
    run = session_runs(key).current
    return run if run and run.config.dataset == default_dataset() else None


def moving() -> bool:
    """Return whether there is anything to wait for."""
    return any(run.view().moving for run in map(present_run, (RUNS, ALONE)) if run)


def present_network() -> tuple[Net, str]:
    """Return the network as it is trained so far, in eval mode, and what tells it from others."""
    run = present_run()
    if run is None:
        return untrained(default_dataset()), "untrained"
    step, network = run.snapshot_step, run.model_snapshot()
    assert isinstance(network, Net)
    return network, f"run {run.number} step {step}"


def train(settings: Settings, epochs: int) -> None:
    """Train the network for so many epochs more, or a single step where they are 0; a callback."""
    settings.set({"weights": "own"})
    runs = session_runs(RUNS)
    if runs.current is not None and present_run() is None:
        runs.put_aside()
    run = runs.start(training_config(default_dataset()), paused=True)
    run.drop_checkpoints()  # the page shows the present network alone
    run.step(epochs * run.steps_per_epoch or 1)


def start_again(settings: Settings) -> None:
    settings.set({"weights": "own"})
    session_runs(RUNS).put_aside()


def train_alone() -> None:
    runs = session_runs(ALONE)
    runs.put_aside()
    runs.start(one_layer_config(default_dataset())).drop_checkpoints()


def show_training(settings: Settings, network: Net, data: Data, is_shown: bool) -> None:
    """Show the buttons, and what the training came to: the accuracy of the network before and now.

    Args:
        is_shown: whether the picture is of this network, and not of another.
    """
    run = present_run()
    over = run is not None and run.status.over
    last = run.view().last if run else None
    with st.container(horizontal=True, vertical_alignment="center", key="digit_network_training"):
        for epochs, label in {0: _("Train a step"), 1: _("An epoch"), 5: _("Five epochs")}.items():
            st.button(
                label, key=f"digit_network.train_{epochs}", on_click=train, args=(settings, epochs), disabled=over
            )
        st.button(
            _("Start again"), type="tertiary", icon=":material/restart_alt:", key="digit_network.start_again",
            on_click=start_again, args=(settings,), disabled=run is None,
        )  # fmt: skip
        if not is_shown:
            st.caption(_("This trains a network of your own, which is shown then."), width="content")
            return
        before, now = untrained_accuracy(data.name), accuracy(network, data)
        steps, done = (last.step, last.epoch) if last else (0, 0.0)
        st.markdown(progress(before, now, steps, done, len(data.test_sample)), width="content")
    if over and run:
        words = _("It has seen all images {count} times: that is the end here.").format(count=MAX_EPOCHS)
        say.info(run.view().message or words)


def show_alone(network: Net, data: Data) -> None:
    """Offer to train a network of one layer, and state what it reached."""
    run, two_layers = present_run(ALONE), present_run()
    with st.container(horizontal=True, vertical_alignment="center", key="digit_network_alone"):
        st.button(
            _("Train one layer alone"), icon=":material/horizontal_rule:", key="digit_network.train_alone",
            on_click=train_alone, disabled=run is not None and run.view().moving,
        )  # fmt: skip
        if run is None:
            st.caption(_("784-10, with nothing in between: how far does it get?"), width="content")
            return
        scores = run.view().test_curve.accuracy.tolist()
        if not run.status.over or not scores:
            st.caption(_("It trains …"), width="content")
            return
        last = two_layers.view().last if two_layers else None
        st.markdown(one_layer(scores, accuracy(network, data), last.epoch if last else 0.0), width="content")
