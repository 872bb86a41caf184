"""The black square on which a digit is drawn with mouse or finger; what is on it is the same on every page."""

import streamlit as st

from core.digits.canvas_json import canvas_from_strokes, strokes_from_canvas
from core.digits.rasterize import CANVAS, Stroke

PEN = 18  # canvas units; only for the eye, as the picture is inked anew
PAPER, INK = "#000000", "#FFFFFF"  # as in the data: what the person draws is what the network sees


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
    if result.json_data is not None:  # else the browser has not told yet
        st.session_state["strokes"] = strokes_from_canvas(result.json_data)
    return st.session_state.get("strokes", [])


def new_canvas(strokes: list[Stroke]) -> None:
    """Put a new canvas in place of the old one; runs as a callback."""
    st.session_state["canvas_number"] += 1
    st.session_state["strokes"] = strokes
