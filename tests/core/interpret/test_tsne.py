import time

import pytest
import torch

from core.interpret import tsne
from core.interpret.tsne import FEWEST, MOST, Status, Tsne

PATIENCE = 60  # seconds


def two_groups(count=24):
    rows = torch.randn(count, 5, generator=torch.Generator().manual_seed(0))
    return torch.cat([rows[: count // 2], rows[count // 2 :] + 100])


@pytest.fixture(scope="module")
def finished():
    map_ = Tsne(two_groups(), seed=3)
    assert map_.wait(PATIENCE)
    return map_.view()


def test_groups_stay_together(finished):
    assert (finished.status, finished.share, finished.message) == (Status.FINISHED, 1.0, "")
    assert finished.places.shape == (24, 2)
    group = torch.arange(24) >= 12
    nearest = torch.cdist(finished.places, finished.places).fill_diagonal_(torch.inf).argmin(dim=1)
    assert torch.equal(group[nearest], group)


def test_space_and_progress():
    map_ = Tsne(two_groups(60), components=3)
    shares = set()
    while not map_.wait(0.002):
        shares.add(map_.view().share)
        assert map_.view().places is None or map_.view().status is Status.FINISHED
    assert map_.view().places.shape == (60, 3)
    assert len(shares) > 2
    assert max(shares) <= 1


def test_one_can_be_cancelled_at_any_time_and_the_next_goes_on(finished):
    running, waiting, last = Tsne(two_groups(600)), Tsne(two_groups(600)), Tsne(two_groups(), seed=3)
    while running.view().status is Status.WAITING:
        time.sleep(0.01)
    assert waiting.view().status is Status.WAITING
    waiting.cancel()
    running.cancel()
    assert running.wait(PATIENCE)
    assert waiting.wait(PATIENCE)
    assert running.view().status is waiting.view().status is Status.CANCELLED
    assert running.view().places is None
    assert running._process.poll() is not None
    assert waiting._process is None
    assert last.wait(PATIENCE)
    last.cancel()  # too late
    assert last.view().status is Status.FINISHED
    assert torch.equal(last.view().places, finished.places)  # the same rows and seed


def test_a_process_that_fails(monkeypatch, tmp_path, capfd):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('out of order')")
    monkeypatch.setattr(tsne, "_PROGRAM", broken)
    map_ = Tsne(two_groups())
    assert map_.wait(PATIENCE)
    assert map_.view().status is Status.FAILED
    assert "log" in map_.view().message
    assert "out of order" in capfd.readouterr().err


def test_a_process_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(tsne, "LONGEST", 0.01)
    map_ = Tsne(two_groups(600))
    assert map_.wait(PATIENCE)
    assert map_.view().status is Status.FAILED
    assert "fewer pictures" in map_.view().message


@pytest.mark.parametrize("count", [0, FEWEST - 1, MOST + 1])
def test_so_few_or_so_many_make_no_map(count):
    with pytest.raises(ValueError, match="10 to 2,000"):
        Tsne(torch.zeros(count, 3))
