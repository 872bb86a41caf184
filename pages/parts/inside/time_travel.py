"""The same digit at every stage of a network's training."""

from collections.abc import Generator, Sequence

import streamlit as st
import torch
from torch import Tensor

from core.inference import Classifier
from core.interpret.layer_outputs import first_weights
from core.interpret.training_replay import classifier_at, confusion_at, first_layer, predictions, story
from core.plots.images import enlarge, signed
from core.plots.matrix import matrix
from core.plots.probability_bars import bars, rows
from core.runs import Run
from core.runs.checkpoints import Checkpoint
from core.text.i18n import _
from pages.parts.inside.layers import MAX_MAPS, show_sheet
from pages.parts.inside.mistakes import show_mix_ups
from pages.parts.inside.subject import Subject
from pages.ui import say
from pages.ui.background import TICK, work
from pages.ui.markdown import plain
from pages.ui.navigation import page
from pages.ui.network_picker import own_networks
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

MOMENTS = session_key(__name__, "moments")
SAID = session_key(__name__, "said")
COUNTED = session_key(__name__, "counted")
FILM = session_key(__name__, "film")  # the place where a film is, None while it stands
MOVING = session_key(__name__, "moving")
CLICKED = session_key(__name__, "clicked")

Moments = tuple[Checkpoint, ...]


def show(subject: Subject, settings: Settings) -> None:
    """Show the moments of a run's training, one at a time or as a film."""
    run = subject.run
    if run is None:
        offer_own(settings)
        return
    if run.dropped_checkpoints:
        say.info(
            _(
                "This run gave up the moments of its training to make room for later ones: only its last network is "
                "left. Pin the runs that are to keep theirs."
            )
        )
        st.page_link(page("runs"))
        return
    checkpoints = hold_moments(subject, run)
    if len(checkpoints) < 2:
        say.info(_("This network has not taken a step yet: train it, and there will be moments to travel through."))
        st.page_link(page("train"))
        return
    moving = st.session_state.get(MOVING, False)
    live(run_every=TICK if moving else None)(panel)(subject, run, checkpoints, settings, moving)


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


def hold_moments(subject: Subject, run: Run) -> Moments:
    """Return the moments of a run; while it learns on, those up to when they were first asked for."""
    learning = run.status.computing
    name, checkpoints = st.session_state.get(MOMENTS, (None, ()))
    if name != subject.name or (not learning and key_of(subject, checkpoints) != subject.key):
        checkpoints = run.checkpoints()
        st.session_state[MOMENTS] = (subject.name, checkpoints)
    # There also when it is empty: the fragment below is told from others by its place on the page.
    with st.container(horizontal=True, vertical_alignment="center"):
        if learning:
            st.caption(
                _("Your network is still learning; these are its moments up to step {step:,}.").format(
                    step=checkpoints[-1].step
                ),
                width="content",
            )
            st.button(_("Look again"), icon=":material/refresh:", key="inside_moments_again", on_click=let_go)
    return checkpoints


def let_go() -> None:
    st.session_state.pop(MOMENTS, None)


def key_of(subject: Subject, checkpoints: Moments) -> str:
    """Tell these moments from others; what is computed from them is kept by it."""
    return f"{subject.name}:{checkpoints[-1].step}"


def panel(subject: Subject, run: Run, checkpoints: Moments, settings: Settings, tick: bool) -> None:
    if CLICKED in st.session_state:
        go_to(settings, st.session_state.pop(CLICKED))
    st.session_state[MOVING] = show_moment(subject, run, checkpoints, settings, tick)
    if st.session_state[MOVING] != tick:
        st.rerun()  # the clock belongs to the whole page
    if not tick:  # else each tick would be one more step back for the browser's Back
        settings.write_url()


def show_moment(subject: Subject, run: Run, checkpoints: Moments, settings: Settings, tick: bool) -> bool:
    """Show one moment; return whether there is more to come on its own."""
    key = key_of(subject, checkpoints)
    place = choose_moment(settings, key, len(checkpoints) - 1, tick)
    foreground = subject.picture
    asking = work(SAID, (key, foreground.numpy().tobytes()), lambda: ask_all(run, checkpoints, foreground))
    asking.advance()
    said = asking.result
    if said is None:
        asking.show(_("Asking the network of each moment"))
        return True
    with st.container(key="notice"):
        if said.isfinite().all():
            st.markdown(notice(checkpoints[: place + 1], said[: place + 1], subject.classes))
        else:
            say.warning(_("At some of these moments its answer is no number, as its weights have run away."))
    left, right = st.columns([1, 2], gap="medium")
    with left:
        show_answer(subject, said[place])
    with right:
        counted = show_counts(run, checkpoints[place], key, place, subject.classes)
    show_all_moments(subject.classes, said, place)
    show_filters(classifier_at(run, checkpoints[place]), first_layer(checkpoints[-1]))
    return not counted or st.session_state.get(FILM) is not None


