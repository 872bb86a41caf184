"""The black square on which a digit is drawn with mouse or finger; what is on it is the same on every page."""

from pathlib import Path

import streamlit as st
from streamlit.components import v2

from core.digits.canvas_json import canvas_from_strokes, strokes_from_canvas
from core.digits.rasterize import CANVAS, Stroke
from pages.ui.session import session_key

_ONE_FINGER = Path(__file__).with_name("one_finger.js").read_text(encoding="utf-8")
PEN = 18  # canvas units; only for the eye, as the picture is inked anew
PAPER, INK = "#000000", "#FFFFFF"  # as in the data: what the person draws is what the network sees
STROKES = session_key(__name__, "strokes")
NUMBER = session_key(__name__, "number")  # of the canvas: another one for each that is put in its place
START = session_key(__name__, "start")  # what was on it when it was first shown


def canvas() -> list[Stroke]:
    """Show the canvas and return what is on it."""
    from streamlit_drawable_canvas import st_canvas  # importing it needs a running app

    key = f"canvas-{st.session_state.setdefault(NUMBER, 0)}"
    if key not in st.session_state:  # not drawn on yet: it begins with what was there before, such as on another page
        st.session_state[START] = canvas_from_strokes(drawn_strokes(), INK, PEN)
    result = st_canvas(
        stroke_width=PEN,
        stroke_color=INK,
        background_color=PAPER,
        width=CANVAS,
        height=CANVAS,
        initial_drawing=st.session_state.get(START),
        key=key,
    )
    if result.json_data is not None:  # else the browser has not told yet
        st.session_state[STROKES] = strokes_from_canvas(result.json_data)
    v2.component("one_finger", js=_ONE_FINGER)(key="one_finger")
    return drawn_strokes()


def drawn_strokes() -> list[Stroke]:
    """Return what is on the canvas, also where it is not on this page."""
    return st.session_state.get(STROKES, [])


def new_canvas(strokes: list[Stroke]) -> None:
    """Put a new canvas in place of the old one; runs as a callback."""
    st.session_state[NUMBER] += 1
    st.session_state[STROKES] = strokes
