import math

import torch
from torch import nn

from core.models import Net
from core.seeding import SeededDropout, give_generator, initialise


def test_first_weights_are_pytorchs_own_for_the_same_seed():
    for build in (
        lambda: nn.Linear(30, 20),
        lambda: nn.Conv2d(3, 8, 5),
        lambda: nn.Linear(6, 4, bias=False),
        lambda: nn.LSTM(5, 7),
    ):
        with torch.random.fork_rng():
            torch.manual_seed(5)
            theirs = build()
        ours = build()
        initialise(ours, torch.Generator().manual_seed(5))
        for left, right in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(left, right)


def test_seeded_dropout_is_nn_dropout():
    inputs = torch.rand(50, 40)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        theirs = nn.Dropout(0.3)(inputs)
    ours = SeededDropout(0.3)
    ours.generator = torch.Generator().manual_seed(9)
    assert torch.equal(ours(inputs), theirs)
    assert torch.equal(ours.eval()(inputs), inputs)


def test_linear_bound_is_that_of_the_documentation():
    network = Net([100, 50, 10])
    initialise(network, torch.Generator().manual_seed(0))
    first = network.layers[1]
    assert first.weight.abs().max() <= 1 / math.sqrt(100)
    assert first.weight.abs().max() > 0.9 / math.sqrt(100)


def test_one_seed_gives_the_same_weights_and_the_same_dropout():
    def outputs():
        network = nn.Sequential(nn.Linear(6, 6), SeededDropout(0.5))
        give_generator(network, torch.Generator().manual_seed(3))
        return network(torch.ones(4, 6))

    assert torch.equal(outputs(), outputs())


def test_a_share_of_nothing_draws_nothing_as_in_nn_dropout():
    inputs = torch.rand(50, 40)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        theirs = nn.Sequential(nn.Dropout(0.0), nn.Dropout(0.5))(inputs)
    ours = nn.Sequential(SeededDropout(0.0), SeededDropout(0.5))
    give_generator(ours, torch.Generator().manual_seed(9))
    assert torch.equal(ours(inputs), theirs)
