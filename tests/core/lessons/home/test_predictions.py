import pytest
import torch

from core.lessons.home.predictions import LOSSES, USED, losses_truth, numbers, used_truth
from core.lessons.home.training_loop import go_round, journey, tiny_network, two_clouds
from core.seeding import initialise

SEEDS = (0, 1, 42, 999)


def trained(seed: int):
    """A network that has gone all rounds, and the loss of each."""
    generator = torch.Generator().manual_seed(seed)
    points, classes = two_clouds(generator)
    network = tiny_network()
    initialise(network, generator)
    return network, [each.loss for each in go_round(network, points, classes, generator)]


def test_ids_are_different():
    assert LOSSES.id != USED.id


def test_the_questions_name_what_there_is():
    assert numbers() == {"rounds": 60, "points": 40, "parameters": 2 * 3 + 3 + 3 + 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_of_a_batch_falls_in_about_half_of_the_rounds(seed):
    _network, losses = trained(seed)
    falls = sum(losses[place] < losses[place - 1] for place in range(1, len(losses)))
    truth = losses_truth(seed)
    assert 0.3 * 59 < falls < 0.8 * 59
    assert truth.answer == "half" in LOSSES.answers
    assert f"**{falls}** of 59" in truth.sentence
    assert f"{sum(losses[-10:]) / 10:.2g}" in truth.sentence
    assert sum(losses[-10:]) < sum(losses[:10])


@pytest.mark.parametrize(
    ("losses", "answer"), [(range(60, 0, -1), "all"), ([9, 10, *range(8, -50, -1)], "most"), (range(60), "few")]
)
def test_the_answer_is_counted(monkeypatch, losses, answer):
    rounds = [type("Round", (), {"loss": float(loss)}) for loss in losses]
    monkeypatch.setattr("core.lessons.home.predictions.journey", lambda _seed: type("Journey", (), {"rounds": rounds}))
    assert losses_truth(0).answer == answer in LOSSES.answers


@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_in_use_does_not_learn(seed):
    network, _losses = trained(seed)
    before = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    points, classes = two_clouds(torch.Generator().manual_seed(seed + 1))
    right = ((network(points) > 0.5) == (classes > 0.5)).sum().item()
    assert all(parameter.equal(before[name]) for name, parameter in network.named_parameters())
    assert all(before[name].equal(weight) for name, weight in journey(seed).rounds[-1].moved.items())
    truth = used_truth(seed)
    assert truth.answer == "none" in USED.answers
    assert f"{right} of them correctly" in truth.sentence
