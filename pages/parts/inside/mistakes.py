"""Which test pictures a network mixes up, and whether it is as often right as it is sure."""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from core.datasets import Data
from core.inference import Classifier
from core.interpret.metrics import cell, confusion_matrix, reliability
from core.interpret.reliability_figure import reliability_chart
from core.losses import class_indices
from core.plots.confusion import confusion_drawing, confusion_key
from core.plots.images import enlarge
from core.text.i18n import _
from core.training import TEST_BATCH, outputs_in_batches
from pages.parts.inside.subject import Subject, hold
from pages.ui import say
from pages.ui.background import finished
from pages.ui.session import session_key
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

MAX_PICTURES = 24
ANSWERS = session_key(__name__, "answers")

Cell = tuple[int, int]  # true class, answer


def show(subject: Subject, settings: Settings) -> None:
    """Show what is mixed up with what, the pictures of one such cell, and how far its sureness can be trusted."""
    outcome = subject.run.view().outcome if subject.run else None
    if outcome is not None:
        show_answers(subject, settings, outcome.probabilities, outcome.targets)
        return
    key, classifier = hold(subject)
    probabilities = finished(ANSWERS, key, lambda: ask_all(classifier, subject.data), _("Reading all test pictures"))
    if probabilities is not None:
        show_answers(subject, settings, probabilities, class_indices(subject.data.test.targets))


def ask_all(classifier: Classifier, data: Data) -> Generator[float, None, Tensor]:
    """Read the whole test set; yield the share that is done, and return the probabilities, float32 [N, C]."""
    # A shipped network has to be fed as the pictures were that it learnt from.
    data = replace(data, mean=classifier.mean, std=classifier.std)
    probabilities = []
    for outputs in outputs_in_batches(classifier.network, data, data.test):
        probabilities.append(classifier.to_probabilities(outputs))
        yield min(1.0, len(probabilities) * TEST_BATCH / len(data.test))
    return torch.cat(probabilities)


def show_answers(subject: Subject, settings: Settings, probabilities: Tensor, targets: Tensor) -> None:
    if not probabilities.isfinite().all():
        say.warning(
            _("Some of its answers are no numbers, as its weights ran away: train it with a smaller learning rate.")
        )
        return
    counts = confusion_matrix(probabilities, targets)
    truth, answer = choose_cell(settings, counts)
    places = cell(probabilities, targets, truth, answer)
    with st.container(key="notice"):
        st.markdown(notice(counts, truth, answer, probabilities[places], subject.classes))
    left, right = st.columns([2, 1], gap="medium")
    with left:
        clicked = show_mix_ups(counts, subject.classes, "inside_mix_ups", (truth, answer), "cell")
        st.caption(_("Click on a cell to see its pictures."))
    if clicked:
        settings.set({"cell": tuple(map(int, clicked.split(":")[1:])), "chosen": 0})
        st.rerun()
    if len(places):
        chosen = settings.bind_value("chosen", 0, read_place, str)
        chosen = min(chosen, len(places) - 1)
        with right:
            show_chosen(subject, settings, probabilities, int(places[chosen]))
        show_gallery(subject, settings, probabilities, places, chosen)
    show_reliability(probabilities, targets)


def choose_cell(settings: Settings, counts: Tensor) -> Cell:
    """Return the cell to open: the one that was picked, or else the most frequent mix-up."""
    classes = len(counts)

    def read(text: str) -> Cell:
        truth, answer = map(int, text.split("-"))
        if not (0 <= truth < classes and 0 <= answer < classes):
            raise ValueError(text)
        return truth, answer

    mistakes = counts.clone().fill_diagonal_(-1)
    worst = divmod(int(mistakes.argmax()), classes)
    picked = settings.bind_value("cell", None, read, lambda cell: "-".join(map(str, cell or ())))
    return worst if picked is None or max(picked) >= classes else picked


def read_place(text: str) -> int:
    place = int(text)
    if not 0 <= place < MAX_PICTURES:
        raise ValueError(text)
    return place


