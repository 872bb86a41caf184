"""Seven questions about tensors, each of which PyTorch answers over the guess."""

import streamlit as st

from core.lessons.data.figures import draw_tensors
from core.lessons.data.puzzles import ERROR, PUZZLES, verdict
from core.text.i18n import _
from pages.parts.data.guess import ask, ask_again, guess_of
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings


def show_puzzles(settings: Settings) -> None:
    """Show one of the puzzles: its tensors, the question, and once it is answered what comes out."""
    chosen = settings.segments(
        "puzzle",
        _("Puzzle"),
        PUZZLES,
        next(iter(PUZZLES)),
        format_func=lambda key: _(PUZZLES[key].idea),
        label_visibility="collapsed",
    )
    puzzle = PUZZLES[chosen]
    name = f"answer_{chosen}"
    guess = guess_of(settings, name, puzzle.answers)
    settings.write_url()
    shown = bool(guess)
    tensors, result = puzzle.tensors(), (puzzle.expression, puzzle.result())
    label = _("The tensors of the puzzle, and behind them what comes out")
    wide, narrow = (draw_tensors(tensors, result, shown, label, stacked) for stacked in (False, True))
    picture(wide, "tensors", narrow=narrow)
    st.code(puzzle.program(), language="python")
    if not shown:
        question = _("Which shape comes out?") if puzzle.by_shape else _("Which numbers come out?")
        labels = {key: _(answer) if answer == ERROR else f"`{answer}`" for key, answer in puzzle.answers.items()}
        ask(settings, name, question, labels)
        return
    with st.container(key="notice"):
        st.markdown(f"{verdict(puzzle, guess)} {_(puzzle.because)}")
    keys = list(PUZZLES)
    following = keys[(keys.index(chosen) + 1) % len(keys)]
    with st.container(horizontal=True):
        st.button(
            _("Next: {idea}").format(idea=_(PUZZLES[following].idea)),
            icon=":material/arrow_forward:",
            key=settings.key("next_button"),
            on_click=settings.set,
            args=({"puzzle": following},),
        )
        ask_again(settings, name)
