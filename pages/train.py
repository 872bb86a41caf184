"""Training of an image classifier: the choice of data, network, loss and optimizer, with loss and accuracy live."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config import ConfigError, TrainConfig
from core.datasets import DatasetDamaged, DatasetMissing, default_dataset, load, why_default
from core.lessons.train import predictions
from core.lessons.train.hints import explain_pairing
from core.lessons.train.presets import FIRST_RUN, FIRST_RUN_PACE, PRESETS
from core.losses import class_indices
from core.models import outline
from core.plots.images import contact_strip
from core.runs import Run, Status
from core.runs.run import count_training
from core.text.i18n import _
from core.training import train
from pages.parts.train import form
from pages.parts.train.duel import begin_duel, show_duel
from pages.parts.train.live import show_untrained, watch
from pages.parts.train.results import show_outcome
from pages.ui import say
from pages.ui.dataset_download import offer_download
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin
from pages.ui.predict import predict
from pages.ui.run_status import BADGES
from pages.ui.session import Runs, session_key, session_runs
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions

EXAMPLES = 12
NARROW = 260  # pixels: beside the buttons, or with the status on the line below them
BUSY = 4  # so many trainings at once, and none begins by itself
PROBLEM = session_key("train", "problem")
SEEN = session_key("train", "seen")
FIRST = session_key("train", "first")  # the number of the run that began by itself
STYLE = """<style>
@media (max-width: 640px) {  /* the name of each button stays for those who hear it */
    .st-key-actions :not(.st-key-start) > .stButton p {
        position: absolute; width: 1px; height: 1px; overflow: hidden
    }
}
</style>"""


def start(runs: Runs, config: TrainConfig | None, paused: bool = False) -> None:
    if config is None:
        return
    try:
        runs.start(config, paused)
    except (DatasetMissing, DatasetDamaged) as problem:
        st.session_state[PROBLEM] = str(problem)


def start_first_run(runs: Runs) -> None:
    """Train something short on a person's first visit; not where they came for something, or where others train."""
    if st.session_state.get(SEEN):
        return
    st.session_state[SEEN] = True
    asked = st.query_params or form.is_filled_in()
    if not asked and not runs.all and count_training() < BUSY:
        st.session_state[FIRST] = runs.start(FIRST_RUN, epochs_per_second=FIRST_RUN_PACE).number


def step(runs: Runs, config: TrainConfig | None) -> None:
    if runs.current is None or runs.current.status.over:
        start(runs, config, paused=True)
    if runs.current is not None:
        runs.current.step()


def try_preset(runs: Runs, name: str) -> None:
    config = PRESETS[name].config(form.chosen_dataset())
    form.show_config(config)
    runs.put_aside()
    start(runs, config)


def try_duel(runs: Runs) -> None:
    runs.put_aside()
    try:
        form.show_config(begin_duel(runs, form.chosen_dataset()))
    except (DatasetMissing, DatasetDamaged) as problem:
        st.session_state[PROBLEM] = str(problem)


def settings(place: DeltaGenerator) -> TrainConfig | None:
    """Show the settings as the four steps; return the config, or None where it cannot be trained: `place` says why."""
    editor = form.Editor()
    data, network, loss, optimizer = st.tabs([_("Data"), _("Network"), _("Loss"), _("Optimizer")], width="stretch")
    with data:
        editor.show("data")
        dataset = editor.chosen["dataset"]
        with place:
            ready = offer_download(dataset)
        ready = ready and show_data(dataset)
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
    if not ready:
        return None
    with place:
        config = read_config(editor)
    if config is not None:
        form.keep_present(config)
        shown = load(dataset)
        with network:
            st.code(repr(outline(config, shown.input_shape, len(shown.classes))), language=None)
    return config


def read_config(editor: form.Editor) -> TrainConfig | None:
    if None in editor.chosen.values():
        say.error(_("One of the settings cannot be read: look at the layers, under “Settings” and “Network”."))
        return None
    try:
        return TrainConfig(**editor.chosen)
    except ConfigError as problem:
        say.error(str(problem))
        return None


def show_data(name: str) -> bool:
    """Show a few images of a data set; return whether it can be read."""
    try:
        train = load(name).train
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return False
    words = [_(load(name).classes[label]) for label in class_indices(train.targets[:EXAMPLES]).tolist()]
    st.image(
        contact_strip(train.inputs[:EXAMPLES, 0].numpy(), 2),
        alt=_("The first training images: {words}").format(words=", ".join(words)),
    )
    if name == default_dataset():
        st.caption(why_default())
    return True


def buttons(runs: Runs, config: TrainConfig | None) -> None:
    """Show what can be done now; what cannot is greyed out, so that no button moves."""
    run = runs.current
    status = run.status if run else None
    going, paused = status is Status.RUNNING, status is Status.PAUSED
    idle = status is None or status.over
    # One button with three faces, not greyed out while a run goes on: else it would lose the focus when it is pressed.
    label, icon, action, args = _("Pause"), ":material/pause:", run.pause if run else None, ()
    if idle:
        label, icon, action, args = _("Start"), ":material/play_arrow:", start, (runs, config)
    elif paused:
        label, icon, action, args = _("Resume"), ":material/play_arrow:", run.play if run else None, ()
    st.button(
        label,
        icon=icon,
        type="primary",
        key="start",
        disabled=idle and config is None,
        on_click=action,
        args=args,
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
    if run is not None:
        name, sign, color = BADGES[run.status]
        st.badge(_(name), icon=sign, color=color)
        if words := say_what_is_next(run, config):
            st.caption(words, width=NARROW)


def say_what_is_next(run: Run, config: TrainConfig | None) -> str:
    """Say where the run that is shown is not what the settings ask for."""
    if run.number == st.session_state.get(FIRST):
        return (
            _("It began by itself. *Start* trains with your settings.")
            if run.status.over
            else _("It began by itself: *Stop* ends it.")
        )
    if config is not None and config != run.config:
        return _("The settings have changed since: they are for the next run.")
    return ""


def main() -> None:
    begin()
    runs = session_runs()
    start_first_run(runs)
    st.html(STYLE)
    actions = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="actions")
    folded = st.expander(_("Settings"), icon=":material/tune:")
    problems = st.container()
    with folded:
        config = settings(problems)
    with actions:
        buttons(runs, config)
    if PROBLEM in st.session_state:
        say.error(st.session_state.pop(PROBLEM))
    if runs.current is not None:
        watch(runs.current)
        show_duel(runs)
    elif config is not None:
        show_untrained(config)
    show_suggestions(
        *(
            Suggestion(_(preset.label), preset.icon, _(preset.note), try_preset, (runs, name), f"preset_{name}")
            for name, preset in PRESETS.items()
        ),
        Suggestion(
            _("SGD beats Adam"),
            ":material/sports_kabaddi:",
            _("Both learn side by side, with the same learning rate."),
            try_duel,
            (runs,),
            "preset_duel",
        ),
    )
    run = runs.current
    outcome = run.view().outcome if run else None
    if run and outcome:
        show_outcome(run, outcome)
    numbers = predictions.numbers()
    predict(predictions.UNTRAINED, predictions.untrained_truth, numbers)
    predict(predictions.FEW, predictions.few_truth, numbers)
    show_source(train)
    end_lesson("train")


main()
