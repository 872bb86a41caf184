import pytest

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from core.runs import workspace as module
from core.runs.store import MAX_BYTES
from core.runs.workspace import KEEP, LEAST_ROOM, Workspaces

CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def workspaces(clock):
    return Workspaces(clock)


def visited(workspaces):
    workspace, visit = workspaces.open(), object()
    workspace.enter(visit)
    return workspace, visit


def test_each_has_a_token_of_its_own_that_cannot_be_guessed(workspaces):
    tokens = {workspaces.open().token for _each in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43  # 32 random bytes


def test_what_was_left_is_found_again(workspaces):
    workspace, visit = visited(workspaces)
    workspace.leave(visit)
    assert workspaces.find(workspace.token, came_back=False) is workspace


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_another_token_finds_nothing(workspaces, token):
    visited(workspaces)
    assert workspaces.find(token, came_back=True) is None


def test_a_second_tab_does_not_get_what_the_first_works_in(workspaces):
    workspace, _visit = visited(workspaces)
    assert workspaces.find(workspace.token, came_back=False) is None


def test_a_reloaded_tab_does_also_before_the_server_knows_that_it_went(workspaces):
    workspace, before = visited(workspaces)
    assert workspaces.find(workspace.token, came_back=True) is workspace
    workspace.enter(object())
    workspace.leave(before)  # noticed only now
    assert workspace.left_at is None


def test_half_an_hour_after_it_was_left_it_is_forgotten(workspaces, clock):
    workspace, visit = visited(workspaces)
    run = Run(CONFIG, load("digits"), paused=True)
    workspace.run_store.add(run)
    clock.now = 10 * KEEP
    assert workspaces.tidy() == 0  # somebody is there
    workspace.leave(visit)
    clock.now += KEEP
    assert workspaces.tidy() == 0
    assert workspace.run_store.runs == [run]
    clock.now += 1
    assert workspaces.tidy() == 1
    assert workspaces.find(workspace.token, came_back=True) is None
    assert run.wait(60)


def test_what_was_left_first_goes_first_where_there_is_no_room(workspaces, clock, monkeypatch):
    left = []
    for _each in range(3):
        workspace, visit = visited(workspaces)
        run = Run(CONFIG, load("digits"))
        assert run.wait(60)
        workspace.run_store.add(run)
        left.append((workspace, visit))
    for workspace, visit in (left[1], left[0]):
        clock.now += 1
        workspace.leave(visit)
    monkeypatch.setattr(module, "ROOM", sum(workspace.run_store.nbytes for workspace, _visit in left) - 1)
    assert workspaces.tidy() == 1
    assert workspaces.find(left[1][0].token, came_back=True) is None
    assert workspaces.find(left[0][0].token, came_back=True) is left[0][0]


def test_many_share_the_room(workspaces):
    first, _visit = visited(workspaces)
    workspaces.tidy()
    assert first.run_store.room == MAX_BYTES
    for _each in range(11):
        visited(workspaces)
    workspaces.tidy()
    assert first.run_store.room == module.ROOM // 12
    for _each in range(88):
        visited(workspaces)
    workspaces.tidy()
    assert first.run_store.room == LEAST_ROOM
