"""The same digit at every checkpoint of a network’s training."""

from collections.abc import Generator, Sequence

import streamlit as st
import torch
from torch import Tensor

from core.interpret.replay_scene import replay_scene
from core.interpret.training_replay import confusion_at, predictions
from core.runs import Run
from core.runs.checkpoints import Checkpoint
from core.text.i18n import _
from pages.parts.inside.mistakes import show_mix_ups
from pages.parts.inside.subject import Subject
from pages.ui import say
from pages.ui.background import finished
from pages.ui.markdown import plain
from pages.ui.navigation import page
from pages.ui.network_picker import own_networks
from pages.ui.session import session_key
from pages.ui.stage import stage, take_settled
from pages.ui.url_settings import Settings

HELD = session_key(__name__, "held")
SAID = session_key(__name__, "said")
COUNTED = session_key(__name__, "counted")
PICTURE = "training_replay"

Checkpoints = tuple[Checkpoint, ...]


def show(subject: Subject, settings: Settings) -> None:
    """Show the checkpoints of a run's training as a trace, and below it what the network mixes up at one of them."""
    run = subject.run
    if run is None:
        offer_own(settings)
        return
    if run.dropped_checkpoints:
        say.info(
            _(
                "This run dropped its checkpoints to make room for later ones: only its last network is left. Pin the "
                "runs that are to keep theirs."
            )
        )
        st.page_link(page("runs"))
        return
    checkpoints = hold_checkpoints(subject, run)
    if len(checkpoints) < 2:
        say.info(_("This network has not taken a step yet: train it, and there will be checkpoints to travel through."))
        st.page_link(page("train"))
        return
    show_trace(subject, run, checkpoints, settings)


def offer_own(settings: Settings) -> None:
    """Say why there is nothing to see of a network without a training, and offer the person's own or to train one."""
    say.info(_("This network came ready trained, with its last weights alone: its training cannot be seen."))
    own = own_networks()
    if not own:
        st.markdown(_("Train one of your own, and see how it learned to read this digit."))
        st.page_link(page("train"))
        return
    name, entry = list(own.items())[-1]
    st.button(
        _("See how your network learned: {title}").format(title=plain(entry.run.title)),
        icon=":material/history:",
        key="inside_own",
        on_click=settings.set,
        args=({"network": name},),
    )


def hold_checkpoints(subject: Subject, run: Run) -> Checkpoints:
    """Return the checkpoints of a run; while it learns on, those up to when they were first asked for."""
    learning = run.status.computing
    name, checkpoints = st.session_state.get(HELD, (None, ()))
    if name != subject.name or (not learning and key_of(subject, checkpoints) != subject.key):
        checkpoints = run.checkpoints()
        st.session_state[HELD] = (subject.name, checkpoints)
    if learning:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                _("Your network is still learning; these are its checkpoints up to step {step:,}.").format(
                    step=checkpoints[-1].step
                ),
                width="content",
            )
            st.button(_("Look again"), icon=":material/refresh:", key="inside_checkpoints_again", on_click=let_go)
    return checkpoints


def let_go() -> None:
    st.session_state.pop(HELD, None)


def key_of(subject: Subject, checkpoints: Checkpoints) -> str:
    """Tell these checkpoints from others; what is computed from them is kept by it."""
    return f"{subject.name}:{checkpoints[-1].step}"


def show_trace(subject: Subject, run: Run, checkpoints: Checkpoints, settings: Settings) -> None:
    """Show the answers and the first weights over the training, and what is mixed up where it stands."""
    take_settled(PICTURE, settings)
    last = len(checkpoints) - 1
    place = settings.value("moment", 0, last, last)
    if place > last:  # of a longer training, or of this one before it began again
        settings.set({"moment": last})
        place = settings.value("moment", 0, last, last)
    key, foreground = key_of(subject, checkpoints), subject.picture
    words = _("Asking the network of each checkpoint")
    asked = (key, foreground.numpy().tobytes())
    said = finished(SAID, asked, lambda: ask_all(run, checkpoints, foreground), words)
    if said is None:
        return
    scene = replay_scene(run, checkpoints, said, foreground, subject.classes)
    alt = _("The network’s answers and first weights over its training")
    stage("training_replay", scene, {"moment": place}, key=PICTURE, alt=alt, height=320)
    show_counts(run, checkpoints[place], f"{key}:{place}", subject.classes)


def ask_all(run: Run, checkpoints: Sequence[Checkpoint], foreground: Tensor) -> Generator[float, None, Tensor]:
    """Ask the network of each checkpoint; yield the share that is done, and return the probabilities [M, C]."""
    said = []
    for checkpoint in checkpoints:
        said.append(predictions(run, [checkpoint], foreground))
        yield len(said) / len(checkpoints)
    return torch.cat(said)


def show_counts(run: Run, checkpoint: Checkpoint, key: str, classes: Sequence[str]) -> None:
    """Show what the network mixed up at this checkpoint."""
    words = _("Reading a sample of the test images")
    counts = finished(COUNTED, key, lambda: confusion_at(run, checkpoint), words)
    if counts is None:
        return
    st.caption(
        _("After step {step:,} it reads {right:.1%} of {all:,} test images correctly.").format(
            step=checkpoint.step, right=(counts.trace() / counts.sum()).item(), all=int(counts.sum())
        )
    )
    show_mix_ups(counts, classes, "inside_counts")
