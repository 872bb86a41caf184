"""The same settings with other seeds, so that a difference can be told from luck."""

from collections.abc import Sequence

import streamlit as st

from core.datasets import POINTS, data_of
from core.experiments.compare import measure
from core.experiments.seeds import (
    SEEDS,
    MultiSeedSummary,
    Repetition,
    as_trial,
    explain_difference,
    explain_spread,
    key_of,
    repeat,
    summary,
    with_an_end,
)
from core.runs.store import Entry, RunStore
from core.text.i18n import _
from pages.ui import say
from pages.ui.markdown import plain
from pages.ui.session import session_key

SERIES = "seeds"
KEPT = session_key(__name__, "kept")  # settings without their seed -> what came of them with several
MAX_KEPT = 20


def are_going(run_store: RunStore) -> bool:
    """Return whether seeds are being tried now."""
    trials = run_store.series.get(SERIES)
    return trials is not None and not trials.over


def repetition_of(entry: Entry) -> Repetition | None:
    """Return what came of a run's settings with several seeds, None where nobody asked for it."""
    return st.session_state.get(KEPT, {}).get(key_of(entry.run))


def summary_of(entry: Entry, split: str, quantity: str) -> MultiSeedSummary | None:
    """Return the band of a run's seeds, None where there are not two of them yet.

    Args:
        split: train_curve or test_curve.
        quantity: loss or accuracy.
    """
    repetition = repetition_of(entry)
    curves = [getattr(trial, split) for trial in repetition.finished] if repetition else []
    return summary(curves, quantity) if len(curves) > 1 else None


def show_seeds(run_store: RunStore, entries: Sequence[Entry]) -> None:
    """Offer to repeat these runs, and show what came of it."""
    st.subheader(_("Is it luck?"), anchor=False)
    found = {entry: repetition for entry in entries if (repetition := repetition_of(entry))}
    with st.container(horizontal=True, vertical_alignment="center", key="seeds_start"):
        _buttons(run_store, [entry for entry in entries if entry not in found or not found[entry].complete])
    with st.container():
        _show_progress(run_store)
    with st.container(key="seeds_found"):
        for entry, repetition in found.items():
            by = measure(repetition.configs) or "loss"
            st.markdown(_("**{name}:** {result}").format(name=plain(entry.name), result=explain_spread(repetition, by)))
        _show_difference(found)
    if found:
        st.caption(
            _(
                "± is one standard deviation of the seeds. Over epochs and steps the picture shows their mean, and a "
                "band from the lowest to the highest of them."
            )
        )


def start(run_store: RunStore, entries: Sequence[Entry]) -> None:
    """Begin to repeat these runs; what goes on already goes on alone, so that two quick clicks are one."""
    if are_going(run_store):
        return
    kept = st.session_state.setdefault(KEPT, {})
    configs = {}
    for entry in entries:
        configs.setdefault(key_of(entry.run), with_an_end(entry.run.view()))
    known = [trial for entry in run_store.entries if (trial := as_trial(entry.run))]
    known += [trial for repetition in kept.values() for trial in repetition.done]
    repetitions = repeat(configs.values(), known, data_of)
    for key, config in configs.items():
        kept.pop(key, None)  # so that it becomes the newest
        kept[key] = repetitions[config]
        run_store.series[SERIES] = repetitions[config].trials
    while len(kept) > MAX_KEPT:
        kept.pop(next(iter(kept)))


def _buttons(run_store: RunStore, waiting: Sequence[Entry]) -> None:
    going = are_going(run_store)
    if going:
        st.button(
            _("Stop"), icon=":material/stop:", key="seeds_stop", on_click=run_store.series[SERIES].stop, width="content"
        )
    elif waiting:
        st.button(
            _("Repeat with {count} seeds").format(count=SEEDS),
            icon=":material/casino:",
            key="seeds_repeat",
            on_click=start,
            args=(run_store, waiting),
            width="content",
        )
        words = _("Other first weights and another order of the data: how much changes by luck alone?")
        if any(entry.run.config.dataset in POINTS for entry in waiting):
            words = _(
                "Other points, first weights and order: how much changes by luck alone? Each as many epochs as the run "
                "has done."
            )
        st.caption(f"{words} {_estimate(waiting)}", width="stretch")


def _estimate(waiting: Sequence[Entry]) -> str:
    views = [entry.run.view() for entry in waiting]
    # A run of points is repeated for as long as it went; others from their beginning to their end.
    whole = [
        view.last.seconds / (1 if view.config.dataset in POINTS else view.share_done) for view in views if view.last
    ]
    return _("It takes about {seconds:.0f} s.").format(seconds=max(SEEDS * sum(whole), 1)) if whole else ""


def _show_progress(run_store: RunStore) -> None:
    trials = run_store.series.get(SERIES)
    if trials is None:
        return
    if trials.over:
        if trials.message:
            say.info(trials.message)
        return
    run, done = trials.running, len(trials.done)
    share = run.view().share_done if run else 0.0
    words = _("{done} of {total} trainings").format(done=done, total=trials.total)
    if run:
        words += " · " + _("seed {seed}").format(seed=run.config.seed)
    st.progress(min((done + share) / trials.total, 1.0), words)


def _show_difference(found: dict[Entry, Repetition]) -> None:
    if len(found) != 2 or len(set(found.values())) < 2:
        return
    by = measure([repetition.configs[0] for repetition in found.values()])
    if by is not None:
        st.markdown(explain_difference({plain(entry.name): repetition for entry, repetition in found.items()}, by))
