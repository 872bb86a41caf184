"""Two runs side by side that differ in their optimizer alone."""

from collections.abc import Iterable, Mapping

import streamlit as st

from core.config import TrainConfig
from core.experiments.compare import last_score
from core.experiments.compare_figure import Line, comparison
from core.lessons.train.duel import duel_configs, verdict
from core.optimizers import OPTIMIZERS
from core.runs import Run, View
from core.text.i18n import _
from pages.parts.train.live import refresh_of
from pages.ui.navigation import page
from pages.ui.page_frame import live
from pages.ui.session import Runs, session_key

DUEL = session_key(__name__, "duel")  # the numbers of the runs, by their optimizers; the page shows the first


def begin_duel(runs: Runs, dataset: str) -> TrainConfig:
    """Begin both runs, and return the settings of the one that the page shows.

    Raises:
        DatasetMissing, DatasetDamaged: the data cannot be read; the message says what to do.
    """
    first, *others = duel_configs(dataset).items()
    begun = {first[0]: runs.start(first[1])} | {name: runs.start_beside(config) for name, config in others}
    st.session_state[DUEL] = {name: run.number for name, run in begun.items()}
    return first[1]


def show_duel(runs: Runs) -> None:
    """Show both for as long as the page shows the first of them, and nobody has deleted the other."""
    entries = {name: runs.run_store.find(number) for name, number in st.session_state.get(DUEL, {}).items()}
    rivals = {name: entry.run for name, entry in entries.items() if entry}
    if len(rivals) < len(entries) or runs.current not in rivals.values():
        return
    moving = _moving([run.view() for run in rivals.values()])
    live(run_every=refresh_of() if moving else None)(_panel)(rivals, moving)


def _moving(views: Iterable[View]) -> bool:
    return any(view.moving for view in views)


def _panel(rivals: Mapping[str, Run], drawn: bool) -> None:
    views = {name: run.view() for name, run in rivals.items()}
    if _moving(views.values()) != drawn:
        st.rerun()  # the timer belongs to another state
    scores = {name: score for name, view in views.items() if (score := last_score(view))}
    with st.container(border=True, key="duel"):
        if len(scores) == len(rivals):
            st.markdown(verdict(scores, all(view.status.over for view in views.values())))
        else:
            st.markdown(_("Neither has been tested yet."))
        lines = [Line(_(OPTIMIZERS[name].label), view.test_curve) for name, view in views.items()]
        alt = _("The accuracy of both on the test sample, over the epochs")
        st.vega_lite_chart(
            comparison(lines, "accuracy", "epoch", 0) | {"height": 280}, key="duel_chart", width="stretch", alt=alt
        )
        st.page_link(page("runs"), label=_("All differences, and more seeds: Compare runs"))
