import torch

from core.datasets import load
from core.datasets.types import normalize
from core.lessons.data import speed
from core.lessons.data.speed import WAYS, Source, Speed, measure, notice


def test_all_ways_hand_out_the_same_images_and_labels():
    data = load("digits")
    images, labels = data.train.inputs[:50], data.train.targets[:50]
    wanted = normalize(images, data.mean, data.std).flatten(1)
    for name, way in WAYS.items():
        epoch = way.begin(Source(images, labels, data.mean, data.std, torch.Generator()))
        x, y = (torch.cat(parts) for parts in zip(*epoch(16), strict=True))
        assert len(x) == 50, name
        distances = torch.cdist(x.flatten(1), wanted)
        places = distances.argmin(1)
        assert places.sort().values.tolist() == list(range(50)), name
        assert torch.allclose(x.flatten(1), wanted[places], atol=1e-5), name
        assert torch.equal(y, labels[places]), name


def test_every_way_is_measured_in_turns_of_the_same_length(monkeypatch):
    monkeypatch.setattr(speed, "TURN", 0.002)
    measured = measure(load("digits"), 64)
    before = torch.random.get_rng_state()
    shares = []
    while True:
        try:
            shares.append(next(measured))
        except StopIteration as end:
            speeds = end.value
            break
    assert torch.equal(torch.random.get_rng_state(), before)  # which all people share
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] < 1
    assert [each.way for each in speeds] == list(WAYS)
    for each in speeds:
        assert each.images > 0
        assert each.seconds >= speed.ROUNDS * speed.TURN


def test_the_sentence_compares_the_fastest_with_the_slowest():
    speeds = (Speed("transforms", 100, 1.0), Speed("tensors", 300, 1.0), Speed("indexing", 2000, 2.0))
    assert notice(speeds, 64) == (
        "In batches of 64: **plain indexing** handed out 1,000 images a second, 10 times as many as **DataLoader with "
        "transforms**."
    )
