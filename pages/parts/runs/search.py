"""Many settings tried out in the background, and what came of them."""

import time
from dataclasses import dataclass
from itertools import combinations

import streamlit as st

from core.config import TrainConfig
from core.datasets import DatasetDamaged, DatasetMissing
from core.experiments.search import (
    SHARE,
    Search,
    best,
    cells,
    describe,
    notice,
    proposals,
    quality,
    search_data,
)
from core.experiments.search_figure import heat_map, parallel
from core.experiments.search_space import SEARCH_SPACE
from core.models import count_parameters
from core.runs import Status
from core.runs.trial_runner import Trial, TrialRunner
from core.text.i18n import N_, _
from pages.parts.runs.search_form import choose, suggest
from pages.parts.train.form import present_config, show_config
from pages.ui import say
from pages.ui.navigation import page
from pages.ui.page_frame import live
from pages.ui.session import Runs, session_key
from pages.ui.url_settings import Settings

REFRESH = 1.5  # seconds between two looks
REDRAW = 4.0  # seconds at least between two drawings of Plotly's pictures, which blink when they change
SERIES = "search"  # among the shelf's trainings in the background
ASKED = session_key(__name__, "asked")
PROBLEM = session_key(__name__, "problem")
DRAWN = session_key(__name__, "drawn")
SUMMARIES = {"mean": N_("Mean"), "best": N_("Best")}


def show(runs: Runs, settings: Settings) -> None:
    """Show what is to be searched, and how the search is going."""
    st.markdown(
        _(
            "No rule fixes these settings: try many. Each try trains on {train:.0%} of the training data and is judged "
            "on the other {rest:.0%}; the test data are not looked at."
        ).format(train=1 - SHARE, rest=SHARE)
    )
    suggest(settings)
    trials = runs.run_store.series.get(SERIES)
    with st.container(border=True):
        search = choose(settings, present_config())
        buttons(runs, search, trials)
    if PROBLEM in st.session_state:
        say.error(st.session_state.pop(PROBLEM))
    if trials is not None:
        drawn = state(runs, trials)
        live(run_every=REFRESH if drawn.searching or drawn.training else None)(progress)(runs, trials, drawn)
        show_results(runs, trials, trials.done[: drawn.done], settings)


def buttons(runs: Runs, search: Search | None, trials: TrialRunner | None) -> None:
    """Say how much is asked for, and show what can be done now."""
    running = trials if trials is not None and not trials.over else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Start"),
            icon=":material/play_arrow:",
            type="primary",
            key="search_start",
            disabled=search is None or running is not None,
            on_click=start,
            args=(runs, search),
            help=_("A new search takes the place of the one before."),
        )
        st.button(
            _("Stop"),
            icon=":material/stop:",
            key="search_stop",
            disabled=running is None,
            on_click=running.stop if running else None,
            help=_("What is done stays."),
        )
        if search is not None:
            st.markdown(size(search, trials), width="content")


def size(search: Search, trials: TrialRunner | None) -> str:
    """Say how many combinations and tries there are, and how long they take once that is known."""
    words = _("**{tries} tries** of {combinations:,} combinations").format(
        tries=search.trials, combinations=search.combinations
    )
    if search.between:
        words = _("**{tries} tries**, with any learning rate in between").format(tries=search.trials)
    asked = st.session_state.get(ASKED)
    if asked is None or trials is None or not trials.done:
        return words
    if (asked[0].base, asked[0].epochs) == (search.base, search.epochs):
        words += _(", about {seconds:.0f} s").format(seconds=search.trials * seconds_each(trials))
    return words


def seconds_each(trials: TrialRunner) -> float:
    return sum(trial.seconds for trial in trials.done) / len(trials.done)


def start(runs: Runs, search: Search) -> None:
    """Begin a search; while one is going on that one stays, so that two quick clicks are one."""
    going = runs.run_store.series.get(SERIES)
    if going is None or going.over:
        refused: list[str] = []
        st.session_state[ASKED] = (search, refused)
        runs.run_store.series[SERIES] = TrialRunner(proposals(search, refused), search_data, search.trials)


def train(runs: Runs, config: TrainConfig) -> None:
    """Begin an ordinary run with the settings of a try."""
    try:
        runs.start(config)
    except (DatasetMissing, DatasetDamaged) as problem:
        st.session_state[PROBLEM] = str(problem)


def is_training(runs: Runs) -> bool:
    return runs.current is not None and not runs.current.status.over


@dataclass(frozen=True)
class State:
    """What decides what is on the page: when it changes, all is drawn anew; until then only the progress is."""

    done: int
    searching: bool
    training: bool


def state(runs: Runs, trials: TrialRunner) -> State:
    return State(len(trials.done), not trials.over, is_training(runs))


def progress(runs: Runs, trials: TrialRunner, drawn: State) -> None:
    """Show how far a search is, again and again while it goes on."""
    runs.run_store.heartbeat()
    if state(runs, trials) != drawn:
        st.rerun()
    run, share = trials.running, 0.0
    words = _("{done} of {total} tries").format(done=drawn.done, total=trials.total)
    if run is not None and drawn.searching:
        share = run.view().share_done
        words += f" · {run.title}"
    if drawn.done and drawn.searching:
        left = (trials.total - drawn.done - share) * seconds_each(trials)
        words += " · " + _("about {seconds:.0f} s left").format(seconds=max(left, 0))
    st.progress(min((drawn.done + share) / trials.total, 1.0) if drawn.searching else 1.0, words)


