"""Our class's handwriting: drawings gather into a small test set, and a copy of a network learns from it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st
import torch

from core.datasets import DATASETS
from core.digits.collection import (
    LABELS,
    LARGEST_FILE,
    Collection,
    CollectionError,
    read_collection,
    sample_of,
    write_collection,
)
from core.digits.handwriting import draw
from core.digits.rasterize import CANVAS, Stroke, to_picture
from core.inference import Reader
from core.interpret.fine_tuning import FEWEST, FineTuned, Tally, answers, fine_tune, tally
from core.plots.gallery import gallery
from core.plots.matrix import matrix
from core.pretrained import CHECKPOINTS, CheckpointError, shipped_reader
from core.text.i18n import _
from pages.parts.inside.subject import Subject, hold
from pages.ui.background import TICK, Work, finished
from pages.ui.digit_canvas import canvas, drawn_strokes, new_canvas
from pages.ui.network_picker import loss_of, title_of
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.suggestions import Suggestion, try_this
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

AT_ONCE = 50  # drawings that a network is asked about from one sign of progress to the next
EXAMPLES = 30  # drawings of the suggestion
FEW = 64  # drawings that are shown without scrolling
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
FILE = "our_handwriting.jsonl"
COLLECTION = session_key(__name__, "collection")
PROBLEM = session_key(__name__, "problem")
SAID = session_key(__name__, "said")
SCORES = session_key(__name__, "scores")
TUNING = session_key(__name__, "tuning")
LABEL, SELECTED, NEW_LABEL, UPLOAD = "inside_label", "inside_selected", "inside_new_label", "inside_upload"


def show(subject: Subject, settings: Settings) -> None:
    """Show the collection, how each network reads it, and what a copy gains by learning from it."""
    drawn = bool(drawn_strokes())
    collection = st.session_state.setdefault(COLLECTION, Collection())
    st.caption(
        _("Your drawings stay in this session alone, and go when you close the page: download them to keep them.")
    )
    strokes = show_drawing()
    if bool(strokes) != drawn:
        st.rerun()  # what stands above speaks of another drawing
    if strokes and subject.strokes is not None:  # a stroke may have come since the subject was chosen
        subject = replace(subject, strokes=strokes, picture=to_picture(strokes).picture)
    if SAID in st.session_state:
        st.info(st.session_state.pop(SAID))
    if PROBLEM in st.session_state:
        st.warning(st.session_state.pop(PROBLEM))
    show_file(collection)
    if not len(collection):
        with st.container(key="notice"):
            st.markdown(_("The collection is empty: say which digit you drew, and add it."))
        show_suggestion()
        return
    key, reader = hold(subject)
    readers = all_readers()
    if subject.run is not None and reads_digits(reader):
        readers[subject.run.title] = reader
    scores = finished(SCORES, (key, collection), lambda: read_all(collection, readers), _("Asking the networks"))
    if scores is None:
        return
    show_collection(collection)
    show_suggestion()
    if scores:  # else none of the networks could be read
        show_scores(scores)
    st.subheader(_("Let a copy learn from them"), anchor=False)
    if reads_digits(reader):
        show_fine_tuning(subject, reader, key, collection, settings)
    else:
        st.info(_("This network was not trained on digits: choose one that was."))


def all_readers() -> dict[str, Reader]:
    """Return the shipped networks by their labels, and say which cannot be read."""
    readers = {}
    for name, recipe in CHECKPOINTS.items():
        try:
            readers[_(recipe.label)] = shipped_reader(name)
        except CheckpointError as problem:
            st.error(str(problem))
    return readers


def reads_digits(reader: Reader) -> bool:
    return reader.classes == DATASETS["mnist"].classes


# --- The collection ---------------------------------------------------------------------------------------------------


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
                max_upload_size=-(-LARGEST_FILE // 1_000_000),
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
            on_click=_change,
            args=(lambda collection: collection.remove(place),),
        )


def show_suggestion() -> None:
    words = _("Digits drawn by the app in many hands, to see what this page does before you have enough of your own.")
    label = _("Add {count} of other hands").format(count=EXAMPLES)
    try_this(Suggestion(label, ":material/gesture:", words, _change, (_with_examples,), "inside_examples"))


def _with_examples(collection: Collection) -> Collection:
    generator = torch.Generator().manual_seed(len(collection))
    labels = [place % LABELS for place in range(EXAMPLES)]
    return collection.add(*(sample_of(draw(label, generator), label) for label in labels))


def _relabel(place: int, key: str) -> None:
    label = st.session_state[key]
    _change(lambda collection: collection.relabel(place, label))


def _change(function: Callable[[Collection], Collection]) -> bool:
    """Change the collection, or say why that cannot be and leave it as it is; return whether it was changed."""
    try:
        st.session_state[COLLECTION] = function(st.session_state[COLLECTION])
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


# --- How each network reads it ----------------------------------------------------------------------------------------


def read_all(collection: Collection, readers: Mapping[str, Reader]) -> Generator[float, None, dict[str, Tally]]:
    """Ask each network about all drawings, some at a time; yield the share that is done."""
    for sample in collection.samples:
        _picture = sample.picture  # made once for each drawing
        yield 0.0
    batches = collection.pictures.split(AT_ONCE)
    scores = {}
    for place, (name, reader) in enumerate(readers.items()):
        given = []
        for batch in batches:
            given.append(answers(reader, batch))
            yield (place + len(given) / len(batches)) / len(readers)
        scores[name] = tally(torch.cat(given), collection.targets)
    return scores


def show_scores(scores: Mapping[str, Tally]) -> None:
    """Say which network reads the collection best, and show how each does."""
    best, worst = (choose(scores, key=lambda name: scores[name].all_right) for choose in (max, min))
    total, most, fewest = scores[best].all, scores[best].all_right, scores[worst].all_right
    if most > fewest:
        words = _("Of your {total} drawings **{best}** reads {most} right, and **{worst}** {fewest}.")
    elif most < total:
        words = _("Every network reads {most} of {total} right.")
    else:
        words = _("Every network reads {most} of {total} right: draw one that they mistake.")
    with st.container(key="notice"):
        st.markdown(words.format(total=total, best=best, most=most, worst=worst, fewest=fewest))
    show_table(scores, _("Network"), "inside_table")


def show_table(scores: Mapping[str, Tally], heading: str, key: str) -> None:
    """Show right answers out of all, in all and for each digit."""
    rows = []
    for name, score in scores.items():
        row = {heading: name, _("all"): f"{score.share:.0%} ({score.all_right}/{score.all})"}
        for digit, (right, total) in enumerate(zip(score.right, score.total, strict=True)):
            row[str(digit)] = f"{right}/{total}" if total else "–"
        rows.append(row)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key)


# --- A copy that learns from it ---------------------------------------------------------------------------------------


def show_fine_tuning(subject: Subject, reader: Reader, key: str, collection: Collection, settings: Settings) -> None:
    """Let a copy of the network learn from one half, and compare both on the other."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epochs = settings.slider("epochs", _("Epochs"), 1, 30, 10, width=220)
        rate = settings.notches("rate", _("Learning rate"), RATES, 3e-4, width=220)
        title = title_of(subject.name, subject.run)
        st.button(
            _("Fine-tune a copy"),
            icon=":material/model_training:",
            key="inside_tune",
            type="primary",
            disabled=len(collection) < FEWEST,
            on_click=_begin,
            args=(subject, reader, (key, title), collection, epochs, rate),
        )
    if len(collection) < FEWEST:
        st.caption(
            _("Collect at least {fewest} drawings, half to learn from and half to test on.").format(fewest=FEWEST)
        )
    kept = st.session_state.get(TUNING)
    if kept is None:
        return
    about, tuning = kept
    if not tuning.done:
        live(run_every=TICK)(_tune)(about[1], tuning)
    elif tuning.result is not None:
        show_tuned(subject, reader if about[0] == key else None, about[1], tuning.result)


