"""Which image goes through which weights."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from core.datasets import Data, default_dataset, load
from core.digits.rasterize import to_picture
from core.inference import Classifier
from core.lessons.digit_network.network import EXAMPLES, pick_test_image
from core.models import Net
from core.pretrained import load as load_shipped
from core.pretrained import pretrained_classifier
from core.text.i18n import N_, _
from pages.parts.digit_network.training import present_network
from pages.ui.digit_canvas import drawn_strokes
from pages.ui.navigation import page
from pages.ui.url_settings import Settings

SHIPPED = "mlp"


@dataclass(frozen=True)
class Choice:
    label: str


@dataclass(frozen=True, eq=False)
class Weights:
    """The network that is shown; `stamp` tells its weights from others, and `own` is the one that is trained here."""

    classifier: Classifier
    stamp: str
    own: Net


def choose_weights(settings: Settings, data: Data) -> Weights:
    """Raises CheckpointError."""
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = settings.segments("weights", _("Weights"), WEIGHTS, "own", label_visibility="collapsed")
        if chosen == "shipped":
            card = load_shipped(SHIPPED).card
            words = _("It reads {accuracy:.2%} of MNIST’s test images, and learned from other digits as well.")
            st.caption(words.format(accuracy=card["test_accuracy"]), width="content")
    own, stamp = present_network()
    if chosen == "shipped":
        return Weights(pretrained_classifier(SHIPPED), "shipped", own)
    return Weights(Classifier(own, data.mean, data.std, data.classes), stamp, own)


def choose_image(settings: Settings, data: Data) -> tuple[Tensor, int]:
    """Return an image [1, 28, 28], and the class that it is to be read as."""
    strokes = drawn_strokes()
    classes = {str(place): _(name) for place, name in enumerate(data.classes)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawing = bool(strokes) and settings.switch("drawing", _("Your drawing"))
        label = int(settings.menu("class", _("Digit"), classes, "3", format_func=classes.__getitem__, width=110))
        if drawing:
            return to_picture(strokes).picture, label
        number = settings.number("number", _("Which one"), 1, EXAMPLES, 1, width=130)
        if not strokes:
            st.page_link(page("draw"), label=_("Draw one yourself"), width="content")
    return pick_test_image(data, label, number - 1), label


def data_here() -> Data:
    """Return the data that the page is about. Raises DatasetMissing, DatasetDamaged."""
    return load(default_dataset())


WEIGHTS = {"own": Choice(N_("Trained here")), "shipped": Choice(N_("Shipped with the app"))}
