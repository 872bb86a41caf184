"""All runs of the session in a table, and those that are ticked compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.config import TrainConfig
from core.datasets import default_dataset
from core.digits.collection import MAX_SAMPLES
from core.experiments.compare import (
    best_so_far,
    differences,
    explain_differences,
    in_short,
    last_score,
    thinned,
    who_leads,
)
from core.experiments.compare_figure import MAX_LINES, Line, comparison
from core.experiments.seeds import with_an_end
from core.lessons.train.presets import PRESETS
from core.models import count_parameters
from core.runs import View
from core.runs.learning_curves import empty_charts
from core.runs.store import Entry, RunStore
from core.runs.workspace import KEEP
from core.text.i18n import N_, _
from pages.parts.runs.actions import CHOSEN, forget_problem, offer_deletion, show_actions, show_problem, start
from pages.parts.runs.seeds import are_going, show_seeds, summary_of
from pages.ui import say
from pages.ui.markdown import plain
from pages.ui.navigation import page
from pages.ui.page_frame import live
from pages.ui.run_status import BADGES
from pages.ui.session import Runs, session_key, session_runs
from pages.ui.url_settings import Settings
from pages.ui.weights_upload import MAX_KEPT

if TYPE_CHECKING:
    from streamlit.elements.arrow import DataframeStateInput

TABLE = "runs_table"
SHOWN = session_key(__name__, "shown")  # the numbers of the runs in the table, in its order
REFRESH = 1.0  # seconds between two looks
NEWEST = 6  # runs that are drawn as long as none is ticked
POINTS_OF_CURVE = 40  # in the table
MEGABYTE = 1024**2


@dataclass(frozen=True)
class Choice:
    """One entry of a menu."""

    label: str


QUANTITIES = {"loss": Choice(N_("Loss")), "accuracy": Choice(N_("Accuracy"))}
SPLITS = {"test_curve": Choice(N_("Test")), "train_curve": Choice(N_("Training"))}
AXES = {"epoch": Choice(N_("Epochs")), "step": Choice(N_("Steps")), "seconds": Choice(N_("Seconds"))}


def show(runs: Runs, settings: Settings) -> None:
    """Show the table, and what can be done with its runs."""
    if not runs.run_store.entries:
        _welcome(runs, settings)
        return
    moving = is_moving(runs.run_store)
    live(run_every=REFRESH if moving else None)(_panel)(runs, settings, moving, [moving])


def is_moving(run_store: RunStore) -> bool:
    """Return whether there is something new to see before long."""
    return are_going(run_store) or any(run.view().moving for run in run_store.runs)


def _welcome(runs: Runs, settings: Settings) -> None:
    show_problem()
    st.markdown(_("Every network that you train is kept here, beside the others: **no run yet**."))
    with st.container(horizontal=True):
        st.button(
            _("Train two: Adam and SGD"),
            icon=":material/play_arrow:",
            type="primary",
            key="train_two",
            on_click=_train_two,
            args=(runs,),
        )
        st.button(
            _("Search"), icon=":material/search:", key="go_search", on_click=settings.set, args=({"part": "search"},)
        )
        st.page_link(page("train"))
        st.page_link(page("playground"))
    _preview(_two())


def _two() -> list[TrainConfig]:
    return [PRESETS[name].config(default_dataset()) for name in ("course", "sgd")]


def _preview(configs: Sequence[TrainConfig]) -> None:
    """Show what the page will show of runs of these settings, without the numbers that only a training can give."""
    differing = differences(configs)
    rows = [
        {
            _("Run"): config.title,
            _("What differs"): in_short(differing, at),
            _("Accuracy"): None,
            _("Test loss"): None,
            _("Parameters"): count_parameters(config, config.problem.shape, config.problem.outputs),
        }
        for at, config in enumerate(configs)
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="–", alt=_("Two runs that could be trained"))
    st.caption(_("Their curves will grow here, one over the other."))
    loss, _accuracy = empty_charts(max(config.epochs for config in configs))
    st.vega_lite_chart(loss.spec, key="runs_preview", width="stretch", alt=loss.described)


def _train_two(runs: Runs) -> None:
    first, other = _two()
    start(runs, first)
    second = session_runs(session_key(__name__, "second"))
    second.start(other)
    st.session_state[CHOSEN] = []  # both are drawn


def _panel(runs: Runs, settings: Settings, moving: bool, just_seen: list[bool]) -> None:
    run_store = runs.run_store
    run_store.heartbeat()
    entries = run_store.entries
    # The timer belongs to the whole page. A page run that has set one need not ask again: should the last run end
    # meanwhile, the timer finds out, and the page is drawn once instead of twice.
    timed = just_seen.pop() if just_seen else False
    if not entries or (not timed and is_moving(run_store) != moving):
        st.rerun()
    show_problem()
    with st.container():
        for notice in run_store.notices:
            say.info(notice, icon=":material/info:")
    views = {entry: entry.run.view() for entry in entries}
    ticked = _table(entries, views)
    st.caption(
        _("{used:.1f} of {most:.0f} MB are in use. Beyond that the oldest run that is not pinned makes room.").format(
            used=run_store.nbytes / MEGABYTE, most=run_store.room / MEGABYTE
        )
        + " "
        + _(
            "The last {files} files of weights, your drawing and up to {drawings} collected digits are kept too; all "
            "of it for {minutes:.0f} minutes after you leave."
        ).format(files=MAX_KEPT, drawings=MAX_SAMPLES, minutes=KEEP / 60)
    )
    with st.container():
        if not ticked:
            st.caption(_("Tick runs at the left to compare them; tick one to rename it, pin it or try a change."))
    compared = (ticked or entries[-NEWEST:])[:MAX_LINES]
    _chart(compared, views, settings)
    with st.container():
        if len(ticked) > MAX_LINES:
            st.caption(_("The first {most} are drawn.").format(most=MAX_LINES))
    with st.container(key="notice"):
        st.markdown(who_leads([plain(entry.name) for entry in compared], [views[entry] for entry in compared]))
    _differences(compared, views)
    with st.container():
        if len(ticked) == 1:
            show_actions(runs, ticked[0], settings)
        elif ticked:
            offer_deletion(runs, ticked)
    show_seeds(run_store, compared)
    settings.write_url()


def _table(entries: Sequence[Entry], views: dict[Entry, View]) -> list[Entry]:
    """Show the table; return the runs that are ticked."""
    numbers = [entry.run.number for entry in entries]
    to_begin_with = _tick_again(numbers)
    differing = differences([with_an_end(views[entry]) for entry in entries])
    table = pd.DataFrame([_row(entry, views[entry], in_short(differing, at)) for at, entry in enumerate(entries)])
    column = st.column_config
    event = st.dataframe(
        table,
        key=TABLE,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=to_begin_with,
        hide_index=True,
        placeholder="–",
        alt=_("All runs of this session"),
        column_config={
            "name": column.TextColumn(_("Run"), pinned=True, width=110),
            "settings": column.TextColumn(
                _("What differs"), width=240, help=_("The settings that are not the same in all runs of the table")
            ),
            "accuracy": column.NumberColumn(
                _("Accuracy"), format="percent", width=85, help=_("The last test; of all test data once it is over")
            ),
            "best_accuracy": column.NumberColumn(_("Highest"), format="percent", width=75),
            "loss": column.NumberColumn(
                _("Test loss"), format="%.3g", width=80, help=_("The last test; of all test data once it is over")
            ),
            "best_loss": column.NumberColumn(_("Lowest"), format="%.3g", width=75),
            "curve": column.LineChartColumn(_("Its curve"), y_min=0, width=100, help=_("The test loss")),
            "status": column.TextColumn(_("Status"), width=85),
            "seconds": column.NumberColumn(_("Time"), format="%.1f s", width=75, help=_("Spent in training steps")),
            "parameters": column.NumberColumn(_("Parameters"), format="localized", width=95),
            "pinned": column.CheckboxColumn(_("Pinned"), width=70),
        },
    )
    rows = sorted(row for row in event.selection.rows if row < len(numbers))
    chosen = [numbers[row] for row in rows]
    if chosen != st.session_state.get(CHOSEN, []):
        forget_problem()  # it was about another run
    st.session_state[CHOSEN] = chosen
    return [entries[row] for row in rows]


def _tick_again(numbers: list[int]) -> "DataframeStateInput | None":
    """Let the same runs be ticked where rows have come or gone; return what a table that was away begins with."""
    chosen = [number for number in st.session_state.get(CHOSEN, []) if number in numbers]
    ticks: DataframeStateInput = {"selection": {"rows": [numbers.index(number) for number in chosen]}}
    same_rows = st.session_state.get(SHOWN) == numbers
    st.session_state[SHOWN] = numbers
    if TABLE not in st.session_state:
        return ticks
    if not same_rows:
        st.session_state[TABLE] = ticks
    return None


def _row(entry: Entry, view: View, special: str) -> dict[str, Any]:
    last = last_score(view)
    best_loss, best_accuracy = best_so_far(view)
    return {
        "name": entry.name,
        "settings": special or view.config.title,
        "accuracy": last.accuracy if last else None,
        "best_accuracy": best_accuracy,
        "loss": last.loss if last else None,
        "best_loss": best_loss,
        "curve": thinned(view.test_curve, POINTS_OF_CURVE),
        "status": _(BADGES[view.status][0]),
        "seconds": view.last.seconds if view.last else None,
        "parameters": _parameters(view.config),
        "pinned": entry.pinned,
    }


@lru_cache(maxsize=256)
def _parameters(config: TrainConfig) -> int:
    return count_parameters(config, config.problem.shape, config.problem.outputs)


def _chart(compared: Sequence[Entry], views: dict[Entry, View], settings: Settings) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = settings.segments("table_of", _("Curves"), SPLITS, "test_curve")
        quantity = settings.segments("table_quantity", _("of the"), QUANTITIES, "loss")
        axis = settings.segments("table_axis", _("over"), AXES, "epoch")
        smoothing = settings.slider("table_smoothing", _("Smoothing"), 0.0, 0.95, 0.0, 0.05, width=200)
    lines = []
    for entry in compared:
        summary = summary_of(entry, split, quantity)
        name = _("{name} · mean").format(name=entry.name) if summary and axis != "seconds" else entry.name
        lines.append(Line(name, getattr(views[entry], split), summary))
    chart = comparison(lines, quantity, axis, smoothing)
    st.vega_lite_chart(chart, key="runs_chart", width="stretch")
    with st.container():
        if not chart["data"]["values"]:
            st.caption(_("Nothing to draw: no test so far, or no accuracy, as there is none where values are learnt."))


def _differences(compared: Sequence[Entry], views: dict[Entry, View]) -> None:
    with st.container():
        if len(compared) < 2:
            return
        rows = differences([with_an_end(views[entry]) for entry in compared])
        if sentence := explain_differences(rows):
            st.markdown(sentence)
        if rows:
            names = [entry.name for entry in compared]
            st.dataframe(
                pd.DataFrame.from_dict(rows, orient="index", columns=names),
                key="runs_differences",
                alt=_("What differs between the runs that are compared"),
            )
