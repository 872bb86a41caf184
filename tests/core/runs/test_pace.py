import pytest

from core.runs import pace as module
from core.runs.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    return now


def test_the_limit_holds_the_next_epoch_back(clock):
    pace = Pace(2.0)
    assert pace.finish_epoch()
    assert pace.seconds_to_wait() == pytest.approx(0.5)
    clock[0] += 10
    assert not pace.finish_epoch()  # late, and it does not make up for it
    assert pace.seconds_to_wait() == 0


def test_without_a_limit_nothing_waits(clock):
    pace = Pace(None)
    assert not pace.finish_epoch()
    assert pace.seconds_to_wait() <= 0


def test_the_speed_is_that_of_the_last_slices(clock):
    pace = Pace(None)
    assert pace.samples_per_second() is None
    for _slice in range(200):
        pace.measure(round((clock[0] - 100) * 50))
        clock[0] += 1
    assert pace.samples_per_second() == pytest.approx(50)
    pace.restart()
    assert pace.samples_per_second() is None
