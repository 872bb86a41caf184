import pytest

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run, store
from core.runs.store import RunStore, RunStoreError

CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
PATIENCE = 60


@pytest.fixture
def run_store():
    run_store = RunStore()
    yield run_store
    for run in run_store.runs:
        run.stop()
        assert run.wait(PATIENCE)


def finished(run_store):
    run = Run(CONFIG, load("digits"), number=run_store.next_number())
    assert run.wait(PATIENCE)
    run_store.add(run)
    return run


def test_runs_have_numbers_and_names_of_their_own(run_store):
    first, second = finished(run_store), finished(run_store)
    run_store.remove(second)
    third = finished(run_store)
    assert [entry.name for entry in run_store.entries] == ["Run 1", "Run 3"]
    assert run_store.find(2) is None
    assert run_store.find(3).run is third
    assert run_store.runs == [first, third]


def test_a_run_that_is_removed_is_stopped(run_store):
    run = Run(CONFIG, load("digits"), paused=True)
    run_store.add(run)
    run_store.remove(run)
    assert run.wait(PATIENCE)
    run_store.remove(run)


def test_a_name_is_short_and_ones_own(run_store):
    finished(run_store), finished(run_store)
    first, second = run_store.entries
    run_store.rename(first, "  my   best\n")
    assert first.name == "my best"
    run_store.rename(first, "my best")
    for bad in ("", "   ", "x" * (store.MAX_NAME + 1), "Run 2"):
        with pytest.raises(RunStoreError):
            run_store.rename(first, bad)
    assert (first.name, second.name) == ("my best", "Run 2")


def test_beyond_the_memory_the_oldest_unpinned_gives_up_its_checkpoints_and_it_is_said(run_store, monkeypatch):
    runs = [finished(run_store) for _run in range(3)]
    run_store.pin(run_store.entries[0], True)
    assert len(runs[1].checkpoints()) > 2
    run_store.room = run_store.nbytes - 1
    run_store.tidy()
    assert [run.dropped_checkpoints for run in runs] == [False, True, False]
    assert len(runs[1].checkpoints()) == 1
    assert run_store.nbytes <= run_store.room
    assert len(run_store.notices) == 1
    assert "Run 2" in run_store.notices[0]


def test_where_that_is_not_enough_the_oldest_is_forgotten(run_store, monkeypatch):
    runs = [finished(run_store) for _run in range(3)]
    run_store.room = runs[2].nbytes
    run_store.tidy()
    assert run_store.runs == [runs[2]]
    assert "Run 1" in run_store.notices[-2]
    assert "Run 2" in run_store.notices[-1]


def test_the_number_of_runs_is_bounded_and_pinned_ones_stay(run_store, monkeypatch):
    monkeypatch.setattr(store, "MAX_RUNS", 2)
    first = finished(run_store)
    run_store.pin(run_store.entries[0], True)
    second, third = finished(run_store), finished(run_store)
    assert run_store.runs == [first, third]
    assert second not in run_store.runs


def test_a_run_that_is_going_keeps_what_it_has(run_store, monkeypatch):
    run = Run(CONFIG, load("digits"), paused=True)
    run_store.add(run)
    other = finished(run_store)
    run_store.room = 1
    run_store.tidy()
    assert run_store.runs == [run, other]
    assert not run.dropped_checkpoints


def test_only_so_many_can_be_pinned(run_store, monkeypatch):
    monkeypatch.setattr(store, "MAX_PINNED", 1)
    finished(run_store), finished(run_store)
    run_store.pin(run_store.entries[0], True)
    run_store.pin(run_store.entries[0], True)
    with pytest.raises(RunStoreError, match="unpin"):
        run_store.pin(run_store.entries[1], True)
    run_store.pin(run_store.entries[0], False)
    run_store.pin(run_store.entries[1], True)
    assert [entry.pinned for entry in run_store.entries] == [False, True]
