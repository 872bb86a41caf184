"""What the page “Look inside” looks at: a network, and a digit for it to read."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from core.datasets import Data, default_dataset, load
from core.digits.handwriting import draw
from core.digits.rasterize import Stroke, to_picture
from core.inference import Classifier
from core.runs import Run
from core.text.i18n import N_, _
from pages.ui.digit_canvas import drawn_strokes
from pages.ui.navigation import page
from pages.ui.network_picker import choose_network, classifier_of, key_of
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

EXAMPLE = 7  # the digit to begin with, where nothing is drawn


@dataclass(frozen=True)
class Source:
    """Where the digit comes from."""

    label: str


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and a digit.

    Attributes:
        name: of the network, the same for as long as it is the same one.
        run: whose network it is, None for one that was shipped or loaded.
        data: what its test pictures are taken from.
        classes: in the reader's language.
        strokes: of the drawing, None for a test picture.
        picture: float32 [1, 28, 28] in [0, 1].
        truth: the true class of a test picture, None for a drawing.
    """

    name: str
    run: Run | None
    classifier: Classifier
    data: Data
    classes: Sequence[str]
    strokes: Sequence[Stroke] | None
    picture: Tensor
    truth: int | None

    @property
    def key(self) -> str:
        """Tells this network from others, and from itself while it learns on; what is computed is kept by it."""
        return key_of(self.name, self.run)


def choose_subject(settings: Settings) -> Subject:
    """Show the choice of network and digit, and return them.

    Raises:
        CheckpointError, DatasetMissing, DatasetDamaged: a network or data set cannot be read; the text says what to do.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, run = choose_network(settings)
        source = settings.segments("digit", _("Which digit?"), SOURCES, "drawing")
        data = run.data if run else load(default_dataset())
        index = None
        if source == "test":
            index = settings.number("index", _("Number"), 0, len(data.test) - 1, 0, width=130)
    classifier = classifier_of(name, run)
    classes = [_(label) for label in classifier.classes]
    if index is not None:
        picture = data.test.inputs[index].float() / 255
        return Subject(name, run, classifier, data, classes, None, picture, int(data.test.targets[index]))
    strokes = drawn_strokes()
    words = _("This is what you drew.")
    if not strokes:
        strokes = draw(EXAMPLE, torch.Generator().manual_seed(0))
        words = _("Nothing is drawn yet, so here is somebody else’s {digit}.").format(digit=EXAMPLE)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words, width="content")
        st.page_link(page("draw"), width="content")
    return Subject(name, run, classifier, data, classes, strokes, to_picture(strokes).picture, None)


SOURCES = {"drawing": Source(N_("My drawing")), "test": Source(N_("A test picture"))}


HELD = session_key(__name__, "held")


def hold(subject: Subject) -> tuple[str, Classifier]:
    """Return a network and what tells it from others; of a run that learns on, as it was when first asked for.

    Else work that takes a second would begin anew for ever, each time about a network that has learnt a little more.
    """
    if subject.run is None or not subject.run.status.computing:
        st.session_state.pop(HELD, None)
        return subject.key, subject.classifier
    held = st.session_state.get(HELD)
    if held is None or held[0] != subject.name:
        last = subject.run.view().last
        held = st.session_state[HELD] = (subject.name, last.step if last else 0, subject.key, subject.classifier)
    _name, step, key, classifier = held
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            _("Your network is still learning; this is it after step {step:,}.").format(step=step), width="content"
        )
        st.button(_("Look again"), icon=":material/refresh:", key="inside_look_again", on_click=_let_go)
    return key, classifier


def _let_go() -> None:
    st.session_state.pop(HELD, None)
