import subprocess
import time

import pytest
import torch

from core.interpret import tsne
from core.interpret.tsne import FEWEST, MOST, Tsne
from core.scheduler import JobStatus

PATIENCE = 60  # seconds


def two_groups(count=24):
    rows = torch.randn(count, 5, generator=torch.Generator().manual_seed(0))
    return torch.cat([rows[: count // 2], rows[count // 2 :] + 100])


@pytest.fixture(scope="module")
def finished():
    map_ = Tsne(two_groups(), seed=3)
    assert map_.wait(PATIENCE)
    return map_


def test_groups_stay_together(finished):
    assert (finished.status, finished.share, finished.message) == (JobStatus.FINISHED, 1.0, "")
    assert finished.result.shape == (24, 2)
    group = torch.arange(24) >= 12
    nearest = torch.cdist(finished.result, finished.result).fill_diagonal_(torch.inf).argmin(dim=1)
    assert torch.equal(group[nearest], group)


def test_space_and_progress():
    map_ = Tsne(two_groups(60), components=3)
    shares = set()
    while not map_.wait(0.002):
        shares.add(map_.share)
        assert map_.result is None or map_.over
    assert map_.result.shape == (60, 3)
    assert len(shares) > 2
    assert max(shares) <= 1


def test_one_can_be_cancelled_at_any_time_and_the_next_goes_on(finished, monkeypatch):
    begun, begin = [], subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **options: begun.append(begin(*args, **options)) or begun[-1]
    )
    running, waiting, last = Tsne(two_groups(600)), Tsne(two_groups(600)), Tsne(two_groups(), seed=3)
    while not begun:
        time.sleep(0.01)
    assert (running.waiting, waiting.waiting) == (False, True)
    waiting.cancel()
    running.cancel()
    assert running.wait(PATIENCE)
    assert waiting.wait(PATIENCE)
    assert running.status is waiting.status is JobStatus.CANCELED
    assert running.result is None
    assert begun[0].poll() is not None
    assert last.wait(PATIENCE)
    assert len(begun) == 2  # none for the one that was cancelled while it waited
    last.cancel()  # too late
    assert last.status is JobStatus.FINISHED
    assert torch.equal(last.result, finished.result)  # the same rows and seed


def test_a_process_that_fails(monkeypatch, tmp_path, capfd):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('out of order')")
    monkeypatch.setattr(tsne, "_PROGRAM", broken)
    map_ = Tsne(two_groups())
    assert map_.wait(PATIENCE)
    assert map_.status is JobStatus.FAILED
    assert "log" in map_.message
    assert "out of order" in capfd.readouterr().err


def test_a_process_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(tsne, "LONGEST", 0.01)
    map_ = Tsne(two_groups(600))
    assert map_.wait(PATIENCE)
    assert map_.status is JobStatus.FAILED
    assert "fewer pictures" in map_.message


@pytest.mark.parametrize("count", [0, FEWEST - 1, MOST + 1])
def test_so_few_or_so_many_make_no_map(count):
    with pytest.raises(ValueError, match="10 to 2,000"):
        Tsne(torch.zeros(count, 3))
