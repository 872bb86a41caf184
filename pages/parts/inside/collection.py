"""The drawings of a class: digits are drawn, labeled, gathered, and kept in a file."""

from collections.abc import Callable

import streamlit as st
import torch

from core.digits.collection import (
    LABELS,
    MAX_FILE,
    Collection,
    CollectionError,
    read_collection,
    sample_of,
    write_collection,
)
from core.digits.handwriting import draw
from core.digits.rasterize import CANVAS, Stroke
from core.plots.gallery import gallery
from core.text.i18n import _
from pages.ui.digit_canvas import canvas, new_canvas
from pages.ui.labeled_drawings import keep, labeled_drawings
from pages.ui.session import session_key
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture

EXAMPLES = 30  # drawings of the suggestion
FEW = 64  # drawings that are shown without scrolling
FILE = "our_handwriting.jsonl"
PROBLEM = session_key(__name__, "problem")
SAID = session_key(__name__, "said")
LABEL, SELECTED, NEW_LABEL, UPLOAD = "inside_label", "inside_selected", "inside_new_label", "inside_upload"


def show_drawing() -> list[Stroke]:
    """Let a digit be drawn and taken into the collection under the label that the person says; return its strokes."""
    # Keys, as containers without one are built anew where a line above them comes or goes, and the canvas with them.
    with st.container(horizontal=True, gap="medium", key="inside_drawing"):
        with st.container(width=CANVAS + 10, key="inside_canvas"):
            st.caption(_("Draw a digit"))  # and room for the canvas’s own buttons, which float above it
            strokes = canvas()
        with st.container(width=440):
            label = st.segmented_control(_("This is a"), range(LABELS), key=LABEL)
            with st.container(horizontal=True):
                st.button(
                    _("Add"),
                    icon=":material/add:",
                    key="inside_add",
                    type="primary",
                    disabled=label is None,
                    on_click=_add,
                    args=(strokes, label),
                )
                st.button(_("Clear"), icon=":material/delete:", key="inside_clear", on_click=new_canvas, args=([],))
    return strokes


def _add(strokes: list[Stroke], label: int) -> None:
    if _change(lambda collection: collection.add(sample_of(strokes, label))):
        new_canvas([])  # for the next digit
        st.session_state[LABEL] = None


def show_file(collection: Collection) -> None:
    """Let the collection be saved as one file, and another be added from one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("Download the collection"),
            write_collection(collection),
            FILE,
            "application/jsonl",
            icon=":material/download:",
            key="inside_download",
            disabled=not len(collection),
            on_click="ignore",
        )
        with st.popover(_("Add from a file"), icon=":material/upload:"):
            st.file_uploader(
                _("A collection that was downloaded here"),
                "jsonl",
                key=UPLOAD,
                max_upload_size=-(-MAX_FILE // 1_000_000),
                on_change=_take_file,
            )


def show_collection(collection: Collection) -> None:
    """Show all drawings; one is selected, and can be given another label or taken out."""
    last = len(collection)
    st.session_state[SELECTED] = min(st.session_state.get(SELECTED, last), last)
    pictures = collection.pictures[:, 0].numpy()
    words = [str(sample.label) for sample in collection.samples]
    label = _("{count} drawings with their labels").format(count=last)
    with st.container(height=300 if last > FEW else "content", border=last > FEW):
        marked = st.session_state[SELECTED] - 1
        wide = gallery(pictures, words, label, marked)
        narrow = gallery(pictures, words, label, marked, columns=7) if last <= FEW else ""  # else twice the bytes
        picked = picture(wide, "inside_gallery", narrow)
    if picked is not None:
        st.session_state[SELECTED] = min(int(picked) + 1, last)
        st.rerun()  # its frame is drawn already, around another
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.number_input(_("Drawing"), 1, last, key=SELECTED, width=130) - 1
        now = collection.samples[place].label
        st.selectbox(
            _("is a"),
            range(LABELS),
            now,
            key=f"{NEW_LABEL}_{place}_{now}",
            width=100,
            on_change=_relabel,
            args=(place, f"{NEW_LABEL}_{place}_{now}"),
        )
        st.button(
            _("Remove"),
            icon=":material/delete:",
            key="inside_remove",
            on_click=_remove,
            args=(place,),
        )


def show_suggestion() -> None:
    words = _("Digits drawn by the app in many hands, to see what this page does before you have enough of your own.")
    label = _("Add {count} of other hands").format(count=EXAMPLES)
    show_suggestions(Suggestion(label, ":material/gesture:", words, _add_examples, key="inside_examples"))


def _add_examples() -> None:
    _change(_with_examples)


def _with_examples(collection: Collection) -> Collection:
    generator = torch.Generator().manual_seed(len(collection))
    labels = [place % LABELS for place in range(EXAMPLES)]
    return collection.add(*(sample_of(draw(label, generator), label) for label in labels))


def _remove(place: int) -> None:
    _change(lambda collection: collection.remove(place))


def _relabel(place: int, key: str) -> None:
    label = st.session_state[key]
    _change(lambda collection: collection.relabel(place, label))


def _change(function: Callable[[Collection], Collection]) -> bool:
    """Change the collection, or say why that cannot be and leave it as it is; return whether it was changed."""
    try:
        keep(function(labeled_drawings()))
    except CollectionError as problem:
        st.session_state[PROBLEM] = str(problem)
        return False
    return True


def _take_file() -> None:
    uploaded = st.session_state[UPLOAD]
    if uploaded is not None:
        _change(lambda collection: _with_file(collection, uploaded.getvalue()))


def _with_file(collection: Collection, content: bytes) -> Collection:
    loaded, present = read_collection(content), set(collection.samples)
    new = [sample for sample in loaded.samples if sample not in present]
    whole = collection.add(*new)
    st.session_state[SAID] = _("{new} drawings added; {old} of the file were here already.").format(
        new=len(new), old=len(loaded) - len(new)
    )
    return whole
