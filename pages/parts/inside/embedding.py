"""The test pictures as a network sees them just before it answers, and where the digit lands among them."""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from core.datasets import Data
from core.inference import Classifier
from core.interpret.embedding import (
    EmbeddingError,
    Pca,
    fit_pca,
    hidden,
    hidden_rows,
    landing,
    nearest,
    place_among,
    sample,
)
from core.interpret.embedding_figure import embedding
from core.interpret.tsne import Tsne
from core.text.i18n import N_, _
from pages.parts.inside.subject import Subject, hold
from pages.ui import say
from pages.ui.background import TICK, finished
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

MOST = 1_000  # pictures on a map
SAMPLES = (250, 500, MOST)  # of a t-SNE map, which takes a few seconds, or many
SEEING = session_key(__name__, "seeing")
TSNE = session_key(__name__, "tsne")


@dataclass(frozen=True)
class Method:
    """A way to bring many numbers down to two or three."""

    label: str
    note: str


METHODS = {
    "pca": Method(N_("PCA"), N_("Turns the numbers so that two or three directions show as much as any could.")),
    "tsne": Method(
        N_("t-SNE"),
        N_("Keeps near neighbours together; how far apart two groups lie, and how large they are, means little."),
    ),
}


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network makes of a sample of test pictures.

    Attributes:
        numbers: which test pictures, int64 [N].
        rows: what its last linear layer reads, float32 [N, d].
        fits: the widest directions, by their count.
    """

    numbers: Tensor
    rows: Tensor
    fits: dict[int, Pca]


def show(subject: Subject, settings: Settings) -> None:
    """Show the test pictures as points in two or three dimensions, and the digit as a star."""
    key, classifier = hold(subject)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = settings.segments("method", _("How?"), METHODS, "pca")
        dimensions = 3 if settings.switch("space", _("In 3-D")) else 2
        count = MOST
        if method == "tsne":
            count = settings.selectbox(
                "sample", _("Pictures"), SAMPLES, SAMPLES[1], format_func="{:,}".format, width=130
            )
    st.caption(_(METHODS[method].note))
    words = _("Showing the test pictures to the network")
    seen = finished(SEEING, key, lambda: see(classifier, subject.data), words)
    if seen is None:
        return
    if isinstance(seen, EmbeddingError):
        say.error(str(seen))
        return
    row = torch.cat(list(hidden(classifier.network, subject.picture[None], classifier.mean, classifier.std)))[0]
    if method == "pca":
        show_pca(subject, seen, row, dimensions)
    else:
        show_tsne(subject, seen, row, dimensions, count, key)


def see(classifier: Classifier, data: Data) -> Generator[float, None, Seen | EmbeddingError]:
    """Ask a network for the rows of a sample of test pictures, batch by batch; yield the share that is done."""
    numbers = sample(len(data.test), MOST)
    pictures = data.test.inputs[numbers]
    try:
        whole = yield from hidden_rows(classifier.network, pictures, classifier.mean, classifier.std)
        fits = {}
        for count in (2, 3):
            fits[count] = fit_pca(whole, count)
            yield 1.0
    except EmbeddingError as problem:
        return problem
    return Seen(numbers, whole, fits)


def show_pca(subject: Subject, seen: Seen, row: Tensor, dimensions: int) -> None:
    """Show the rows along their widest directions."""
    pca = seen.fits[dimensions]
    near, _distances = nearest(seen.rows, row)
    with st.container(key="notice"):
        st.markdown(landing(subject.data.test.targets[seen.numbers[near]], subject.classes))
    show_points(subject, seen.numbers, pca.project(seen.rows), pca.project(row[None])[0], pca.shares.tolist())
    st.caption(pca.sentence)


def show_tsne(subject: Subject, seen: Seen, row: Tensor, dimensions: int, count: int, key: str) -> None:
    """Show the map of a sample, or a button that begins it."""
    count = min(count, len(seen.rows))
    about = (key, dimensions, count)
    kept = st.session_state.get(TSNE)
    tsne = kept[1] if kept is not None and kept[0] == about else None
    if tsne is not None and not tsne.over:
        live(run_every=TICK)(_watch)(tsne)
        return
    if tsne is None or tsne.result is None:
        if tsne is not None and tsne.message:
            say.error(tsne.message)
        words = _("Make the map of {count:,} pictures").format(count=count)
        args = (about, seen.rows[:count], dimensions)
        st.button(words, icon=":material/scatter_plot:", key="inside_make_map", on_click=_begin, args=args)
        return
    near, distances = nearest(seen.rows[:count], row)
    numbers = seen.numbers[:count]
    with st.container(key="notice"):
        st.markdown(landing(subject.data.test.targets[numbers[near]], subject.classes, by_neighbours=True))
    show_points(subject, numbers, tsne.result, place_among(tsne.result, near, distances))


def _begin(about: tuple[Hashable, ...], rows: Tensor, dimensions: int) -> None:
    if TSNE in st.session_state:
        st.session_state[TSNE][1].cancel()
    tsne = Tsne(rows, dimensions)
    st.session_state[TSNE] = (about, _until_left(id(tsne), tsne))


@st.cache_resource(scope="session", max_entries=1, show_spinner=False, on_release=Tsne.cancel)
def _until_left(identity: int, _tsne: Tsne) -> Tsne:
    """Note a map whose work ends with the person's tab."""
    return _tsne


def _watch(tsne: Tsne) -> None:
    if tsne.over:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(tsne.share, _("Waiting for the maps of others") if tsne.waiting else _("t-SNE is at work"))
        st.button(_("Cancel"), icon=":material/close:", key="inside_cancel_map", on_click=tsne.cancel)


def show_points(
    subject: Subject, numbers: Tensor, places: Tensor, own: Tensor, shares: Sequence[float] | None = None
) -> None:
    """Show places [N, 2 or 3] of test pictures in colours by their class, and the place of the digit."""
    targets = subject.data.test.targets[numbers]
    figure = embedding(places.numpy(), targets.numpy(), numbers.numpy(), subject.classes, own.numpy(), shares)
    if subject.truth is not None:
        figure.data[-1].name = _("the test picture")
    st.plotly_chart(
        figure,
        key="inside_map",
        config={"displayModeBar": False},
        alt=_("{count:,} test pictures as points, and the digit among them").format(count=len(numbers)),
    )
