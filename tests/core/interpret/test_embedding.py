import math

import pytest
import torch
from torch import nn

from core.interpret.embedding import (
    MAX_FITTED,
    WIDEST,
    EmbeddingError,
    fit_pca,
    hidden,
    landing,
    nearest,
    place_among,
    sample,
)
from core.models import ConvNet, LSTMNet, Net
from core.pretrained import pretrained_classifier

PICTURES = torch.rand(120, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def rows(count=200, width=6, seed=0):
    """Rows that differ most along the first axis, then along the second, and so on."""
    spread = torch.tensor([5.0, 3.0, 2.0] + [0.3] * (width - 3))
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed)) * spread + 7


def all_of(batches):
    return torch.cat(list(batches))


@pytest.mark.parametrize(
    "network",
    [
        Net([784, 12, 7, 10]),
        ConvNet((1, 28, 28), (2, 3), 2, (9,), 10, dropout=0.5),
        LSTMNet((1, 28, 28), (6, 5), 10, dropout=0.5),
        nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Dropout(), nn.Tanh(), nn.Linear(8, 10), nn.Softmax(1)),
    ],
    ids=["mlp", "cnn", "lstm", "softmax"],
)
def test_hidden_is_what_the_last_linear_layer_reads(network):
    network.eval()
    found = all_of(hidden(network, PICTURES, 0.2, 0.4))
    last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
    assert found.shape == (120, last.in_features)
    outputs = network((PICTURES - 0.2) / 0.4)
    again = last(found)
    torch.testing.assert_close(again.softmax(1) if isinstance(network, nn.Sequential) else again, outputs)
    # and the network that others share is as it was
    assert not any(module._forward_pre_hooks for module in network.modules())
    assert not network.training


@pytest.mark.parametrize("name", ["mlp", "cnn", "lstm"])
def test_shipped_networks(name):
    classifier = pretrained_classifier(name)
    found = all_of(hidden(classifier.network, PICTURES[:3], classifier.mean, classifier.std))
    last = [module for module in classifier.network.modules() if isinstance(module, nn.Linear)][-1]
    outputs = classifier.network((PICTURES[:3] - classifier.mean) / classifier.std)
    torch.testing.assert_close(last(found), outputs, rtol=1e-4, atol=1e-4)


def test_bytes_and_floats_are_the_same_pictures():
    network = Net([784, 5, 10]).eval()
    coarse = (PICTURES * 255).byte()
    torch.testing.assert_close(
        all_of(hidden(network, coarse, 0.1, 0.3)), all_of(hidden(network, coarse / 255, 0.1, 0.3))
    )


def test_the_last_layer_is_the_one_that_runs_last():
    class Reversed(nn.Module):
        def __init__(self):
            super().__init__()
            self.second, self.first = nn.Linear(4, 10), nn.Linear(784, 4)

        def forward(self, inputs):
            return self.second(self.first(inputs.flatten(1)))

    assert all_of(hidden(Reversed().eval(), PICTURES, 0, 1)).shape == (120, 4)

    # the definition's order has it the other way round
    class Twisted(Reversed):
        def __init__(self):
            nn.Module.__init__(self)
            self.first, self.second = nn.Linear(784, 4), nn.Linear(4, 10)

    assert all_of(hidden(Twisted().eval(), PICTURES, 0, 1)).shape == (120, 4)


def test_networks_that_cannot_be_shown():
    with pytest.raises(EmbeddingError, match="no linear layer"):
        next(hidden(nn.Flatten().eval(), PICTURES, 0, 1))
    wide = nn.Sequential(nn.Flatten(), nn.ConstantPad1d((0, WIDEST), 0.0), nn.Linear(784 + WIDEST, 2)).eval()
    with pytest.raises(EmbeddingError, match="at most"):
        next(hidden(wide, PICTURES, 0, 1))
    broken = Net([784, 4, 10]).eval()
    nn.init.constant_(broken.layers[1].weight, math.nan)
    with pytest.raises(EmbeddingError, match="not finite"):
        next(hidden(broken, PICTURES, 0, 1))