def _begin(
    subject: Subject, reader: Reader, about: tuple[str, str], collection: Collection, epochs: int, rate: float
) -> None:
    loss = loss_of(subject.name, subject.run)
    try:
        generator = fine_tune(reader, collection, subject.data.test, epochs, rate, loss=loss)
    except ValueError as problem:
        st.session_state[PROBLEM] = str(problem)
    else:
        st.session_state[TUNING] = (about, Work(generator))


def _tune(title: str, tuning: Work) -> None:
    try:
        tuning.go_on()
    except CollectionError as problem:
        st.session_state[PROBLEM] = str(problem)
        _forget_tuning()
    if tuning.done or TUNING not in st.session_state:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        tuning.show(_("A copy of {title} is learning").format(title=title))
        st.button(_("Cancel"), icon=":material/close:", key="inside_cancel_tuning", on_click=_forget_tuning)


def _forget_tuning() -> None:
    st.session_state.pop(TUNING, None)


def show_tuned(subject: Subject, before: Reader | None, title: str, tuned: FineTuned) -> None:
    """Show what the copy gained and lost, and what it says to the present digit."""
    with st.container(key="inside_tuned"):
        st.markdown(f"**{title}** — {tuned.sentence}")
    unseen, elsewhere = tuned.unseen, tuned.elsewhere
    show_table(
        {
            _("your drawings, before"): unseen.before,
            _("your drawings, after"): unseen.after,
            _("other digits, before"): elsewhere.before,
            _("other digits, after"): elsewhere.after,
        },
        _("Not learnt from"),
        "inside_comparison",
    )
    show_both(subject, before, tuned.reader)


def show_both(subject: Subject, before: Reader | None, after: Reader) -> None:
    names = [_("network"), _("copy")] if before else [_("copy")]
    readers: Sequence[Reader] = [before, after] if before else [after]
    rows = torch.stack([reader.ask(subject.picture) for reader in readers])
    st.caption(_("What it says to the present digit:"))
    picture(matrix(rows.numpy(), _("Probabilities"), names, subject.classes, 1.0), "inside_both")
