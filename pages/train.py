"""Training of an image classifier: the choice of data, network, loss and optimizer, with loss and accuracy live."""

import streamlit as st

from core.config import ConfigError, TrainConfig
from core.datasets import DatasetDamaged, DatasetMissing, default_dataset, load, why_default
from core.lessons.train.hints import explain_pairing
from core.lessons.train.presets import PRESETS
from core.models import count_parameters, outline
from core.plots.images import contact_strip
from core.runs import Status
from core.text.i18n import _
from core.training import train
from pages.parts.train import form
from pages.parts.train.live import watch
from pages.parts.train.results import show_outcome
from pages.ui import say
from pages.ui.dataset_download import offer_download
from pages.ui.page_frame import begin
from pages.ui.session import Runs, session_key, session_runs
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions

EXAMPLES = 12
PROBLEM = session_key("train", "problem")


def start(runs: Runs, config: TrainConfig, paused: bool = False) -> None:
    try:
        runs.start(config, paused)
    except (DatasetMissing, DatasetDamaged) as problem:
        st.session_state[PROBLEM] = str(problem)


def step(runs: Runs, config: TrainConfig | None) -> None:
    if config is not None and (runs.current is None or runs.current.status.over):
        start(runs, config, paused=True)
    if runs.current is not None:
        runs.current.step()


def try_preset(runs: Runs, name: str) -> None:
    config = PRESETS[name].config(form.chosen_dataset())
    form.show_config(config)
    runs.put_aside()
    start(runs, config)


def settings() -> TrainConfig | None:
    """Show the settings as the four steps; return the config, or None, with a sentence, where it cannot be trained."""
    editor = form.Editor()
    data, network, loss, optimizer = st.tabs([_("Data"), _("Network"), _("Loss"), _("Optimizer")], width="stretch")
    with data:
        editor.show("data")
        dataset = editor.chosen["dataset"]
        ready = show_data(dataset)
        if dataset == default_dataset():
            st.caption(why_default())
        editor.show("batches")
    with network:
        editor.show("network")
    with loss:
        editor.show("loss")
        unusual = explain_pairing(editor.chosen["output_layer"], editor.chosen["loss"])
        if unusual:
            say.info(unusual, icon=":material/lightbulb:")
    with optimizer:
        editor.show("optimizer")
    editor.write_url()
    if not ready or None in editor.chosen.values():
        return None
    try:
        config = TrainConfig(**editor.chosen)
    except ConfigError as problem:
        say.error(str(problem))
        return None
    form.keep_present(config)
    return config


def show_data(name: str) -> bool:
    """Show a few pictures of a data set, or how to get it; return whether it is there."""
    if not offer_download(name):
        return False
    try:
        pictures = load(name).train.inputs[:EXAMPLES, 0].numpy()
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return False
    st.image(contact_strip(pictures, 2), width="stretch")
    return True


def buttons(runs: Runs, config: TrainConfig | None) -> None:
    """Show what can be done now; what cannot is greyed out, so that no button moves."""
    run = runs.current
    status = run.status if run else None
    going, paused = status is Status.RUNNING, status is Status.PAUSED
    idle = status is None or status.over
    with st.container(horizontal=True, key="actions"):
        if run is None or idle:
            st.button(
                _("Start"),
                icon=":material/play_arrow:",
                type="primary",
                key="start",
                disabled=config is None,
                on_click=start,
                args=(runs, config),
            )
        elif paused:
            st.button(_("Resume"), icon=":material/play_arrow:", type="primary", key="resume", on_click=run.play)
        else:
            st.button(
                _("Pause"), icon=":material/pause:", type="primary", key="pause", disabled=not going, on_click=run.pause
            )
        st.button(
            _("Step"),
            icon=":material/skip_next:",
            key="step_once",
            disabled=not paused and (not idle or config is None),
            on_click=step,
            args=(runs, config),
            help=_("One batch: forward, loss, backward, and every weight moves once."),
        )
        st.button(
            _("Stop"),
            icon=":material/stop:",
            key="stop",
            disabled=not (going or paused),
            on_click=run.stop if run else None,
            help=_("End the training here and test the network."),
        )
        st.button(
            _("Reset"),
            icon=":material/restart_alt:",
            key="reset",
            disabled=run is None,
            on_click=runs.reset,
            help=_("Forget this run and begin with new weights."),
        )


def main() -> None:
    begin()
    runs = session_runs()
    left, right = st.columns([1, 2], gap="medium")
    with left, st.container(border=True):
        config = settings()
    with right:
        show_suggestions(
            *(
                Suggestion(_(preset.label), preset.icon, _(preset.note), try_preset, (runs, name), f"preset_{name}")
                for name, preset in PRESETS.items()
            )
        )
        buttons(runs, config)
        if PROBLEM in st.session_state:
            say.error(st.session_state.pop(PROBLEM))
        if runs.current is None:
            if config is not None:
                dataset = load(config.dataset)
                parameters = count_parameters(config, dataset.input_shape, len(dataset.classes))
                st.markdown(
                    _("**{parameters:,} weights**, each a random number now. Press *Start* and see them learn.").format(
                        parameters=parameters
                    )
                )
                st.code(repr(outline(config, dataset.input_shape, len(dataset.classes))), language=None)
        else:
            if config is not None and config != runs.current.config:
                st.caption(_("The settings have changed since: they are for the next run."))
            watch(runs.current)
    run = runs.current
    outcome = run.view().outcome if run else None
    if run and outcome:
        show_outcome(run, outcome)
    show_source(train)


main()