def test_principal_directions_by_hand():
    # along (3, 4) / 5 the points lie at -2, -1, 1, 2 and across at ±1: variances 10 and 4 of 14
    along, across = torch.tensor([3.0, 4.0]) / 5, torch.tensor([4.0, -3.0]) / 5
    places = torch.tensor([[-2.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [2.0, 1.0]])
    pca = fit_pca(places @ torch.stack([along, across]) + 1, 2)
    torch.testing.assert_close(pca.mean, torch.ones(2))
    torch.testing.assert_close(pca.directions, torch.stack([along, across]))
    torch.testing.assert_close(pca.shares, torch.tensor([10 / 14, 4 / 14]))
    torch.testing.assert_close(pca.project(1 + along[None] * 3), torch.tensor([[3.0, 0.0]]))


@pytest.mark.parametrize("shape", [(200, 6), (40, 60), (30, MAX_FITTED + 8)])
def test_directions_are_those_of_the_singular_values(shape):
    data = rows(*shape)
    pca = fit_pca(data, 3)
    centred = (data - data.mean(dim=0)).double()
    _left, values, right = torch.linalg.svd(centred, full_matrices=False)
    torch.testing.assert_close((pca.directions.double() @ right[:3].T).abs(), torch.eye(3).double(), rtol=0, atol=1e-3)
    torch.testing.assert_close(pca.shares.double(), values[:3] ** 2 / values.square().sum(), rtol=1e-3, atol=1e-5)
    largest = pca.directions.gather(1, pca.directions.abs().argmax(dim=1, keepdim=True))
    assert (largest > 0).all()
    again = fit_pca(data.clone(), 3)
    assert torch.equal(pca.directions, again.directions)
    torch.testing.assert_close(fit_pca(-data, 3).directions, pca.directions, rtol=0, atol=1e-4)


def test_very_wide_rows_are_fitted_by_the_first():
    data = rows(MAX_FITTED + 100, MAX_FITTED + 1)
    assert torch.equal(fit_pca(data, 2).directions, fit_pca(data[:MAX_FITTED], 2).directions)


def test_the_sentence_has_the_shares():
    sentence = fit_pca(
        torch.tensor([[3.0, 0, 0], [-3, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 1], [0, 0, -1]]), 2
    ).sentence
    assert "2 directions hold 93% of how the pictures differ in 3 numbers" in sentence
    assert "other 7%" in sentence


def test_rows_that_have_no_directions():
    with pytest.raises(EmbeddingError, match="of 2 numbers have no 3 directions"):
        fit_pca(torch.rand(50, 2), 3)
    with pytest.raises(EmbeddingError, match="2 pictures"):
        fit_pca(torch.rand(2, 50), 2)
    with pytest.raises(EmbeddingError, match="look the same"):
        fit_pca(torch.ones(50, 4), 2)
    line = torch.arange(20.0)[:, None] * torch.ones(40)
    assert fit_pca(line, 2).project(line).isfinite().all()


def test_neighbours_and_their_place_by_hand():
    data = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0], [9.0, 9.0]])
    near, distances = nearest(data, torch.zeros(2), 3)
    assert near.tolist() == [0, 2, 1]
    assert distances.tolist() == [0, 1, 5]
    assert len(nearest(data, torch.zeros(2), 10)[0]) == 4
    places = torch.tensor([[0.0, 0.0], [6.0, 0.0], [0.0, 12.0], [50.0, 50.0]])
    # weights 1 and 1/5 of places (0, 12) and (6, 0): (1, 10)
    torch.testing.assert_close(place_among(places, near[1:], distances[1:]), torch.tensor([1.0, 10.0]))
    torch.testing.assert_close(place_among(places, near, distances), places[0], rtol=0, atol=1e-4)


def test_where_a_drawing_lands_in_words():
    targets = torch.tensor([7, 7, 9, 7])
    assert landing(targets, tuple("0123456789")) == (
        "Of the 4 test pictures that are most like it to the network, 3 show 7."
    )
    assert "between the 4" in landing(targets, tuple("0123456789"), by_neighbours=True)
    assert landing(targets, tuple("0123456789"), by_neighbours=True).endswith("of which 3 show 7.")


def test_a_sample_is_always_the_same():
    assert torch.equal(sample(1000, 50), sample(1000, 50))
    assert len(set(sample(1000, 50).tolist())) == 50
    assert sorted(sample(20, 50).tolist()) == list(range(20))
    assert not torch.equal(sample(1000, 50, seed=1), sample(1000, 50))
