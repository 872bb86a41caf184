"""The loss around a run's own weights, and the way that its training took through it."""

from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from core.experiments.landscape import (
    GRID,
    GRIDS,
    Landscape,
    LandscapeError,
    Steps,
    filter_normalised,
    optimizers_landscape,
    path_landscape,
    principal_plane,
    random_landscape,
)
from core.experiments.landscape_figure import loss_hill, loss_map
from core.experiments.landscape_text import optimizers_notice, path_notice, random_notice
from core.interpret.pca import principal_directions
from core.optimizers import OPTIMIZERS
from core.runs import Run
from core.runs.checkpoints import Checkpoint
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.background import finished
from pages.ui.navigation import page
from pages.ui.session import Runs, session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

SLICE = 0.25  # seconds of work in each TICK: nobody waits for anything else here
LENGTHS = (50, 100, 200, 400)  # of paths, in steps
HELD = session_key(__name__, "held")


@dataclass(frozen=True)
class Plan:
    """A landscape that can be surveyed: `subject` tells it from others, `begin` starts the work."""

    subject: tuple[Hashable, ...]
    begin: Callable[[], Steps]


@dataclass(frozen=True)
class Kind:
    """One way to lay a plane.

    Attributes:
        plan: shows its controls; returns what to survey, or None with a sentence where there is nothing.
        notice: what to see in it.
        code: what lays it.
    """

    label: str
    plan: Callable[[Run, Settings, int], Plan | None]
    notice: Callable[[Landscape], str]
    code: tuple[Callable, ...]


@dataclass(frozen=True)
class View:
    """One way to look at it."""

    label: str
    draw: Callable[[Landscape], go.Figure]


