"""Our class's handwriting: drawings gather into a small test set, and a copy of a network learns from it."""

from collections.abc import Generator, Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st
import torch

from core.datasets import DATASETS
from core.digits.collection import Collection, CollectionError
from core.digits.rasterize import to_picture
from core.inference import Classifier
from core.interpret.fine_tuning import FEWEST, FineTuned, Tally, answers, fine_tune, tally
from core.pretrained import CHECKPOINTS, CheckpointError, pretrained_classifier
from core.text.i18n import _
from pages.parts.inside.collection import (
    PROBLEM,
    SAID,
    show_collection,
    show_drawing,
    show_file,
    show_suggestion,
)
from pages.parts.inside.subject import Subject, hold
from pages.ui import say
from pages.ui.background import TICK, Work, finished
from pages.ui.before_after import show_both
from pages.ui.digit_canvas import drawn_strokes
from pages.ui.labeled_drawings import labeled_drawings
from pages.ui.markdown import plain
from pages.ui.network_picker import loss_of, title_of
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

AT_ONCE = 50  # drawings that a network is asked about from one sign of progress to the next
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
SCORES = session_key(__name__, "scores")
TUNING = session_key(__name__, "tuning")


def show(subject: Subject, settings: Settings) -> None:
    """Show the collection, how each network reads it, and what a copy gains by learning from it."""
    drawn = bool(drawn_strokes())
    collection = labeled_drawings()
    st.caption(
        _("Your drawings stay in this session alone, and go when you close the page: download them to keep them.")
    )
    strokes = show_drawing()
    if bool(strokes) != drawn:
        st.rerun()  # what stands above speaks of another drawing
    if strokes and subject.strokes is not None:  # a stroke may have come since the subject was chosen
        subject = replace(subject, strokes=strokes, picture=to_picture(strokes).picture)
    if SAID in st.session_state:
        say.info(st.session_state.pop(SAID))
    if PROBLEM in st.session_state:
        say.warning(st.session_state.pop(PROBLEM))
    show_file(collection)
    if not len(collection):
        with st.container(key="notice"):
            st.markdown(_("The collection is empty: say which digit you drew, and add it."))
        show_suggestion()
        return
    key, classifier = hold(subject)
    classifiers = all_classifiers()
    if subject.run is not None and classifies_digits(classifier):
        classifiers[subject.run.title] = classifier
    scores = finished(SCORES, (key, collection), lambda: read_all(collection, classifiers), _("Asking the networks"))
    if scores is None:
        return
    show_collection(collection)
    show_suggestion()
    if scores:  # else none of the networks could be read
        show_scores(scores)
    st.subheader(_("Let a copy learn from them"), anchor=False)
    if classifies_digits(classifier):
        show_fine_tuning(subject, classifier, key, collection, settings)
    else:
        say.info(_("This network was not trained on digits: choose one that was."))


def all_classifiers() -> dict[str, Classifier]:
    """Return the shipped networks by their labels, and say which cannot be read."""
    classifiers = {}
    for name, recipe in CHECKPOINTS.items():
        try:
            classifiers[_(recipe.label)] = pretrained_classifier(name)
        except CheckpointError as problem:
            say.error(str(problem))
    return classifiers


def classifies_digits(classifier: Classifier) -> bool:
    return classifier.classes == DATASETS["mnist"].classes


# --- How each network reads it ----------------------------------------------------------------------------------------


def read_all(collection: Collection, classifiers: Mapping[str, Classifier]) -> Generator[float, None, dict[str, Tally]]:
    """Ask each network about all drawings, some at a time; yield the share that is done."""
    for sample in collection.samples:
        _picture = sample.picture  # made once for each drawing
        yield 0.0
    batches = collection.pictures.split(AT_ONCE)
    scores = {}
    for place, (name, classifier) in enumerate(classifiers.items()):
        given = []
        for batch in batches:
            given.append(answers(classifier, batch))
            yield (place + len(given) / len(batches)) / len(classifiers)
        scores[name] = tally(torch.cat(given), collection.targets)
    return scores


def show_scores(scores: Mapping[str, Tally]) -> None:
    """Say which network reads the collection best, and show how each does."""
    best, worst = (choose(scores, key=lambda name: scores[name].all_right) for choose in (max, min))
    total, maximum, fewest = scores[best].all, scores[best].all_right, scores[worst].all_right
    if maximum > fewest:
        words = _("Of your {total} drawings **{best}** reads {most} right, and **{worst}** {fewest}.")
    elif maximum < total:
        words = _("Every network reads {most} of {total} right.")
    else:
        words = _("Every network reads {most} of {total} right: draw one that they mistake.")
    with st.container(key="notice"):
        st.markdown(words.format(total=total, best=best, most=maximum, worst=worst, fewest=fewest))
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


def show_fine_tuning(
    subject: Subject, classifier: Classifier, key: str, collection: Collection, settings: Settings
) -> None:
    """Let a copy of the network learn from one half, and compare both on the other."""
    if len(collection) < FEWEST:
        say.info(
            _(
                "Fine-tuning takes at least {fewest} drawings, half to learn from and half to test on; the collection "
                "has {count}."
            ).format(fewest=FEWEST, count=len(collection)),
            icon=":material/draw:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epochs = settings.slider("epochs", _("Epochs"), 1, 30, 10, width=220)
        rate = settings.select_slider("rate", _("Learning rate"), RATES, 3e-4, width=220)
        title = title_of(subject.name, subject.run)
        st.button(
            _("Fine-tune a copy"),
            icon=":material/model_training:",
            key="inside_tune",
            type="primary",
            disabled=len(collection) < FEWEST,
            on_click=_begin,
            args=(subject, classifier, (key, title), collection, epochs, rate),
        )
    kept = st.session_state.get(TUNING)
    if kept is None:
        return
    about, tuning = kept
    if not tuning.done:
        live(run_every=TICK)(_tune)(about[1], tuning)
    elif tuning.result is not None:
        show_tuned(subject, classifier if about[0] == key else None, about[1], tuning.result)


def _begin(
    subject: Subject, classifier: Classifier, about: tuple[str, str], collection: Collection, epochs: int, rate: float
) -> None:
    loss = loss_of(subject.name, subject.run)
    try:
        generator = fine_tune(classifier, collection, subject.data.test, epochs, rate, loss=loss)
    except ValueError as problem:
        st.session_state[PROBLEM] = str(problem)
    else:
        st.session_state[TUNING] = (about, Work(generator))


def _tune(title: str, tuning: Work) -> None:
    try:
        tuning.advance()
    except CollectionError as problem:
        st.session_state[PROBLEM] = str(problem)
        _forget_tuning()
    if tuning.done or TUNING not in st.session_state:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        tuning.show(_("A copy of {title} is learning").format(title=plain(title)))
        st.button(_("Cancel"), icon=":material/close:", key="inside_cancel_tuning", on_click=_forget_tuning)


def _forget_tuning() -> None:
    st.session_state.pop(TUNING, None)


def show_tuned(subject: Subject, before: Classifier | None, title: str, tuned: FineTuned) -> None:
    """Show what the copy gained and lost, and what it says to the present digit."""
    with st.container(key="inside_tuned"):
        st.markdown(f"**{plain(title)}** — {tuned.sentence}")
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
    st.caption(_("What it says to the present digit:"))
    show_both(subject.picture, subject.classes, before, tuned.classifier, "inside_both")
