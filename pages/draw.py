from collections.abc import Callable

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from core import checkpoints
from core.checkpoints import CHECKPOINTS, CheckpointError
from core.drawing import (
    CANVAS,
    SIDE,
    Drawing,
    Stroke,
    Verdict,
    canvas_from_strokes,
    judge,
    judge_answer,
    strokes_from_canvas,
    to_picture,
)
from core.figures.probabilities import bars, rows
from core.handwriting import draw, scribble
from core.i18n import _
from core.pictures import enlarge
from core.prediction import predict, run_reader, shipped_reader
from core.runs import Run, Status
from pages.shared.frame import begin, live
from pages.shared.session import runs
from pages.shared.source import show_source

PEN = 18  # canvas units; only for the eye, as the picture is inked anew
PAPER, INK = "#000000", "#FFFFFF"  # as in the data: what the person draws is what the network sees
ZOOM = 6  # screen pixels for each pixel of the picture
REFRESH = 1.0  # seconds between two answers of a network that is still learning

STYLE = """<style>
.st-key-prediction h1 {font-size: 4.5rem; line-height: 1.1; padding: 0}
.st-key-bars {min-height: 276px}  /* the place is kept while the browser still loads the chart */
</style>"""


def choose_network() -> tuple[str, Run | None]:
    """Return the name of a shipped network, or a run of the person's own."""
    own = {
        f"run-{number}": (number, run)
        for number, run in enumerate(runs(), start=1)
        if run.data.input_shape == (1, SIDE, SIDE)
    }
    labels = {name: _(recipe.label) for name, recipe in CHECKPOINTS.items()} | {
        name: _("Your run {number}: {title}").format(number=number, title=run.title)
        for name, (number, run) in own.items()
    }
    name = st.selectbox(
        _("Who answers?"),
        list(labels),
        index=list(labels).index("cnn"),
        format_func=labels.__getitem__,
        key="network",
        bind="query-params",
        width=420,
    )
    return name, own[name][1] if name in own else None


def new_canvas(strokes: list[Stroke]) -> None:
    """Put a new canvas in place of the old one; runs as a callback."""
    st.session_state["canvas_number"] += 1
    st.session_state["strokes"] = strokes


def draw_for_me(draw_one: Callable[[torch.Generator], list[Stroke]]) -> None:
    new_canvas(draw_one(torch.Generator().manual_seed(st.session_state["canvas_number"])))


def any_digit(generator: torch.Generator) -> list[Stroke]:
    return draw(int(torch.randint(10, (), generator=generator)), generator)


def canvas() -> list[Stroke]:
    """Show the canvas and return what is on it."""
    from streamlit_drawable_canvas import st_canvas  # importing it needs a running app

    key = f"canvas-{st.session_state.setdefault('canvas_number', 0)}"
    if key not in st.session_state:  # not drawn on yet: it begins with what was there before, such as on another page
        strokes = st.session_state.get("strokes", [])
        st.session_state["canvas_start"] = canvas_from_strokes(strokes, INK, PEN)
    result = st_canvas(
        stroke_width=PEN,
        stroke_color=INK,
        background_color=PAPER,
        width=CANVAS,
        height=CANVAS,
        initial_drawing=st.session_state.get("canvas_start"),
        key=key,
    )
    st.session_state["strokes"] = strokes_from_canvas(result.json_data)
    return st.session_state["strokes"]


def show_answer(name: str, run: Run | None, status: Status | None, strokes: list[Stroke]) -> None:
    """Ask the network and show what it says; run again on its own while the network is still learning."""
    if run is not None:
        run.look()
        if run.status is not status:
            st.rerun()  # another status has another timer
    try:
        reader = run_reader(run) if run is not None else shipped_reader(name)
    except CheckpointError as error:
        st.error(str(error))
        return
    drawing = to_picture(strokes)
    verdict, probabilities = judge(strokes), None
    if verdict is Verdict.OK:
        probabilities = reader.ask(drawing.picture)
        verdict = judge_answer(probabilities)
    classes = [_(label) for label in reader.classes]

    with st.container(key="prediction"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            with st.container():
                say(verdict, classes, probabilities)
            st.image(
                enlarge(drawing.picture[0].numpy(), 2 * ZOOM),
                caption=_("What the network sees"),
                width=ZOOM * SIDE,
                output_format="PNG",  # JPEG would blur the pixels
            )
        with st.container(key="bars"):
            st.vega_lite_chart(
                rows(classes, probabilities, sure=verdict is Verdict.OK),
                bars(classes),
                key="bars_chart",
                alt=_("The network’s probability for each class"),
            )
    if probabilities is not None:
        st.caption(notice(drawing, classes, probabilities))
    st.caption(describe(name, run))


def say(verdict: Verdict, classes: list[str], probabilities: Tensor | None) -> None:
    """Say the answer in large letters, or why there is none."""
    if verdict is Verdict.OK:
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
    if run is None:
        accuracy = checkpoints.load(name).card["test_accuracy"]
        return _("This network reads {accuracy:.1%} of MNIST’s test pictures correctly.").format(accuracy=accuracy)
    view = run.view()
    epochs = view.last.epoch if view.last else 0.0
    if view.status is Status.RUNNING:
        return _("Your network is learning, epoch {epochs:.1f}: its answer is asked anew every second.").format(
            epochs=epochs
        )
    return _("Your network has learnt for {epochs:.1f} epochs.").format(epochs=epochs)


begin()
st.html(STYLE)
st.title(_("Which digit did you draw?"))
left, right = st.columns([2, 3], gap="medium")
with left:
    st.caption(_("Draw a digit"))  # and room for the canvas's own buttons, which float above it
    strokes = canvas()
    st.button(_("Clear"), icon=":material/delete:", on_click=new_canvas, args=([],))
with right:
    name, run = choose_network()
    status = run.status if run is not None else None
    learning = status in (Status.RUNNING, Status.TESTING)
    live(run_every=REFRESH if learning else None)(show_answer)(name, run, status, strokes)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(_("Try this"), width="content")
    st.button(
        _("Another hand"),
        icon=":material/gesture:",
        help=_("Somebody else’s digit, in one of the many ways to write it: does the network read it too?"),
        on_click=draw_for_me,
        args=(any_digit,),
    )
    st.button(
        _("No digit at all"),
        icon=":material/question_mark:",
        help=_("A scribble or another sign: does the network say that it is not sure?"),
        on_click=draw_for_me,
        args=(scribble,),
    )
show_source(to_picture, predict)
