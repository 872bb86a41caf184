"""Which pixels of a digit matter to a network, and what would make it another one."""

import re
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.interpret.saliency import Change, by_chance, fair_warning, occlusion, promise, saliency, towards
from core.plots.images import enlarge, signed
from core.text.i18n import _
from pages.parts.inside.subject import Subject, hold
from pages.ui.background import finished
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

FACTOR = 8
TRIES = 100
_COLORED = re.compile(r":\w+\[(.*?)\]")  # words of a caption in the color that they speak of
CHANGE = session_key(__name__, "change")


def show(subject: Subject, settings: Settings) -> None:
    """Show the slope over each pixel, what covering costs, and the smallest change towards another class."""
    key, classifier = hold(subject)
    subject = replace(subject, classifier=classifier)
    picture, classes = subject.picture, subject.classes
    probabilities = classifier.predict_proba(picture)
    best = int(probabilities.argmax())
    about = {name: Digit(name) for name in classes}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = settings.menu("about", _("Why"), about, classes[best], format_func=str, width=130)
        size = settings.slider("size", _("Size of the covering square"), 1, 14, 5, width=260)
    asked = classes.index(name)
    slope = saliency(classifier, picture, asked)
    covered = occlusion(classifier, picture, asked, size, max(1, size // 2))
    with st.container(key="notice"):
        st.markdown(covered.sentence(name))
    with st.container(horizontal=True):
        show_map(
            picture[0].numpy(),
            _("The picture: {answer}, {sure:.0%} sure").format(answer=classes[best], sure=probabilities[best].item()),
        )
        show_map(
            signed(slope.numpy()),
            _("Slope: :blue[more ink] or :orange[less ink] speaks for “{name}”").format(name=name),
        )
        show_map(
            signed(covered.probability.numpy(), 1.0),
            _("Covering: what “{name}” :blue[loses] where a square covers it").format(name=name),
        )
    st.caption(promise(classifier, picture, asked).sentence)
    st.subheader(_("What would make it another digit?"), anchor=False)
    second = int(probabilities.topk(2).indices[1])
    target = settings.menu("target", _("Make it a"), about, classes[second], format_func=str, width=130)
    change = finished(
        CHANGE,
        (key, target, picture.numpy().tobytes()),
        lambda: towards(classifier, picture, classes.index(target)),
        _("Looking for the smallest change"),
    )
    if change is not None:
        show_change(subject, change, target, best)


@dataclass(frozen=True)
class Digit:
    """A class in a menu."""

    label: str


def show_map(pixels: np.ndarray, caption: str) -> None:
    with st.container(width=28 * FACTOR + 16):
        st.image(enlarge(pixels, FACTOR), width=28 * FACTOR, output_format="PNG", alt=_COLORED.sub(r"\1", caption))
        st.caption(caption)


def show_change(subject: Subject, change: Change, target: str, best: int) -> None:
    st.markdown(change.sentence(target))
    with st.container(horizontal=True):
        show_map(subject.picture[0].numpy(), _("before"))
        show_map(signed(change.difference[0].numpy()), _("the change: :blue[ink added], :orange[ink taken away]"))
        show_map(change.picture[0].numpy(), _("after"))
    if change.found and change.size:
        kept = by_chance(subject.classifier, subject.picture, change, TRIES)
        st.caption(fair_warning(kept, TRIES, subject.classes[best]))
