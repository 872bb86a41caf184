import pytest

from core.runs.idle_policy import DISCONNECT_GRACE, IDLE_PAUSE_AFTER, IDLE_STOP_AFTER, IdleAction, IdlePolicy


@pytest.mark.parametrize(
    ("running", "seconds", "verdict"),
    [
        (True, IDLE_PAUSE_AFTER, IdleAction.GO_ON),
        (True, IDLE_PAUSE_AFTER + 1, IdleAction.PAUSE),
        (False, IDLE_STOP_AFTER, IdleAction.GO_ON),
        (False, IDLE_STOP_AFTER + 1, IdleAction.STOP_IDLE),
    ],
)
def test_nobody_looks(running, seconds, verdict):
    now = [0.0]
    policy = IdlePolicy(lambda: now[0])
    now[0] = seconds
    assert policy.decide(running) is verdict
    policy.heartbeat()
    assert policy.decide(running) is IdleAction.GO_ON


@pytest.mark.parametrize("running", [True, False])
def test_a_closed_tab_has_a_grace_and_a_heartbeat_does_not_bring_it_back(running):
    now = [0.0]
    policy = IdlePolicy(lambda: now[0])
    policy.disconnected()
    now[0] = DISCONNECT_GRACE
    assert policy.decide(running) is IdleAction.GO_ON
    now[0] += 1
    policy.heartbeat()
    assert policy.decide(running) is IdleAction.STOP_CLOSED
    policy.reconnected()
    assert policy.decide(running) is IdleAction.GO_ON
