"""For those who cannot draw with mouse or finger: a pen that the arrow keys move, and samples to take."""

from pathlib import Path

import streamlit as st
import torch
from streamlit.components import v2

from core.digits.canvas_json import strokes_from_canvas
from core.digits.collection import LABELS
from core.digits.handwriting import draw
from core.text.i18n import _
from pages.ui.digit_canvas import NUMBER, new_canvas

_HTML = """<div class="board" role="application" tabindex="0"><svg viewBox="0 0 280 280" aria-hidden="true">
<path d=""/><circle r="10"/></svg></div><div class="said" aria-live="polite"></div>"""
_STYLE = Path(__file__).with_name("key_pen.css").read_text(encoding="utf-8")
_SCRIPT = Path(__file__).with_name("key_pen.js").read_text(encoding="utf-8")
SAMPLE, KEYS = "draw_sample", "draw_keys"


def show_other_ways() -> None:
    """Offer both; what is drawn or taken is put on the canvas."""
    st.segmented_control(_("Take a sample of"), range(LABELS), key=SAMPLE, on_change=_take_sample)
    st.caption(
        _(
            "Or draw with keys: arrows move the pen, the space bar puts it down and lifts it, Backspace takes the last "
            "stroke back, Enter has it read."
        )
    )
    words = {"board": _("Draw with the arrow keys"), "down": _("Pen down at"), "up": _("Pen up at")}
    v2.component("key_pen", html=_HTML, css=_STYLE, js=_SCRIPT)(data=words, key=KEYS, on_drawn_change=_take_drawing)


def _take_sample() -> None:
    digit = st.session_state[SAMPLE]
    if digit is not None:
        new_canvas(draw(digit, torch.Generator().manual_seed(st.session_state[NUMBER])))
        st.session_state[SAMPLE] = None  # so that the same digit can be taken again, by another hand


def _take_drawing() -> None:
    if strokes := strokes_from_canvas(st.session_state[KEYS].get("drawn")):
        new_canvas(strokes)
