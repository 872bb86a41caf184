"""What a network says to a drawing."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from core import pretrained
from core.digits.rasterize import CANVAS, SIDE, Drawing, DrawingCheck, Stroke, check_answer, check_drawing, to_picture
from core.inference import Classifier
from core.plots.images import enlarge
from core.pretrained import CheckpointError
from core.runs import Run, Status
from core.text.i18n import _
from pages.parts.draw.bars import show_bars
from pages.parts.draw.without_mouse import show_other_ways
from pages.parts.draw.wrong import show_ways
from pages.ui import say
from pages.ui.digit_canvas import canvas, new_canvas
from pages.ui.markdown import plain
from pages.ui.network_picker import classifier_of
from pages.ui.weights_upload import loaded_networks

ZOOM = 6  # screen pixels for each pixel of the picture
FEW = 2  # letters of a class that can be written large

# Sent before what it is about, and keeps the place of what the browser still loads, so that nothing moves.
STYLE = """<style>
.st-key-paper [class*=st-key-canvas] {{min-height: {side}px}}
.st-key-drawing {{column-gap: 1.5rem; row-gap: .5rem}}
.st-key-seen {{width: 168px !important; flex: none !important}}
.st-key-seen h2 {{font-size: var(--letter) !important; line-height: 1.1; padding: 0; overflow-wrap: anywhere}}
.st-key-seen img {{aspect-ratio: 1}}
.st-key-bars {{flex: 1 1 168px !important; min-width: 168px; width: auto !important}}
.st-key-bars_chart {{min-height: 236px}}
@media (max-width: 1000px) {{
    .st-key-drawing, .st-key-paper_and_seen {{column-gap: .5rem}}
    .st-key-seen {{width: 68px !important}}
    .st-key-seen h2 {{font-size: min(var(--letter), 3.5rem) !important}}
}}
@media (max-height: 500px) {{  /* a phone on its side: the title beside the button of the navigation */
    .stMainBlockContainer {{padding-top: .5rem !important}}
    .stMainBlockContainer > .stVerticalBlock {{gap: .25rem}}
    .stMainBlockContainer > .stVerticalBlock > .stElementContainer h1 {{font-size: 1.3rem; padding: 0 0 0 3rem}}
}}
</style>"""


def draw_and_read(name: str, run: Run | None, status: Status | None) -> None:
    """Show the canvas and what the network says to what is drawn; again on its own while the network still learns."""
    if run is not None:
        run.heartbeat()
        if run.status is not status:
            st.rerun()  # another status has another timer
    st.html(STYLE.format(side=CANVAS))
    # Keys, as containers without one are built anew where a line above them comes or goes, and the canvas with them.
    with st.container(horizontal=True, key="drawing"):
        with st.container(horizontal=True, wrap=False, width="content", key="paper_and_seen"):
            with st.container(width=CANVAS, gap="xsmall", key="paper"):
                # It stands where the canvas's own buttons float above it, which leave the left half free.
                st.button(_("Clear"), icon=":material/delete:", type="tertiary", on_click=new_canvas, args=([],))
                strokes = canvas()
            seen = st.container(key="seen")
        answer = st.container(gap="xsmall", key="bars")
    try:
        classifier = classifier_of(name, run)
    except CheckpointError as error:
        with answer:
            say.error(str(error))
        return
    drawing, probabilities = _show_answer(classifier, strokes, seen, answer)
    st.caption(describe(name, run))
    with st.expander(_("Draw without a mouse"), icon=":material/keyboard:", key="draw_other_ways"):
        show_other_ways()
    if probabilities is not None:
        with st.expander(_("Is it wrong?"), icon=":material/school:", key="draw_wrong"):
            show_ways(name, run, classifier, strokes, drawing.picture)


def _show_answer(
    classifier: Classifier, strokes: list[Stroke], seen: DeltaGenerator, answer: DeltaGenerator
) -> tuple[Drawing, Tensor | None]:
    drawing = to_picture(strokes)
    verdict, probabilities = check_drawing(strokes), None
    if verdict is DrawingCheck.OK:
        probabilities = classifier.predict_proba(drawing.picture)
        verdict = check_answer(probabilities)
    classes = [_(label) for label in classifier.classes]
    confidence, place = (0.0, 0) if probabilities is None else (float(probabilities.max()), int(probabilities.argmax()))
    sure = verdict is DrawingCheck.OK
    best = classes[place] if sure else "?"
    st.html(f"<style>.st-key-seen {{--letter: {'4.5rem' if len(best) <= FEW else '1.3rem'}}}</style>")
    with seen:
        st.header(f":blue[{best}]" if sure else ":gray[?]", anchor=False)
        st.image(
            enlarge(drawing.picture[0].numpy(), 2 * ZOOM),
            caption=_("What the network sees"),
            output_format="PNG",  # JPEG would blur the pixels
            alt=describe_picture(drawing),
        )
    with answer:
        with st.container(key="verdict"):
            st.write(_("{probability:.1%} confident").format(probability=confidence) if sure else verdict.sentence)
        show_bars(classes, probabilities, sure, key="bars_chart")
    if probabilities is not None:
        st.caption(notice(drawing, classes, probabilities))
    return drawing, probabilities


def describe_picture(drawing: Drawing) -> str:
    """Say in words what the network is given to see."""
    foreground = drawing.picture[0] > 0.5
    if not foreground.any():
        return _("What the network sees: an empty image of {side}×{side} pixels.").format(side=SIDE)
    return _(
        "What the network sees: {strokes} strokes, {columns}×{rows} pixels in the center of {side}×{side}, white on "
        "black."
    ).format(
        strokes=len(drawing.strokes),
        columns=int(foreground.any(dim=0).sum()),
        rows=int(foreground.any(dim=1).sum()),
        side=SIDE,
    )


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
        card = pretrained.load(name).card
        return _(
            "It reads {accuracy:.1%} of MNIST’s test images right, and {drawn:.1%} of digits drawn by people whom it "
            "did not learn from. For those, its expected calibration error is {error:.1%}."
        ).format(accuracy=card["test_accuracy"], drawn=card["drawn_accuracy"], error=card["drawn_calibration_error"])
    view = run.view()
    epochs = view.last.epoch if view.last else 0.0
    if view.status is Status.RUNNING:
        return _("Your network is learning, epoch {epochs:.1f}: its answer is asked anew every second.").format(
            epochs=epochs
        )
    return _("Your network has learnt for {epochs:.1f} epochs.").format(epochs=epochs)
