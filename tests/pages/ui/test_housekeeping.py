import pytest

from core.runs.workspace import KEEP, Workspaces
from pages.ui import housekeeping


@pytest.fixture
def cleared(monkeypatch):
    """What is done when something was cleared away."""
    done = []
    monkeypatch.setattr(housekeeping, "workspaces", Workspaces(clock=lambda: now[0]))
    monkeypatch.setattr(housekeeping, "end_closed_sessions", lambda: 0)
    monkeypatch.setattr(housekeeping, "_trim", lambda: done.append("trimmed"))
    now = [0.0]
    return now, done


def test_what_was_left_too_long_ago_goes_without_a_visitor(cleared):
    now, done = cleared
    housekeeping.workspaces.open()
    assert not housekeeping.clear_away()
    now[0] = KEEP + 1
    assert housekeeping.clear_away()
    assert done == ["trimmed"] * 2


def test_a_closed_session_is_reason_enough(cleared, monkeypatch):
    monkeypatch.setattr(housekeeping, "end_closed_sessions", lambda: 1)
    assert housekeeping.clear_away()


def test_memory_can_be_given_back_here():
    housekeeping._trim()