def choose_moment(settings: Settings, key: str, last: int, tick: bool) -> int:
    """Show the film's button and the slider; return the place of the moment."""
    film = st.session_state.get(FILM)
    if film is not None:
        # The film knows its own place: a tick may bring the slider's value from before the browser drew the last one.
        film = min(film, last)
        seen = tick and is_counted(key, film)
        following = min(film + seen, last)
        settings.set({"moment": following})
        st.session_state[FILM] = None if seen and film == last else following
    elif st.session_state.get(settings.key("moment"), 0) > last:
        settings.set({"moment": last})
    playing = st.session_state.get(FILM) is not None
    with st.container(horizontal=True, wrap=False, vertical_alignment="bottom"):
        st.button(
            _("Pause") if playing else _("Play"),
            icon=":material/pause:" if playing else ":material/play_arrow:",
            on_click=pause if playing else play,
            args=(settings,) if playing else (settings, last),
            key="inside_film_button",
            type="primary",
            width=120,
        )
        return settings.slider("moment", _("Moment of its training"), 0, last, last, disabled=playing)


def play(settings: Settings, last: int) -> None:
    """Walk on from here, or from the beginning where this is the end."""
    present = settings.get("moment")
    st.session_state[FILM] = present if present < last else 0


def pause(settings: Settings) -> None:
    settings.set({"moment": st.session_state.pop(FILM, None) or 0})


def go_to(settings: Settings, place: int) -> None:
    """Show this moment, and let a film that plays go on from there."""
    settings.set({"moment": place})
    if st.session_state.get(FILM) is not None:
        st.session_state[FILM] = place


def ask_all(run: Run, checkpoints: Sequence[Checkpoint], foreground: Tensor) -> Generator[float, None, Tensor]:
    """Ask the network of each moment; yield the share that is done, and return the probabilities [moments, C]."""
    said = []
    for checkpoint in checkpoints:
        said.append(predictions(run, [checkpoint], foreground))
        yield len(said) / len(checkpoints)
    return torch.cat(said)


def notice(checkpoints: Sequence[Checkpoint], said: Tensor, classes: Sequence[str]) -> str:
    """Say where in the training this is, and how the answer came about until then."""
    if len(checkpoints) == 1:
        sure, best = said[0].max(dim=0)
        return _(
            "**Before its first step** it says “{answer}”, {sure:.0%} sure: its weights are random numbers."
        ).format(answer=classes[int(best)], sure=sure.item())
    return _("**After {step:,} steps**, epoch {epoch:.1f}: {story}").format(
        step=checkpoints[-1].step, epoch=checkpoints[-1].epoch, story=story(checkpoints, said, classes)
    )


def show_answer(subject: Subject, probabilities: Tensor) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(enlarge(subject.picture[0].numpy(), 3), width=84, output_format="PNG")
        st.caption(_("What it says to this digit at this moment"), width="content")
    st.vega_lite_chart(
        rows(subject.classes, probabilities),
        bars(subject.classes),
        key="inside_bars",
        alt=_("The network’s probability for each class"),
    )


def counting_key(place: int) -> str:
    return f"{COUNTED}_{place}"


def is_counted(key: str, place: int) -> bool:
    kept = st.session_state.get(counting_key(place))
    return kept is not None and kept[0] == key and kept[1].done


def show_counts(run: Run, checkpoint: Checkpoint, key: str, place: int, classes: Sequence[str]) -> bool:
    """Show what the network mixed up at this moment; return whether all is counted."""
    counting = work(counting_key(place), key, lambda: confusion_at(run, checkpoint))
    counting.advance()
    counts = counting.result
    if counts is None:
        counting.show(_("Reading a sample of the test pictures"))
        return False
    st.caption(
        _("{right:.1%} of {all:,} test pictures are read rightly").format(
            right=(counts.trace() / counts.sum()).item(), all=int(counts.sum())
        )
    )
    show_mix_ups(counts, classes, "inside_counts")
    return True


def show_all_moments(classes: Sequence[str], said: Tensor, place: int) -> None:
    """Draw the probabilities of all moments, a column each, with a frame around the present one."""
    st.caption(
        _("All {count} moments from left to right, a line for each class. Click on one to go there.").format(
            count=len(said)
        )
    )
    label = _("Probability of each class, by row, at each moment, by column")
    clicked = picture(
        matrix(said.T.numpy(), label, classes, largest=1.0, marked=(slice(None), place), pick="moment"),
        "inside_moments",
    )
    if clicked:
        st.session_state[CLICKED] = int(clicked.split(":")[2])
        st.rerun()


def show_filters(classifier: Classifier, latest: Tensor) -> None:
    """Show what the first layer looked for; colours are as strong as the largest of the `latest` weights has it."""
    weights = first_weights(classifier.network)
    if weights is None:
        return
    st.subheader(_("What the first layer looked for"), anchor=False)
    st.caption(_("Its weights at this moment: :blue[blue is plus], :orange[orange is minus]."))
    show_sheet(signed(weights[:MAX_MAPS].numpy(), latest.abs().max().item()))
