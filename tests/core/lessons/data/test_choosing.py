import pytest
import torch
from torch import Tensor

from core.datasets import load
from core.lessons.data import choosing
from core.lessons.data.choosing import (
    NETWORKS,
    SIZES,
    TRAINING,
    WAYS,
    accuracies,
    candidates,
    experiment,
    say_verdict,
    sets,
    train_networks,
    verdict,
)


def result(generator) -> Tensor:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def table() -> Tensor:
    return result(experiment(load("digits"), 0))


def test_the_best_by_the_test_set_looks_better_there_than_it_is(table):
    found, fresh, _honest, _honest_fresh = table[..., -1].T
    assert (found - fresh > 0.01).all()
    gaps = (found - fresh).tolist()
    assert gaps == sorted(gaps, reverse=True)  # the smaller the set, the more
    assert all(verdict(each) == "worse" for each in table)


def test_the_best_by_validation_is_on_the_test_set_what_it_is_on_fresh_images(table):
    _found, _fresh, honest, honest_fresh = table[..., -1].T
    assert (honest - honest_fresh).abs().max() < 0.01


def test_one_network_alone_is_no_choice(table):
    assert (table[:, :, 0] - table[:, :1, 0]).abs().max() < 0.01


def test_equal_networks_that_guess_show_the_bias_in_full():
    """Networks that are right by the toss of a coin: the best of 40 by 25 tosses has far more than half, once."""
    right = torch.rand(NETWORKS, 2000, generator=torch.Generator().manual_seed(99)) < 0.5
    found, fresh, honest, honest_fresh = accuracies(right, 0)[0, :, -1].tolist()
    assert found > 0.68
    assert fresh == pytest.approx(0.5, abs=0.02)
    assert honest == pytest.approx(honest_fresh, abs=0.03)


def test_accuracies_by_hand(monkeypatch):
    """Of a network that is always right and one that never is, the first is chosen as soon as it is among them."""
    monkeypatch.setattr(choosing, "SIZES", (3,))
    right = torch.stack([torch.ones(10), torch.zeros(10)]).bool()
    (table,) = accuracies(right, 0)
    assert table.shape == (len(WAYS), 2)
    assert table[:, 1].tolist() == [1.0] * len(WAYS)
    assert table[:, 0].tolist() == [table[0, 0].item()] * len(WAYS)
    assert 0.2 < table[0, 0] < 0.8


def test_no_network_is_tested_on_what_it_learned_from():
    data = load("digits")
    found = sets(data)
    assert len(found.training) == TRAINING
    assert len(found.unseen) == len(data.train) + len(data.test) - TRAINING
    assert len(found.unseen) > 4 * max(SIZES)
    training = {image.numpy().tobytes() for image in found.training.inputs}
    assert not training & {image.numpy().tobytes() for image in found.unseen.inputs}


def test_the_same_seed_trains_the_same_networks(monkeypatch):
    monkeypatch.setattr(choosing, "NETWORKS", 3)
    monkeypatch.setattr(choosing, "EPOCHS", 1)
    first, again, other = (result(train_networks(load("digits"), seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert len(set(candidates(1))) == 3


def test_a_guess_is_answered():
    table = torch.tensor([[0.9], [0.8], [0.8], [0.8]])
    assert verdict(table) == "worse"
    assert verdict(table.flip(0)) == "same"
    assert say_verdict("worse", table) == "You said “Worse than that”, and so it is."
    assert say_verdict("same", table) == "You said “Just as well”; it is “Worse than that”."
    assert say_verdict("shown", table) == ""
