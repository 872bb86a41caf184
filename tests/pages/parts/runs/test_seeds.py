from dataclasses import replace

import pytest

from core.datasets import data_of
from core.experiments.seeds import SEEDS, explain_difference, explain_spread
from core.runs import Run
from pages.parts.playground.form import DEFAULTS as POINTS
from pages.parts.runs.seeds import KEPT, start
from tests.pages.runs import (
    CONFIG,
    PATIENCE,
    SGD,
    chart,
    is_there,
    names_drawn,
    open_runs,
    press,
    run_store_of,
    show,
    stop_all,
    tick,
    until,
    words,
)


@pytest.fixture
def page():
    """Two runs that are over, both ticked."""
    at = open_runs(CONFIG, SGD)
    tick(at, 0, 1)
    yield at
    stop_all(at)


def repeat(at):
    press(at, "seeds_repeat")
    trials = run_store_of(at).series["seeds"]
    assert trials.wait(PATIENCE)
    show(at)
    return trials


def kept(at):
    return list(at.session_state[KEPT].values())


def test_two_runs_are_repeated_and_told_from_luck(page):
    trials = repeat(page)
    # Their own seed is there already: the same settings and seed give the same numbers again.
    assert [trial.config.seed for trial in trials.done] == [1, 2, 3, 4] * 2
    first, second = kept(page)
    assert [trial.config for trial in first.done] == [replace(CONFIG, seed=seed) for seed in range(SEEDS)]
    said = words(page)
    assert explain_spread(first, "accuracy") in said
    assert explain_spread(second, "accuracy") in said
    assert explain_difference({"Run 1": first, "Run 2": second}, "accuracy") in said
    assert not is_there(page, "seeds_repeat")


def test_the_band_is_drawn_in_place_of_the_runs_own_curve(page):
    repeat(page)
    assert names_drawn(page) == ["Run 1 · mean", "Run 2 · mean"]
    page.segmented_control(key="runs.table_axis").select("seconds")
    show(page)
    assert names_drawn(page) == ["Run 1", "Run 2"]
    assert chart(page)["encoding"]["x"]["title"] == "seconds of training"


def test_a_run_with_another_seed_shares_the_results(page):
    repeat(page)
    page.session_state["ui.session.runs"].start(replace(CONFIG, seed=3))
    until(page, lambda: run_store_of(page).runs[-1].status.over)
    tick(page, 2)
    assert f"{SEEDS} of {SEEDS} seeds" in words(page)
    assert not is_there(page, "seeds_repeat")


def test_what_was_stopped_is_taken_up_again():
    at = open_runs(replace(CONFIG, epochs=30))
    press(at, "seeds_repeat")
    trials = run_store_of(at).series["seeds"]
    while not trials.done:
        assert not trials.wait(0.01)
    press(at, "seeds_stop")
    assert trials.wait(PATIENCE)
    show(at)
    assert 1 <= len(trials.done) < trials.total
    assert f"{1 + len(trials.done)} of {SEEDS} seeds" in words(at)
    assert len(repeat(at).done) == trials.total - len(trials.done)
    assert kept(at)[0].complete


def test_two_quick_clicks_are_one(page, monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {})
    run_store = run_store_of(page)
    start(run_store, run_store.entries)
    trials = run_store.series["seeds"]
    start(run_store, run_store.entries)
    assert run_store.series["seeds"] is trials


def test_a_run_of_the_playground_is_repeated_for_the_epochs_it_has_done():
    config = replace(POINTS, samples=20)
    at = open_runs()
    run = Run(config, data_of(config), paused=True, number=run_store_of(at).next_number())
    run_store_of(at).add(run)
    run.step(2 * run.steps_per_epoch)
    until(at, lambda: not run.view().moving)
    trials = repeat(at)
    assert [trial.config for trial in trials.done] == [
        replace(config, epochs=2, seed=seed) for seed in range(SEEDS)
    ]  # its own too, as it is not over
    assert f"{SEEDS} of {SEEDS} seeds" in words(at)
    run.step(run.steps_per_epoch)  # it goes on, and its results stay
    until(at, lambda: not run.view().moving)
    assert f"{SEEDS} of {SEEDS} seeds" in words(at)
    stop_all(at)


def test_the_results_are_bounded(page, monkeypatch):
    monkeypatch.setattr("pages.parts.runs.seeds.MAX_KEPT", 1)
    repeat(page)
    assert [repetition.configs[0] for repetition in kept(page)] == [SGD]
