"""The way of a drawing to the network, stage by stage."""

import numpy as np
import streamlit as st

from core.interpret.preprocessing import STAGES, describe_inputs, notice, preprocessing_steps
from core.plots.images import enlarge
from core.text.i18n import _
from pages.parts.inside.subject import Subject
from pages.ui import say
from pages.ui.digit_canvas import PEN
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

SHOWN = 128  # pixels of a picture on the page: six of them side by side


def show(subject: Subject, settings: Settings) -> None:
    """Show the stages with a switch each, and what the network says then."""
    if subject.strokes is None:
        say.info(_("A test picture has come this way already: choose “My drawing” to follow one."))
        return
    show_suggestions(
        Suggestion(
            _("Keep the margins"),
            ":material/crop_free:",
            _("What most demos do: the canvas is merely resized."),
            switch_off,
            (settings, {"cropped", "boxed", "centred"}),
        ),
        Suggestion(
            _("Raw pixels"),
            ":material/exposure:",
            _("Without the normalisation that it was trained with."),
            switch_off,
            (settings, {"normalised"}),
        ),
        Suggestion(_("All stages"), ":material/done_all:", _("The way it should be."), switch_off, (settings, set())),
    )
    with st.container(horizontal=True):
        places = [st.container(width=SHOWN + 4) for _stage in STAGES]
    off, frames = set(), []
    for place, (name, step) in zip(places, STAGES.items(), strict=True):
        with place:
            frames.append(st.empty())
            if step.without:
                on = settings.switch(name, _(step.label), True)
                st.caption(_(step.note if on else step.without))
                if not on:
                    off.add(name)
            else:
                st.markdown(_(step.label))
                st.caption(_(step.note))
    seen = preprocessing_steps(subject.strokes, PEN, off)
    for frame, step, result in zip(frames, STAGES.values(), seen.results, strict=True):
        square = in_a_square(result.picture.numpy())
        frame.image(
            enlarge(square, max(1, 2 * SHOWN // len(square))), width=SHOWN, output_format="PNG", alt=_(step.label)
        )
    before, after = (
        preprocessing_steps(subject.strokes, PEN).predict_proba(subject.classifier),
        seen.predict_proba(subject.classifier),
    )
    with st.container(key="notice"):
        st.markdown(notice(before, after, subject.classes, off))
    st.caption(_("The network is fed numbers {range}.").format(range=describe_inputs(seen.inputs(subject.classifier))))


def switch_off(settings: Settings, names: set[str]) -> None:
    """Switch these stages off and all others on."""
    settings.set({name: name not in names for name, step in STAGES.items() if step.without})


def in_a_square(picture: np.ndarray) -> np.ndarray:
    """Put paper beside or above and below a picture, so that all stages are of one size on the page."""
    side = max(picture.shape)
    margins = [((side - length) // 2, side - length - (side - length) // 2) for length in picture.shape]
    return np.pad(picture, margins)
