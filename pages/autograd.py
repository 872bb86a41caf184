"""Autograd: the graph that PyTorch notes down while a loss is computed, and the gradients that flow back along it."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Mapping

import streamlit as st

from core.lessons.autograd.predictions import DETACH, TWICE, detach_truth, twice_truth
from core.lessons.autograd.scene import scene
from core.lessons.autograd.trace import CASES, LIMIT, NUMBERS, run, snippet
from core.text.i18n import _
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "autograd_graph"
END = 10**6  # of any trace: it stops at its own last step


def show(settings: Settings, case: str, numbers: Mapping[str, float] = NUMBERS) -> None:
    """Set all controls to the end of a case, with these numbers."""
    settings.set({**numbers, "case": case, "step": END})


def suggest(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Gradients add up"),
            ":material/exposure_plus_1:",
            _("Two backward passes without zero_grad: twice the gradient."),
            show,
            (settings, "twice"),
        ),
        Suggestion(
            _("Cut the graph"),
            ":material/content_cut:",
            _("With detach, w gets no gradient and b does; nobody warns you."),
            show,
            (settings, "detach"),
        ),
        Suggestion(
            _("Nothing to correct"),
            ":material/target:",
            _("The prediction is the target: zeros flow all the way back."),
            show,
            (settings, "once", NUMBERS | {"target": 2.5}),
        ),
        Suggestion(
            _("An input of 0"),
            ":material/block:",
            _("The gradient of w is multiplied by x: only b can learn."),
            show,
            (settings, "once", NUMBERS | {"x": 0.0}),
        ),
    )


def lesson(settings: Settings) -> None:
    """Show the graph of the chosen program, and below it the choice, the questions and the program."""
    take_settled(PICTURE, settings)
    picture = st.container()  # comes first, and is drawn from what stands below it
    case = settings.segments(
        "case",
        _("The program"),
        CASES,
        "once",
        label_visibility="collapsed",
        on_change=settings.set,
        args=({"step": END},),
    )
    numbers = {name: settings.value(name, -LIMIT, LIMIT, default) for name, default in NUMBERS.items()}
    trace = scene(case, numbers)
    last = len(trace["steps"]) - 1
    step = settings.value("step", 0, last, last)
    suggest(settings)
    settings.write_url()
    with picture:
        alt = _("The graph of a loss: tensors, what made them, and the gradients that flow back")
        stage("autograd", trace, {"step": step, **numbers}, key=PICTURE, alt=alt, height=360)
    predict(TWICE, lambda: twice_truth(numbers), reveal=show, args=(settings, "twice", numbers))
    predict(DETACH, lambda: detach_truth(numbers), reveal=show, args=(settings, "detach", numbers))
    st.subheader(_("In PyTorch"), anchor=False)
    st.code(snippet(case, numbers), language="python")


def main() -> None:
    begin()
    st.write(_("Each line adds to a graph, which backward() walks back. Drag or click on a number to change it."))
    live()(lesson)(Settings("autograd"))
    show_source(run)
    end_lesson("autograd")


main()