def notice(counts: Tensor, truth: int, answer: int, inside: Tensor, classes: Sequence[str]) -> str:
    """Say how many are read rightly, and what the open cell holds: the probabilities `inside` it are [n, C]."""
    words = {
        "right": int(counts.trace()),
        "all": int(counts.sum()),
        "truth": classes[truth],
        "answer": classes[answer],
        "shown": int(counts[truth].sum()),
        "count": len(inside),
    }
    if not len(inside):
        return _(
            "It reads {right:,} of {all:,} test pictures rightly, and none of the {shown:,} of a **{truth}** as a "
            "**{answer}**."
        ).format(**words)
    sure = inside.amax(dim=1)
    return _(
        "It reads {right:,} of {all:,} test pictures rightly, and {count:,} of the {shown:,} of a **{truth}** as a "
        "**{answer}**: it is {most:.0%} sure of the first of these and {least:.0%} of the last."
    ).format(most=sure.max().item(), least=sure.min().item(), **words)


def show_mix_ups(
    counts: Tensor, classes: Sequence[str], key: str, marked: Cell | None = None, pick: str = ""
) -> str | None:
    """Draw a confusion matrix int64 [C, C] in which the mistakes stand out; return the cell that was clicked on."""
    clicked = picture(confusion_drawing(counts.numpy(), classes, marked, pick), key)
    st.caption(confusion_key())
    return clicked


def show_chosen(subject: Subject, settings: Settings, probabilities: Tensor, index: int) -> None:
    """Show one picture large, with what the network says to it."""
    values, best = probabilities[index].topk(2)
    st.image(enlarge(pixels(subject, index), 6), width=168, output_format="PNG", alt=_name(subject, index))
    st.markdown(
        _("Test picture {index:,}: **{first}** with {first_sure:.1%}, then **{second}** with {second_sure:.1%}").format(
            index=index,
            first=subject.classes[int(best[0])],
            first_sure=values[0].item(),
            second=subject.classes[int(best[1])],
            second_sure=values[1].item(),
        )
    )
    st.button(
        _("Look at this one"),
        icon=":material/frame_inspect:",
        key="inside_look",
        on_click=settings.set,
        args=({"digit": "test", "index": index, "part": "pixels"},),
    )


def _name(subject: Subject, index: int) -> str:
    truth = subject.classes[int(subject.data.test.targets[index])]
    return _("Test image {index:,}, in truth {name}").format(index=index, name=truth)


def show_gallery(subject: Subject, settings: Settings, probabilities: Tensor, places: Tensor, chosen: int) -> None:
    """Show the pictures of the cell, surest first, with a button each to choose it by."""
    shown = places[:MAX_PICTURES].tolist()
    st.caption(
        _("The {shown} of {all:,} that it was surest of. Press one to see it large.").format(
            shown=len(shown), all=len(places)
        )
        if len(places) > len(shown)
        else _("The surest first. Press one to see it large.")
    )
    with st.container(horizontal=True, key="inside_gallery"):
        for place, index in enumerate(shown):
            with st.container(width=84, gap="xsmall", horizontal_alignment="center"):
                st.image(enlarge(pixels(subject, index), 3), width=84, output_format="PNG", alt=_name(subject, index))
                st.button(
                    f"{probabilities[index].max().item():.1%}",
                    key=f"inside_choose_{place}",
                    type="primary" if place == chosen else "tertiary",
                    width="stretch",
                    on_click=settings.set,
                    args=({"chosen": place},),
                )


def pixels(subject: Subject, index: int) -> np.ndarray:
    return subject.data.test.inputs[index, 0].numpy()


def show_reliability(probabilities: Tensor, targets: Tensor) -> None:
    """Show how often it is right, by how sure it is."""
    st.subheader(_("Can its sureness be trusted?"), anchor=False)
    result = reliability(probabilities, targets)
    st.markdown(result.sentence)
    with st.container(width=620):
        st.vega_lite_chart(
            reliability_chart(result),
            key="inside_reliability",
            width="stretch",
            alt=_("How often it is right, for each tenth of sureness"),
        )
    st.caption(
        _(
            ":blue[▇] how often it is right in each tenth, :orange[●] the same, above how sure it was on average; "
            ":orange[┃] where chance alone may put ● if it is exactly as sure as it should be, :gray[┅] where it would "
            "be without chance. On average over all answers the two differ by {points:.1f} points."
        ).format(points=100 * result.error)
    )
