from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.config import TrainConfig
from core.datasets import data_of
from core.models import build_network
from core.playground.predictions import (
    CIRCLE,
    CIRCLE_EPOCHS,
    COORDINATES,
    EPOCHS,
    FEATURES,
    LARGE,
    NEURONS,
    SMALL,
    Trained,
    features_truth,
    neurons_numbers,
    neurons_truth,
)
from core.training import Score

USUAL = TrainConfig(
    dataset="circle",
    model="points",
    hidden=(4, 2),
    activation="tanh",
    loss="bce",
    optimizer="sgd",
    learning_rate=0.03,
    batch_size=10,
)


def learn(changes, epochs):
    """Train a network without the project's loop; return its losses and accuracies on training and test points."""
    config = replace(USUAL, **changes)
    data = data_of(config)
    network = build_network(config, data.input_shape, 1)
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[config.optimizer]
    optimizer = kind(network.parameters(), lr=config.learning_rate, fused=True)  # rounds as the project's own
    generator = torch.Generator().manual_seed(config.seed)
    for _epoch in range(epochs):
        for batch in torch.randperm(len(data.train), generator=generator).split(config.batch_size):
            optimizer.zero_grad()
            loss = nn.BCEWithLogitsLoss()(network(data.prepare(data.train.inputs[batch])), data.train.targets[batch])
            loss.backward()
            optimizer.step()
    measured = []
    for split in (data.train, data.test):
        outputs = network(data.prepare(split.inputs)).detach()
        right = ((outputs > 0) == (split.targets > 0.5)).float().mean()
        measured += [F.binary_cross_entropy_with_logits(outputs, split.targets).item(), right.item()]
    return measured


def test_ids_are_different():
    assert NEURONS.id != FEATURES.id


def test_the_smaller_network_is_better_on_new_points_and_worse_on_its_own():
    large, small = learn(LARGE, EPOCHS), learn(SMALL, EPOCHS)
    assert small[0] > large[0]
    assert 1.2 * small[2] < large[2]
    assert small[3] >= large[3]
    truth = neurons_truth(USUAL)
    assert truth.answer == "small" in NEURONS.answers
    assert f"**{small[2]:.2f}**" in truth.sentence
    for number in (large[2], small[0], large[0]):
        assert f"{number:.2f}" in truth.sentence
    assert "memorized" in truth.sentence


def test_the_questions_name_what_there_is():
    numbers = neurons_numbers(USUAL)
    assert numbers == {"points": len(data_of(replace(USUAL, **LARGE)).train), "large": 24, "small": 3}


def test_a_single_neuron_finds_the_circle_in_the_squares_alone():
    squares, coordinates = learn(CIRCLE, CIRCLE_EPOCHS)[3], learn(COORDINATES, CIRCLE_EPOCHS)[3]
    assert squares > 0.9
    assert coordinates < 0.65
    truth = features_truth(USUAL)
    assert truth.answer == "all" in FEATURES.answers
    assert truth.sentence.startswith(f"**{100 * squares:.0f}%")


@pytest.mark.parametrize(("large", "small", "answer"), [(0.1, 0.5, "large"), (0.5, 0.1, "small"), (0.5, 0.55, "same")])
def test_the_lower_test_loss_wins(monkeypatch, large, small, answer):
    def trained(_usual, changes, _epochs):
        loss = large if changes is LARGE else small
        return Trained(Score(loss, 1.0, 50), Score(loss, 1.0, 50))

    monkeypatch.setattr("core.playground.predictions.trained", trained)
    truth = neurons_truth(USUAL)
    assert truth.answer == answer in NEURONS.answers
    assert "memorized" not in truth.sentence
