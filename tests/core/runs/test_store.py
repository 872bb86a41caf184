import pytest

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run, store
from core.runs.store import Shelf, ShelfError

CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
PATIENCE = 60


@pytest.fixture
def shelf():
    shelf = Shelf()
    yield shelf
    for run in shelf.runs:
        run.stop()
        assert run.wait(PATIENCE)


def finished(shelf):
    run = Run(CONFIG, load("digits"), number=shelf.next_number())
    assert run.wait(PATIENCE)
    shelf.add(run)
    return run


def test_runs_have_numbers_and_names_of_their_own(shelf):
    first, second = finished(shelf), finished(shelf)
    shelf.remove(second)
    third = finished(shelf)
    assert [entry.name for entry in shelf.entries] == ["Run 1", "Run 3"]
    assert shelf.find(2) is None
    assert shelf.find(3).run is third
    assert shelf.runs == [first, third]


def test_a_run_that_is_removed_is_stopped(shelf):
    run = Run(CONFIG, load("digits"), paused=True)
    shelf.add(run)
    shelf.remove(run)
    assert run.wait(PATIENCE)
    shelf.remove(run)


def test_a_name_is_short_and_ones_own(shelf):
    finished(shelf), finished(shelf)
    first, second = shelf.entries
    shelf.rename(first, "  my   best\n")
    assert first.name == "my best"
    shelf.rename(first, "my best")
    for bad in ("", "   ", "x" * (store.LONGEST_NAME + 1), "Run 2"):
        with pytest.raises(ShelfError):
            shelf.rename(first, bad)
    assert (first.name, second.name) == ("my best", "Run 2")


def test_beyond_the_memory_the_oldest_unpinned_gives_up_its_checkpoints_and_it_is_said(shelf, monkeypatch):
    runs = [finished(shelf) for _run in range(3)]
    shelf.pin(shelf.entries[0], True)
    assert len(runs[1].checkpoints()) > 2
    monkeypatch.setattr(store, "MOST_BYTES", shelf.nbytes - 1)
    shelf.tidy()
    assert [run.gave_up for run in runs] == [False, True, False]
    assert len(runs[1].checkpoints()) == 1
    assert shelf.nbytes <= store.MOST_BYTES
    assert len(shelf.notices) == 1
    assert "Run 2" in shelf.notices[0]


def test_where_that_is_not_enough_the_oldest_is_forgotten(shelf, monkeypatch):
    runs = [finished(shelf) for _run in range(3)]
    monkeypatch.setattr(store, "MOST_BYTES", runs[2].nbytes)
    shelf.tidy()
    assert shelf.runs == [runs[2]]
    assert "Run 1" in shelf.notices[-2]
    assert "Run 2" in shelf.notices[-1]


def test_the_number_of_runs_is_bounded_and_pinned_ones_stay(shelf, monkeypatch):
    monkeypatch.setattr(store, "MOST_RUNS", 2)
    first = finished(shelf)
    shelf.pin(shelf.entries[0], True)
    second, third = finished(shelf), finished(shelf)
    assert shelf.runs == [first, third]
    assert second not in shelf.runs


def test_a_run_that_is_going_keeps_what_it_has(shelf, monkeypatch):
    run = Run(CONFIG, load("digits"), paused=True)
    shelf.add(run)
    other = finished(shelf)
    monkeypatch.setattr(store, "MOST_BYTES", 1)
    shelf.tidy()
    assert shelf.runs == [run, other]
    assert not run.gave_up


def test_only_so_many_can_be_pinned(shelf, monkeypatch):
    monkeypatch.setattr(store, "MOST_PINNED", 1)
    finished(shelf), finished(shelf)
    shelf.pin(shelf.entries[0], True)
    shelf.pin(shelf.entries[0], True)
    with pytest.raises(ShelfError, match="unpin"):
        shelf.pin(shelf.entries[1], True)
    shelf.pin(shelf.entries[0], False)
    shelf.pin(shelf.entries[1], True)
    assert [entry.pinned for entry in shelf.entries] == [False, True]
