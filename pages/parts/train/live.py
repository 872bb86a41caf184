"""A run on the page while it trains: how far it is, how well it does, and its curves."""

import streamlit as st

from core.config import TrainConfig
from core.config.fields import SETTINGS, applies
from core.datasets import load
from core.lessons.train.hints import explain_batches, explain_smoothing
from core.plots.packing import pack
from core.runs import Run, Status, View
from core.runs.diagnosis import GAP
from core.runs.learning_curves import curve_table, empty_charts, learning_charts
from core.runs.notice import notice
from core.runs.run import count_training
from core.text.i18n import _
from pages.parts.train.picture import look_at_run, look_at_untrained, show_picture
from pages.ui import say
from pages.ui.page_frame import live
from pages.ui.stage import feed, stage

SOUND = "loss_sound"
REFRESH = 0.5  # seconds between two looks at a run
FOR_EACH = 0.06  # seconds between two looks of any two people, where many watch: a look takes as long as some steps


def watch(run: Run) -> None:
    """Show a run, again and again while it goes on."""
    view = run.view()
    live(run_every=refresh_of() if view.moving else None)(_panel)(run, (view.status, view.moving))
    says = {"listen": _("Listen to the loss"), "means": _("An octave lower for each factor of ten")}
    stage("sound", {"says": says}, {}, key=SOUND, alt=_("The loss as a tone"), height=0)


def refresh_of() -> float:
    """Return how many seconds lie between two looks at a run now."""
    return max(REFRESH, FOR_EACH * count_training())


def show_untrained(config: TrainConfig) -> None:
    """Show, in the place of a run, the network of these settings before its first step."""
    names = load(config.dataset).classes
    progress, look = look_at_untrained(config)
    st.progress(0.0, _("{title}: epoch 0 of {epochs}").format(title=config.title, epochs=config.epochs))
    st.container()  # as in the panel of a run, whose elements take the places of these
    show_picture(progress, look, names, empty_charts(config.epochs))
    with st.container(key="notice"):
        st.markdown(
            _(
                "**{parameters:,} weights**, each a random number now: {right} of {count} images are read correctly, "
                "and guessing gives {chance:.0f}. Press *Start* and see them learn."
            ).format(
                parameters=look.parameters,
                right=int((look.answers == progress.labels).sum()),
                count=len(progress.labels),
                chance=len(progress.labels) / len(names),
            )
        )


def _panel(run: Run, drawn: tuple[Status, bool]) -> None:
    run.heartbeat()
    view = run.view()
    if (view.status, view.moving) != drawn:
        st.rerun()  # the buttons around this panel, and its timer, belong to another state
    st.progress(view.share_done, _progress_text(run, view))
    # What comes and goes has containers that stay, else the charts below would be built anew and blink.
    with st.container():
        if view.message:
            (say.error if view.status in (Status.DIVERGED, Status.FAILED) else say.info)(view.message)
    progress, look = look_at_run(run, view.moving)
    show_picture(progress, look, run.data.classes, learning_charts(view, run.config.epochs))
    with st.container(key="notice"):
        st.markdown(notice(view, len(run.data.classes)) or _("It has not been tested yet: what it answers is chance."))
        for reason in _reasons(view):
            st.caption(reason)
    _numbers(view)
    with st.container():
        if not view.status.over:
            _learning_rate(run, view)
    losses = {"steps": view.train_curve.step.astype("int32"), "losses": view.train_curve.loss.astype("float32")}
    feed("sound", pack({"moving": view.moving}, losses), SOUND, key="losses_heard", tells=())
    table = st.expander(_("The curves in numbers"), key="curve_table", on_change="rerun")
    if table.open:
        table.table(curve_table(view), hide_index=True, alt=_("Loss and accuracy at some of the tests"))


def _learning_rate(run: Run, view: View) -> None:
    # The key is the run's own, so that the next run does not inherit what was set for this one.
    rate = st.select_slider(
        _("Learning rate"),
        SETTINGS["learning_rate"].choices,
        run.config.learning_rate,
        format_func=lambda rate: f"{rate:g}",
        key=f"rate_of_run_{run.number}",
        help=_("Takes effect at once."),
        persist_state="session",
    )
    if rate != view.config.learning_rate:
        run.adjust(learning_rate=rate)


def _reasons(view: View) -> list[str]:
    """Say why the numbers are not what one may expect of them."""
    reasons = []
    if view.last_sample is not None:
        batches, sample = view.train_curve.accuracy[-1], view.last_sample.accuracy
        if sample - batches > GAP:
            reasons.append(explain_batches(view.config, batches, sample))
    if view.config.label_smoothing and applies(view.config, "label_smoothing"):
        reasons.append(explain_smoothing(view.config.label_smoothing))
    return [reason for reason in reasons if reason]


def _progress_text(run: Run, view: View) -> str:
    done = view.last.epoch if view.last else 0.0
    text = _("{title}: epoch {done:.1f} of {epochs}, step {step:,}").format(
        title=run.title, done=done, epochs=run.config.epochs, step=view.last.step if view.last else 0
    )
    if view.seconds_left is not None:
        text += " · " + _("{seconds:.0f} s left").format(seconds=view.seconds_left)
    return text


def _numbers(view: View) -> None:
    blank = "–"
    test, last = view.outcome.score if view.outcome else view.last_test, view.last
    rate = view.samples_per_second or (last.samples / last.seconds if last and last.seconds else None)
    numbers = (
        (_("Training loss"), f"{view.last_sample.loss:.3g}" if view.last_sample else blank),
        (_("Test loss"), f"{test.loss:.3g}" if test else blank),
        (_("Test accuracy"), f"{test.accuracy:.1%}" if test else blank),
        (_("Samples/s"), f"{rate:,.0f}" if rate else blank),
        (_("Learning rate now"), f"{last.learning_rate:.2g}" if last else blank),
    )
    with st.container(horizontal=True, key="numbers"):
        for label, value in numbers:
            st.metric(label, value)
