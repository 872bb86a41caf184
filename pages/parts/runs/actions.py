"""What can be done with a run of the table."""

from collections.abc import Sequence

import streamlit as st

from core.config import ConfigError, TrainConfig
from core.config.fields import ON_PLAYGROUND
from core.datasets import POINTS, DatasetDamaged, DatasetMissing
from core.experiments.search_space import applicable_to
from core.experiments.seeds import with_an_end
from core.runs import Status
from core.runs.store import MAX_NAME, Entry, RunStoreError
from core.text.i18n import _
from pages.parts.playground import form
from pages.parts.runs.export import beyond_playground, beyond_train
from pages.parts.train.form import show_config
from pages.ui import say
from pages.ui.markdown import plain
from pages.ui.navigation import page
from pages.ui.session import Runs, session_key, session_runs
from pages.ui.url_settings import Settings

PROBLEM = session_key(__name__, "problem")
CHOSEN = session_key(__name__, "chosen")  # the numbers of the runs that are ticked
# Apart from the playground’s, which is one that goes on until it is paused.
POINTS_STARTED_HERE = session_key(__name__, "runs_of_points")


def going(runs: Runs) -> Entry | None:
    """Return the run that has to end before another may start, None where there is none."""
    mine = (runs.current, session_runs(POINTS_STARTED_HERE).current)
    for entry in runs.run_store.entries:
        status = entry.run.status
        if status.computing or (status is Status.PAUSED and entry.run in mine):
            return entry
    return None


def start(runs: Runs, config: TrainConfig) -> None:
    """Begin a run, unless another is still going, and tick it."""
    forget_problem()
    if going(runs):
        return
    home = session_runs(POINTS_STARTED_HERE) if config.dataset in POINTS else runs
    try:
        run = home.start(config)
    except (DatasetMissing, DatasetDamaged) as problem:
        st.session_state[PROBLEM] = str(problem)
        return
    st.session_state[CHOSEN] = [*st.session_state.get(CHOSEN, []), run.number]


def show_problem() -> None:
    """Say why the last thing that was asked for could not be done, until something else is asked for."""
    with st.container():
        if PROBLEM in st.session_state:
            say.error(st.session_state[PROBLEM])


def forget_problem() -> None:
    st.session_state.pop(PROBLEM, None)


def show_actions(runs: Runs, entry: Entry, settings: Settings) -> None:
    """Show what can be done with one run."""
    number, config = entry.run.number, with_an_end(entry.run.view())
    with st.container(border=True, key="run_actions"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                _("Name"),
                entry.name,
                max_chars=MAX_NAME,
                key=f"name_of_run_{number}",
                on_change=_rename,
                args=(runs, number),
                width=260,
            )
            st.toggle(
                _("Pin"),
                entry.pinned,
                key=f"pin_run_{number}",
                on_change=_pin,
                args=(runs, number),
                help=_("A pinned run is never given up to make room for others."),
            )
        st.caption(plain(entry.run.title))
        _explain(entry)
        busy = going(runs)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _buttons(runs, entry, config, busy)
        _change_one_thing(runs, entry, config, settings, busy)
        with st.container():
            if busy:
                st.caption(
                    _("{name} is still going, and one run trains at a time: wait for it, or stop it.").format(
                        name=plain(busy.name)
                    )
                )


def offer_deletion(runs: Runs, entries: Sequence[Entry]) -> None:
    """Show the button that deletes runs, once it is confirmed."""
    names = ", ".join(plain(entry.name) for entry in entries)
    with st.popover(_("Delete"), icon=":material/delete:", key="delete_runs"):
        st.markdown(
            _(
                "**{names}**: networks and curves are gone for good. What you want to keep is to be had under *Take "
                "home*."
            ).format(names=names)
        )
        st.button(
            _("Delete for good"),
            type="primary",
            key="delete_for_good",
            on_click=_delete,
            args=(runs, [entry.run.number for entry in entries]),
        )


def _explain(entry: Entry) -> None:
    """Say what is out of the ordinary about a run."""
    message = entry.run.view().message
    words = [message] if message else []
    if entry.run.modified:
        words.append(_("It was changed on the way, so that its settings alone do not give it again."))
    if entry.run.dropped_checkpoints:
        words.append(_("It gave up the moments of its training to make room."))
    with st.container():
        if words:
            st.caption(plain(" ".join(words)))


