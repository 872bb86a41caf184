from collections.abc import Callable

import streamlit as st
import torch

from core.drawing import CANVAS, Stroke, canvas_from_strokes, strokes_from_canvas, to_picture
from core.handwriting import draw, scribble
from core.i18n import _
from core.prediction import predict
from pages.shared.answer import show_answer
from pages.shared.frame import begin, live
from pages.shared.navigation import page
from pages.shared.settings import Settings
from pages.shared.source import show_source
from pages.shared.try_this import Suggestion, try_this
from pages.shared.who_answers import choose_network

PEN = 18  # canvas units; only for the eye, as the picture is inked anew
PAPER, INK = "#000000", "#FFFFFF"  # as in the data: what the person draws is what the network sees
REFRESH = 1.0  # seconds between two answers of a network that is still learning


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


begin()
st.title(_("Which digit did you draw?"))
left, right = st.columns([2, 3], gap="medium")
with left:
    st.caption(_("Draw a digit"))  # and room for the canvas's own buttons, which float above it
    strokes = canvas()
    st.button(_("Clear"), icon=":material/delete:", on_click=new_canvas, args=([],))
with right:
    settings = Settings("draw")
    name, run = choose_network(settings)
    settings.write_url()
    status = run.status if run is not None else None
    learning = status is not None and status.computing
    live(run_every=REFRESH if learning else None)(show_answer)(name, run, status, strokes)
    st.page_link(page("inside"), label=_("Why? Look inside"))
try_this(
    Suggestion(
        _("Another hand"),
        ":material/gesture:",
        _("Somebody else’s digit, in one of the many ways to write it: does the network read it too?"),
        draw_for_me,
        (any_digit,),
    ),
    Suggestion(
        _("No digit at all"),
        ":material/question_mark:",
        _("A scribble or another sign: does the network say that it is not sure?"),
        draw_for_me,
        (scribble,),
    ),
)
show_source(to_picture, predict)
