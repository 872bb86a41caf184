"""Classification of a digit that is drawn by hand: preprocessing to 28×28 pixels, and the probability of each class."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable

import streamlit as st
import torch

from core import inference
from core.datasets.types import normalize
from core.digits.handwriting import draw, scribble
from core.digits.rasterize import Stroke, to_picture
from core.lessons.draw.predictions import SMALL, SUM, in_the_corner, small_truth, sum_truth
from core.pretrained import CheckpointError
from core.runs import Run
from core.text.i18n import _
from pages.parts.draw.answer import draw_and_read
from pages.ui.carrying_link import carrying_link
from pages.ui.digit_canvas import NUMBER, new_canvas
from pages.ui.lesson_end import end_lesson
from pages.ui.network_picker import choose_network, classifier_of
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings
from pages.ui.weights_upload import offer_loading

REFRESH = 1.0  # seconds between two answers of a network that is still learning


def draw_for_me(draw_one: Callable[[torch.Generator], list[Stroke]]) -> None:
    new_canvas(draw_one(torch.Generator().manual_seed(st.session_state[NUMBER])))


def any_digit(generator: torch.Generator) -> list[Stroke]:
    return draw(int(torch.randint(10, (), generator=generator)), generator)


def small_digit(generator: torch.Generator) -> list[Stroke]:
    return in_the_corner(any_digit(generator))


def ask(name: str, run: Run | None) -> None:
    try:
        classifier = classifier_of(name, run)
    except CheckpointError:
        return  # which stands beside the canvas already
    predict(SMALL, lambda: small_truth(classifier), reveal=draw_for_me, args=(small_digit,))
    numbers = {"classes": len(classifier.classes)}
    predict(SUM, lambda: sum_truth(classifier), numbers, draw_for_me, (scribble,))


def main() -> None:
    begin()
    place = st.container()
    settings = Settings("draw")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, run = choose_network(settings)
        offer_loading(settings)
        carrying_link("inside", _("Why? Look inside"), {"network": name, "digit": "drawing"})
    settings.write_url()
    status = run.status if run is not None else None
    learning = status is not None and status.computing
    # One fragment for the canvas and the answer: what is drawn runs nothing else of the page.
    with place:
        live(run_every=REFRESH if learning else None)(draw_and_read)(name, run, status)
    show_suggestions(
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
    ask(name, run)
    show_source(to_picture, normalize, inference.predict)
    end_lesson("draw")


main()
