"""A box in which a curve is drawn with mouse or finger."""

import streamlit as st

from core.digits.canvas_json import canvas_from_strokes, strokes_from_canvas
from core.lessons.why_activations.fitting import Curve, curve_from_strokes, curve_to_stroke
from core.text.i18n import _

WIDTH, HEIGHT = 260, 150  # canvas units
PEN = 4
PAPER, INK = "#000000", "#FFFFFF"


def hand_drawn(curve: Curve, key: str) -> Curve:
    """Show the box with this curve in it, and return the one that is in it now; empty where nothing is drawn."""
    from streamlit_drawable_canvas import st_canvas  # importing it needs a running app

    number = f"{key}.number"
    canvas = f"{key}.{st.session_state.setdefault(number, 0)}"
    if (
        canvas not in st.session_state
    ):  # not drawn on yet: it begins with what was there before, such as on another page
        strokes = [curve_to_stroke(curve, WIDTH, HEIGHT)] if curve else []
        st.session_state[f"{key}.start"] = canvas_from_strokes(strokes, INK, PEN)
    st.caption(_("Draw from edge to edge; draw over a part to change it."))
    result = st_canvas(
        stroke_width=PEN,
        stroke_color=INK,
        background_color=PAPER,
        width=WIDTH,
        height=HEIGHT,
        initial_drawing=st.session_state[f"{key}.start"],
        key=canvas,
    )
    return curve_from_strokes(strokes_from_canvas(result.json_data), WIDTH, HEIGHT)
