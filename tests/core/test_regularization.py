import pytest
import torch
from torch import nn

from core.regularization import REGULARIZATIONS, weights_of

NETWORK = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1))
with torch.no_grad():
    NETWORK[0].weight.copy_(torch.tensor([[1.0, -2.0], [0.0, 3.0]]))
    NETWORK[2].weight.copy_(torch.tensor([[-4.0, 0.5]]))
PENALISED = [name for name, entry in REGULARIZATIONS.items() if entry.penalty]


def test_only_weights_are_penalised():
    assert [tuple(weight.shape) for weight in weights_of(NETWORK)] == [(2, 2), (1, 2)]


def test_the_penalties():
    weights = weights_of(NETWORK)
    assert REGULARIZATIONS["l1"].penalty(weights).item() == 1 + 2 + 3 + 4 + 0.5
    assert REGULARIZATIONS["l2"].penalty(weights).item() == (1 + 4 + 9 + 16 + 0.25) / 2


@pytest.mark.parametrize("name", PENALISED)
def test_the_code_that_is_shown_is_the_penalty(name):
    weights = weights_of(NETWORK)
    shown = eval(REGULARIZATIONS[name].code, {"weights": weights})  # the app's own words, not a person's
    assert torch.equal(shown, REGULARIZATIONS[name].penalty(weights))