def show(runs: Runs, settings: Settings) -> None:
    """Show a landscape of one of the person's runs."""
    run = choose_run(runs, settings)
    if run is None:
        say.info(_("None of your runs has taken a step yet: train a network, and see the landscape it walks through."))
        st.page_link(page("train"))
        return
    show_suggestions(
        Suggestion(
            _("Race downhill"),
            ":material/sports_score:",
            _("Three optimizers from the same first weights."),
            settings.set,
            ({"landscape_kind": "optimizers", "landscape_optimizers": ["sgd", "rmsprop", "adam"]},),
            "runs_landscape_race",
        ),
        Suggestion(
            _("How wide is its valley?"),
            ":material/landscape:",
            _("Random directions around the last weights."),
            settings.set,
            ({"landscape_kind": "random", "landscape_view": "hill"},),
            "runs_landscape_valley",
        ),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = settings.segments("landscape_kind", _("Plane"), KINDS, "path")
        view = settings.segments("landscape_view", _("Picture"), VIEWS, "map")
        grid = settings.selectbox("landscape_grid", _("Points"), GRIDS, GRID, format_func="{0} × {0}".format, width=120)
    plan = KINDS[kind].plan(run, settings, grid)
    if plan is not None:
        show_plan(kind, plan, VIEWS[view])
    show_source(*KINDS[kind].code)


def choose_run(runs: Runs, settings: Settings) -> Run | None:
    """Show the choice among the runs that have taken a step; return None where there is none."""
    entries = {
        f"run-{entry.run.number}": entry
        for entry in reversed(runs.run_store.entries)
        if entry.run.view().last is not None
    }
    if not entries:
        return None
    newest = next(iter(entries))
    if st.session_state.get(settings.key("landscape_run"), newest) not in entries:
        settings.set({"landscape_run": newest})  # the chosen one was deleted meanwhile

    def label(name: str) -> str:
        return _("{name}: {title}").format(name=entries[name].name, title=entries[name].run.title)

    return entries[settings.menu("landscape_run", _("Run"), entries, newest, format_func=label, width=420)].run


def hold_moments(run: Run) -> tuple[Checkpoint, ...]:
    """Return the moments of a run; while it learns on, those up to when they were first asked for.

    Else the work, which takes seconds, would begin anew at each of its steps.
    """
    learning = run.status.computing
    if not learning:
        st.session_state.pop(HELD, None)  # else it would keep weights that the run itself may have given up
    number, moments = st.session_state.get(HELD, (None, ()))
    if number != run.number:
        moments = run.checkpoints()
    if learning:
        st.session_state[HELD] = (run.number, moments)
    # There also when it is empty: the fragment below is told from others by its place on the page.
    with st.container(horizontal=True, vertical_alignment="center"):
        if learning:
            st.caption(
                _("This network is still learning; here it is up to step {step:,}.").format(step=moments[-1].step),
                width="content",
            )
            st.button(_("Look again"), icon=":material/refresh:", key="runs_landscape_again", on_click=_let_go)
    return moments


def _let_go() -> None:
    st.session_state.pop(HELD, None)


def plan_path(run: Run, _settings: Settings, grid: int) -> Plan | None:
    if run.dropped_checkpoints:
        say.info(
            _(
                "This run gave up the moments of its training to keep within your session’s memory, so its path is "
                "not known any more. The other two planes need its last weights or its settings alone."
            )
        )
        return None
    moments = hold_moments(run)
    return Plan(
        (run.number, moments[-1].step, grid),
        lambda: path_landscape(run.config, run.data, run.network_at(moments[-1]), moments, grid),
    )


def plan_random(run: Run, settings: Settings, grid: int) -> Plan:
    seed = settings.number("landscape_seed", _("Seed of the directions"), 0, 999, 0, required=True, width=240)
    moments = hold_moments(run)
    return Plan(
        (run.number, moments[-1].step, seed, grid),
        lambda: random_landscape(run.config, run.data, run.network_at(moments[-1]), seed, grid),
    )


def plan_optimizers(run: Run, settings: Settings, grid: int) -> Plan | None:
    default = [name for name in OPTIMIZERS if name in {"sgd", "adam", run.config.optimizer}]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = settings.several("landscape_optimizers", _("Optimizers"), OPTIMIZERS, default)
        steps = settings.select_slider("landscape_steps", _("Steps"), LENGTHS, 100, width=200)
    if not chosen:
        say.info(_("Choose at least one optimizer."))
        return None
    return Plan(
        (run.number, tuple(chosen), steps, grid),
        lambda: optimizers_landscape(run.config, run.data, chosen, steps, grid),
    )


def show_plan(kind: str, plan: Plan, view: View) -> None:
    """Show how far the survey is, or its picture."""
    words = _("Measuring the loss, one network after another")
    landscape = finished(session_key(__name__, kind), plan.subject, lambda: _careful(plan.begin()), words, SLICE)
    if landscape is None:
        return
    if isinstance(landscape, LandscapeError):
        say.warning(str(landscape))
        return
    with st.container(key="notice"):
        st.markdown(KINDS[kind].notice(landscape))
    st.plotly_chart(
        view.draw(landscape),
        key=f"runs_landscape_{kind}_picture",
        config={"displayModeBar": False},
        alt=_("The loss over a plane of weights, with the way of the training on it"),
    )
    st.caption(
        _("Each loss is the mean of {samples:,} training examples; the darker, the higher.").format(
            samples=landscape.samples
        )
    )


def _careful(steps: Steps) -> Generator[float, None, Landscape | LandscapeError]:
    try:
        return (yield from steps)
    except LandscapeError as problem:
        return problem


KINDS: Mapping[str, Kind] = {
    "path": Kind(N_("Its own path"), plan_path, path_notice, (path_landscape, principal_plane, principal_directions)),
    "random": Kind(N_("Random"), plan_random, random_notice, (random_landscape, filter_normalised)),
    "optimizers": Kind(N_("Several optimizers"), plan_optimizers, optimizers_notice, (optimizers_landscape,)),
}
VIEWS: Mapping[str, View] = {"map": View(N_("Map"), loss_map), "hill": View(N_("3-D"), loss_hill)}