def show_results(runs: Runs, trials: TrialRunner, done: tuple[Trial, ...], settings: Settings) -> None:
    """Show what a search has found so far."""
    search, refused = st.session_state[ASKED]
    with st.container():
        if trials.over and trials.message:
            say.info(trials.message)
        elif trials.over and len(done) < trials.total:
            say.info(_("It ended after {count} tries, as there was nothing else to try.").format(count=len(done)))
        if refused:
            say.warning(
                _("Combinations left out because they cannot be trained: {count}. {example}").format(
                    count=len(refused), example=refused[0]
                )
            )
    if not done:
        return
    with st.container(key="notice"):
        st.markdown(notice(search, done))
    leaders = best(search, done)
    if not leaders:
        return
    show_best(runs, search, leaders)
    drawn = keep_still(trials, done)
    st.subheader(_("All tries"), anchor=False)
    st.markdown(_("A line is a try: :blue[blue] is better, :orange[orange] is worse. Drag along an axis to choose."))
    st.plotly_chart(
        parallel(search, drawn),
        key="search_parallel",
        config={"displayModeBar": False},
        alt=_("Each try as a line through its settings and its result"),
    )
    if len(search.search_space) > 1:
        show_heat_map(search, drawn, settings)


def keep_still(trials: TrialRunner, done: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """Return the tries to draw: while a search goes on, the pictures are left alone for a while each time."""
    now = time.monotonic()
    of, count, since = st.session_state.get(DRAWN, (None, 0, 0.0))
    if of is not trials or trials.over or now - since > REDRAW:
        count, since = len(done), now
    st.session_state[DRAWN] = (trials, count, since)
    return done[:count]


def show_best(runs: Runs, search: Search, leaders: list[Trial]) -> None:
    st.subheader(_("The best {count}").format(count=len(leaders)), anchor=False)
    going = is_training(runs)
    with st.container():
        if going and runs.current is not None:
            st.caption(_("Training {title}. One run trains at a time.").format(title=runs.current.title))
            st.page_link(page("train"), label=_("See it on the page Train"))
    for trial in leaders:
        show_try(runs, search, trial, going)
    st.caption(
        _(
            "The best of many tries looks better than it is, as luck chose it as well. Trained on all of it, it is "
            "tested with data that had no say."
        )
    )


def show_try(runs: Runs, search: Search, trial: Trial, going: bool) -> None:
    config = search.final_config(trial.config)
    settings = describe(search, search.values(trial.config))
    words, buttons = st.columns(2, vertical_alignment="center")
    words.markdown(
        _("**{quality}** · {settings}  \n:small[{parameters:,} parameters, {seconds:.1f} s]").format(
            quality=quality(search, search.objective(trial)),
            settings=settings,
            parameters=count_parameters(config, config.problem.shape, config.problem.outputs),
            seconds=trial.seconds,
        )
        + tested(runs, config)
    )
    # The keys name the try and not its place in the list, so that a click means what was clicked on.
    with buttons.container(horizontal=True):
        st.button(
            _("Train it on all of it"),
            icon=":material/play_arrow:",
            key=f"search_train_{settings}",
            disabled=going,
            on_click=train,
            args=(runs, config),
            help=_("An ordinary run with these settings, all training data and {epochs} epochs.").format(
                epochs=config.epochs
            ),
        )
        if st.button(_("Show on Train"), icon=":material/tune:", key=f"search_show_{settings}"):
            show_config(config)
            st.switch_page(page("train"))


def tested(runs: Runs, config: TrainConfig) -> str:
    """Return in words how a run with these settings did on the test data, or nothing where there is none."""
    views = [run.view() for run in runs.all if run.config == config and not run.modified]
    outcomes = [view.outcome for view in views if view.status is Status.FINISHED and view.outcome]
    if not outcomes:
        return ""
    return _(":small[; trained on all of it, **{accuracy:.1%}** on the test data]").format(
        accuracy=outcomes[-1].score.accuracy
    )


def show_heat_map(search: Search, done: tuple[Trial, ...], settings: Settings) -> None:
    pairs = {"-".join(pair): pair for pair in combinations(search.search_space, 2)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pair = settings.menu(
            "search_pair",
            _("Two settings"),
            pairs,
            next(iter(pairs)),
            format_func=lambda name: " × ".join(_(SEARCH_SPACE[part].label) for part in pairs[name]),
        )
        summary = settings.segments(
            "search_cell", _("In each cell"), SUMMARIES, "mean", format_func=lambda name: _(SUMMARIES[name])
        )
    x, y = pairs[pair]
    st.plotly_chart(
        heat_map(search, x, y, cells(search, done, x, y, by_best=summary == "best")),
        key="search_heat_map",
        config={"displayModeBar": False},
        alt=_("The results by {x} and {y}").format(x=_(SEARCH_SPACE[x].label), y=_(SEARCH_SPACE[y].label)),
    )