def _buttons(runs: Runs, entry: Entry, config: TrainConfig, busy: Entry | None) -> None:
    run, status = entry.run, entry.run.status
    if status is Status.PAUSED:
        st.button(_("Resume"), icon=":material/play_arrow:", key="run_resume", on_click=run.play)
    elif status is Status.RUNNING:
        st.button(_("Pause"), icon=":material/pause:", key="run_pause", on_click=run.pause)
    if not status.over:
        st.button(_("Stop"), icon=":material/stop:", key="run_stop", on_click=run.stop)
    st.button(
        _("Start again"),
        icon=":material/replay:",
        key="run_again",
        disabled=busy is not None,
        on_click=start,
        args=(runs, config),
        help=_("A new run with the same settings and the same seed."),
    )
    name, beyond = _own_page(config)
    title = page(name).title
    if st.button(
        _("Show on “{page}”").format(page=title),
        icon=page(name).icon,
        key="run_show",
        disabled=bool(beyond),
        help=_("That page cannot be set to this: {settings}.").format(settings=", ".join(beyond)) if beyond else None,
    ):
        _show_on_page(runs, entry, config)
        st.switch_page(page(name))
    offer_deletion(runs, [entry])


def _change_one_thing(runs: Runs, entry: Entry, config: TrainConfig, settings: Settings, busy: Entry | None) -> None:
    search_space = applicable_to(config)
    if st.session_state.get(settings.key("table_change")) not in (None, *search_space):
        settings.set({"table_change": next(iter(search_space))})  # another run had it, this one has not
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = settings.menu("table_change", _("Change one thing"), search_space, next(iter(search_space)), width=240)
        variable = search_space[name]
        present = variable.value(config)
        others = [choice for choice in variable.choices if choice != present]
        # To begin with the next one in the menu: far from the present one little is to be learnt.
        following = variable.choices.index(present) if present in variable.choices else 0
        value = st.selectbox(
            _("From {value} to").format(value=plain(variable.label_of(present))),
            others,
            min(following, len(others) - 1),
            format_func=variable.label_of,
            key=f"run_{entry.run.number}_{name}",
            width=200,
        )
        changed, refusal = None, ""
        try:
            changed = variable.apply(config, value)
        except ConfigError as problem:
            refusal = str(problem)
        st.button(
            _("Change it and run"),
            icon=":material/play_arrow:",
            key="run_changed",
            type="primary",
            disabled=busy is not None or changed is None,
            on_click=start,
            args=(runs, changed),
        )
    with st.container():
        if refusal:
            say.error(refusal)


def _own_page(config: TrainConfig) -> tuple[str, list[str]]:
    """Return the page where these settings are made, and which of them it has no control for."""
    if config.dataset in POINTS:
        return "playground", [name for name in beyond_playground(config) if name not in ("epochs", "stop_loss")]
    return "train", beyond_train(config)


def _show_on_page(runs: Runs, entry: Entry, config: TrainConfig) -> None:
    if config.dataset in POINTS:
        form.show_config({name: getattr(config, name) for name in ON_PLAYGROUND})
        return
    show_config(config)
    if runs.current is None or runs.current.status.over:
        runs.current = entry.run


def _rename(runs: Runs, number: int) -> None:
    entry, key = _find(runs, number), f"name_of_run_{number}"
    if entry is None:
        return
    try:
        runs.run_store.rename(entry, st.session_state[key])
    except RunStoreError as problem:
        st.session_state[PROBLEM] = str(problem)
    st.session_state[key] = entry.name


def _pin(runs: Runs, number: int) -> None:
    entry, key = _find(runs, number), f"pin_run_{number}"
    if entry is None:
        return
    try:
        runs.run_store.pin(entry, st.session_state[key])
    except RunStoreError as problem:
        st.session_state[PROBLEM] = str(problem)
    st.session_state[key] = entry.pinned


def _delete(runs: Runs, numbers: Sequence[int]) -> None:
    for number in numbers:
        if entry := _find(runs, number):
            runs.run_store.remove(entry.run)


def _find(runs: Runs, number: int) -> Entry | None:
    """Return the run that a widget is about, or None, with a sentence, where it is gone by now."""
    forget_problem()
    entry = runs.run_store.find(number)
    if entry is None:
        st.session_state[PROBLEM] = _("This run is not there any more.")
    return entry
