"""What a network says to a drawing."""

import numpy as np
import streamlit as st
from torch import Tensor

from core import pretrained
from core.digits.rasterize import SIDE, Drawing, DrawingCheck, Stroke, check_answer, check_drawing, to_picture
from core.plots.images import enlarge
from core.plots.probability_bars import bars, rows
from core.pretrained import CheckpointError
from core.runs import Run, Status
from core.text.i18n import _
from pages.ui import say
from pages.ui.markdown import plain
from pages.ui.network_picker import classifier_of
from pages.ui.weights_upload import loaded_networks

ZOOM = 6  # screen pixels for each pixel of the picture

STYLE = """<style>
.st-key-prediction h1 {font-size: 4.5rem; line-height: 1.1; padding: 0}
.st-key-bars {min-height: 276px}  /* the place is kept while the browser still loads the chart */
</style>"""


def show_answer(name: str, run: Run | None, status: Status | None, strokes: list[Stroke]) -> None:
    """Ask the network and show what it says; run again on its own while the network is still learning."""
    if run is not None:
        run.heartbeat()
        if run.status is not status:
            st.rerun()  # another status has another timer
    try:
        classifier = classifier_of(name, run)
    except CheckpointError as error:
        say.error(str(error))
        return
    drawing = to_picture(strokes)
    verdict, probabilities = check_drawing(strokes), None
    if verdict is DrawingCheck.OK:
        probabilities = classifier.predict_proba(drawing.picture)
        verdict = check_answer(probabilities)
    classes = [_(label) for label in classifier.classes]

    st.html(STYLE)
    with st.container(key="prediction"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            with st.container():
                show_verdict(verdict, classes, probabilities)
            st.image(
                enlarge(drawing.picture[0].numpy(), 2 * ZOOM),
                caption=_("What the network sees"),
                width=ZOOM * SIDE,
                output_format="PNG",  # JPEG would blur the pixels
            )
        with st.container(key="bars"):
            st.vega_lite_chart(
                rows(classes, probabilities, sure=verdict is DrawingCheck.OK),
                bars(classes),
                key="bars_chart",
                alt=_("The network’s probability for each class"),
            )
    if probabilities is not None:
        st.caption(notice(drawing, classes, probabilities))
    st.caption(describe(name, run))


def show_verdict(verdict: DrawingCheck, classes: list[str], probabilities: Tensor | None) -> None:
    """Say the answer in large letters, or why there is none."""
    if verdict is DrawingCheck.OK and probabilities is not None:
        probability, best = probabilities.max(dim=0)
        st.title(f":blue[{classes[best]}]", anchor=False)
        st.write(_("{probability:.1%} sure").format(probability=probability.item()))
    else:
        st.title(":gray[?]", anchor=False)
        st.write(verdict.sentence)


def notice(drawing: Drawing, classes: list[str], probabilities: Tensor) -> str:
    """Say what to look at, from the numbers on screen."""
    width, height = np.ptp(np.concatenate(drawing.strokes), axis=0).round().astype(int)
    inked = drawing.picture[0] > 0.5
    values, best = probabilities.topk(2)
    return _(
        "Best guesses: {first} with {first_probability:.1%} and {second} with {second_probability:.1%}. Your drawing "
        "of {width}×{height} points became {columns}×{rows} pixels in the centre, drawn with another pen: size, place "
        "and pen make no difference."
    ).format(
        first=classes[best[0]],
        first_probability=values[0].item(),
        second=classes[best[1]],
        second_probability=values[1].item(),
        width=width,
        height=height,
        columns=int(inked.any(dim=0).sum()),
        rows=int(inked.any(dim=1).sum()),
    )


def describe(name: str, run: Run | None) -> str:
    """Say how good the network is, or how far it has come."""
    if loaded := loaded_networks().get(name):
        return _("These weights came out of your file; pictures are prepared for them as for {network}.").format(
            network=plain(loaded.brought.fits.label)
        )
    if run is None:
        accuracy = pretrained.load(name).card["test_accuracy"]
        return _("This network reads {accuracy:.1%} of MNIST’s test pictures correctly.").format(accuracy=accuracy)
    view = run.view()
    epochs = view.last.epoch if view.last else 0.0
    if view.status is Status.RUNNING:
        return _("Your network is learning, epoch {epochs:.1f}: its answer is asked anew every second.").format(
            epochs=epochs
        )
    return _("Your network has learnt for {epochs:.1f} epochs.").format(epochs=epochs)
