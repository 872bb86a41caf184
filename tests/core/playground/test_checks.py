from dataclasses import replace

import pytest
import torch
from torch import nn

from core.config import TrainConfig
from core.playground.checks import CHECKS
from core.playground.predictions import CIRCLE, CIRCLE_EPOCHS, COORDINATES, EPOCHS, LARGE, SMALL, trained
from tests.checks import prove

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


def better():
    large, small = (trained(USUAL, changes, EPOCHS) for changes in (LARGE, SMALL))
    assert sum(LARGE["hidden"]) > sum(SMALL["hidden"])
    # Whether the choice was right shows with other points and other initial weights.
    fresh = {}
    for name, changes in (("large", LARGE), ("small", SMALL)):
        scores = [trained(USUAL, changes | {"seed": seed}, EPOCHS).test.loss for seed in (2, 3, 4)]
        fresh[name] = sum(scores)
    best = min(fresh, key=fresh.__getitem__)
    by_test = "large" if large.test.loss < small.test.loss else "small"
    by_training = "large" if large.train.loss < small.train.loss else "small"
    return by_test == best, by_training == best, best == "large"


def features():
    squares, coordinates = (trained(USUAL, changes, CIRCLE_EPOCHS) for changes in (CIRCLE, COORDINATES))
    longer = trained(USUAL, COORDINATES, 4 * CIRCLE_EPOCHS)
    faster = trained(replace(USUAL, learning_rate=0.3), COORDINATES, CIRCLE_EPOCHS)
    assert coordinates.test.accuracy < 0.7
    return tuple(each.test.accuracy > 0.9 for each in (squares, longer, faster))


def identity():
    torch.manual_seed(0)
    layers = nn.Sequential(*(nn.Linear(2, 2) for _layer in range(6)), nn.Linear(2, 1)).double()
    # Along any straight way the output of layers without activations changes at one pace, so that it has no bend, and
    # one place at most where it changes its sign.
    steps = torch.linspace(-3, 3, 101, dtype=torch.float64)[:, None]
    ways = [
        layers(steps * torch.randn(2, dtype=torch.float64) + torch.randn(2, dtype=torch.float64)) for _way in range(9)
    ]
    straight = all(way[:, 0].diff().diff().abs().max() < 1e-9 for way in ways)
    crossings = max(int((way[:, 0].sign().diff() != 0).sum()) for way in ways)
    return straight, not straight, crossings > 1


def alike():
    torch.manual_seed(0)
    x = torch.randn(100, 2)
    y = (x[:, :1] * x[:, 1:] > 0).float()
    network = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    with torch.no_grad():
        network[0].weight[:] = network[0].weight[0].clone()
        network[0].bias[:] = network[0].bias[0].clone()
        network[2].weight[:] = network[2].weight[0, 0].clone()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    for _step in range(200):
        optimizer.zero_grad()
        nn.BCEWithLogitsLoss()(network(x), y).backward()
        optimizer.step()
    weights = network[0].weight.detach()
    equal = torch.allclose(weights, weights[:1].expand_as(weights), atol=1e-5)
    return equal, not equal, (weights.abs().sum(dim=1) < 1e-6).any()


PROOFS = {
    "playground.better": better,
    "playground.features": features,
    "playground.identity": identity,
    "playground.alike": alike,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
