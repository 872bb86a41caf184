"""What to do where a network misreads a drawing: teach a copy of it, or see which training images are like it."""

from collections.abc import Generator

import streamlit as st
import torch
from torch import Tensor

from core.config import ConfigError
from core.datasets import DATASETS, Data, DatasetDamaged, DatasetMissing, default_dataset, load
from core.digits.collection import LABELS, CollectionError, sample_of
from core.digits.rasterize import Stroke
from core.inference import Classifier
from core.interpret.embedding import EmbeddingError, hidden, hidden_rows, nearest
from core.interpret.teaching import MOST, teach
from core.plots.gallery import gallery
from core.runs import Run
from core.text.i18n import _
from pages.ui import say
from pages.ui.background import TICK, Work, finished
from pages.ui.before_after import show_both
from pages.ui.labeled_drawings import keep, labeled_drawings
from pages.ui.network_picker import key_of, loss_of
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.svg_view import picture

SAMPLED = 1000  # of the images that it learned from
LABEL, NEAREST = "draw_label", "draw_nearest"
PROBLEM = session_key(__name__, "problem")
TEACHING = session_key(__name__, "teaching")
SEEING = session_key(__name__, "seeing")


def show_ways(name: str, run: Run | None, classifier: Classifier, strokes: list[Stroke], image: Tensor) -> None:
    """Offer both, for a drawing that was read.

    Args:
        name, run: of the network, as pages.ui.network_picker.choose_network gives them.
        image: what the network sees of the drawing, float32 [1, 28, 28] in [0, 1].
    """
    try:
        data = run.data if run else load(default_dataset())
    except (DatasetMissing, DatasetDamaged) as problem:
        say.warning(str(problem))
        return
    if classifier.classes == DATASETS["mnist"].classes:
        _offer_teaching(name, run, classifier, data, strokes, image)
    if st.toggle(_("Show the training images that are most like it to the network"), key=NEAREST):
        key = name if run and run.status.computing else key_of(name, run)  # else it would begin anew at every step
        _show_nearest(key, classifier, data, image, _("Asking the network about its training images"))


# --- Teaching ---------------------------------------------------------------------------------------------------------


def _offer_teaching(
    name: str, run: Run | None, classifier: Classifier, data: Data, strokes: list[Stroke], image: Tensor
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.segmented_control(_("I drew a"), range(LABELS), key=LABEL)
        st.button(
            _("Teach it to a copy"),
            icon=":material/school:",
            key="draw_teach",
            disabled=label is None,
            on_click=_begin,
            args=(name, classifier, data, strokes, label, loss_of(name, run)),
        )
    if PROBLEM in st.session_state:
        say.warning(st.session_state.pop(PROBLEM))
    about, teaching = st.session_state.get(TEACHING, (None, None))
    if about != name:
        return
    if not teaching.done:
        live(run_every=TICK)(_go_on)(teaching)
    else:
        with st.container(key="draw_taught"):
            st.markdown(teaching.result.sentence)
        show_both(
            image, [_(label) for label in classifier.classes], classifier, teaching.result.classifier, "draw_both"
        )
        words = _("The copy learned from your last {most} drawings at most. They are in “Handwriting” on Look inside.")
        st.caption(words.format(most=MOST))


def _begin(name: str, classifier: Classifier, data: Data, strokes: list[Stroke], label: int, loss: str) -> None:
    collection = labeled_drawings()
    try:
        drawing = sample_of(strokes, label)
        if drawing not in collection.samples:
            collection = collection.add(drawing)
        work = Work(teach(classifier, collection, data.train, data.test, loss))
    except (CollectionError, ConfigError) as problem:
        st.session_state[PROBLEM] = str(problem)
        return
    keep(collection)
    st.session_state[TEACHING] = (name, work)
    st.session_state[LABEL] = None


def _go_on(teaching: Work) -> None:
    try:
        teaching.advance()
    except CollectionError as problem:
        st.session_state[PROBLEM] = str(problem)
        st.session_state.pop(TEACHING, None)
    if teaching.done or TEACHING not in st.session_state:
        st.rerun()
    teaching.show(_("A copy is learning from your drawings"))


# --- The nearest images -----------------------------------------------------------------------------------------------


def _show_nearest(key: str, classifier: Classifier, data: Data, image: Tensor, words: str) -> None:
    known = data.train.sample(SAMPLED)
    rows = finished(SEEING, key, lambda: _see(classifier, known.inputs), words)
    if rows is None:
        return
    if isinstance(rows, EmbeddingError):
        say.info(str(rows))
        return
    (row,) = torch.cat([*hidden(classifier.network, image[None], classifier.mean, classifier.std)])
    near, _distances = nearest(rows, row)
    labels = known.targets[near].tolist()
    words = _(
        "Of {sampled:,} images from {data}, these {count} are most like your drawing to the network’s last layer."
    )
    label = words.format(sampled=len(known), data=_(DATASETS[data.name].label), count=len(near))
    picture(
        gallery(known.inputs[near, 0].numpy() / 255, [_(classifier.classes[label]) for label in labels], label),
        "draw_nearest_images",
    )
    st.caption(label)


def _see(classifier: Classifier, images: Tensor) -> Generator[float, None, Tensor | EmbeddingError]:
    """Return what the last layer reads for each image, float32 [N, d], or why that cannot be; yield the share done."""
    try:
        return (yield from hidden_rows(classifier.network, images, classifier.mean, classifier.std))
    except EmbeddingError as problem:
        return problem
