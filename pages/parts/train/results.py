"""What a run came to: the test accuracy, the confusion matrix and the worst mistakes."""

import pandas as pd
import streamlit as st

from core.interpret.confusion_figure import confusion, describe_confusion
from core.interpret.metrics import confusion_matrix, worst_mistakes
from core.plots.images import enlarge
from core.runs import Run
from core.runs.view import Outcome
from core.text.i18n import _
from pages.ui.carrying_link import carrying_link

MISTAKES = 15
PIXELS = 4  # each pixel of a picture is drawn as a square of so many


def show_outcome(run: Run, outcome: Outcome) -> None:
    """Show how the network of a run that is over does on the whole test set."""
    classes = tuple(_(name) for name in run.data.classes)
    score = outcome.score
    wrong = score.samples - round(score.accuracy * score.samples)
    st.subheader(
        _("{accuracy:.2%} right on all {samples:,} test pictures").format(
            accuracy=score.accuracy, samples=score.samples
        )
    )
    with st.container(horizontal=True):
        carrying_link("inside", _("Look inside this network"), {"network": f"run-{run.number}"})
        carrying_link("runs", _("Compare it, repeat it, take it home"), {"home_run": f"run-{run.number}"})
    left, right = st.columns([3, 2], gap="large")
    matrix = confusion_matrix(outcome.probabilities, outcome.targets).numpy()
    with left:
        st.plotly_chart(
            confusion(matrix, classes, _("Which classes it mixes up")),
            key="confusion",
            alt=describe_confusion(matrix, classes),
        )
        table = st.expander(_("The matrix in numbers"), key="confusion_table", on_change="rerun")
        if table.open:
            table.caption(_("A row for what is shown, a column for the network’s answer"))
            table.table(pd.DataFrame(matrix, classes, classes))
    with right:
        st.markdown(_("**The worst of its {wrong:,} mistakes:** wrong and sure of it").format(wrong=wrong))
        with st.container(horizontal=True, key="mistakes"):
            for mistake in worst_mistakes(outcome.probabilities, outcome.targets, MISTAKES):
                picture = run.data.test.inputs[mistake.index, 0].numpy()
                caption = _("{truth}, read as {answer} ({confidence:.0%})").format(
                    truth=classes[mistake.truth], answer=classes[mistake.answer], confidence=mistake.confidence
                )
                st.image(enlarge(picture, PIXELS), caption=caption, width=88, alt=caption)
