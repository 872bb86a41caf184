import pytest
import torch
from torch import nn

from core.lessons.digit_network.checks import CHECKS
from core.models import Net
from tests.checks import prove

SIZES = (784, 512, 10)


def sees():
    torch.manual_seed(0)
    image = torch.rand(1, 1, 28, 28, requires_grad=True)
    first = next(layer for layer in Net(SIZES).modules() if isinstance(layer, nn.Linear))
    first(image.flatten(1))[0, 7].backward()
    weighed = image.grad[0, 0] != 0
    weights = image.grad.unique().numel()
    rows, columns = (int(weighed.any(dim=axis).sum()) for axis in (1, 0))
    assert weights > 700
    return weighed.all(), weighed.sum() == 1, rows < 28 or columns < 28


def stores():
    torch.manual_seed(0)
    network, images, labels = Net(SIZES), torch.rand(300, 1, 28, 28), torch.randint(10, (300,))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    nn.CrossEntropyLoss()(network(images), labels).backward()
    optimizer.step()
    after = network.state_dict()
    only_parameters = set(after) == {name for name, _value in network.named_parameters()}
    same_sizes = all(after[name].shape == before[name].shape for name in before)
    moved = any(not torch.equal(after[name], before[name]) for name in before)
    grown = sum(map(torch.numel, after.values())) > sum(map(torch.numel, before.values()))
    return only_parameters and same_sizes and moved, grown, grown


def softmax():
    scores = torch.randn(500, 10) * 5
    same = torch.equal(scores.argmax(dim=1), scores.softmax(dim=1).argmax(dim=1))
    assert (scores < 0).any()
    return same, not same, scores.argmax(dim=1).isnan().any()


def one_hot():
    rows = torch.eye(10)
    apart = torch.cdist(rows, rows)[~torch.eye(10, dtype=torch.bool)]
    numbers = torch.arange(10.0)[:, None]
    assert torch.cdist(numbers, numbers).unique().numel() == 10
    outputs = Net(SIZES)(torch.rand(1, 1, 28, 28)).detach()
    return apart.unique().numel() == 1, rows.sum(dim=1).unique().numel() > 1, set(outputs[0].tolist()) <= {0, 1}


PROOFS = {
    "digit_network.sees": sees,
    "digit_network.stores": stores,
    "digit_network.softmax": softmax,
    "digit_network.one_hot": one_hot,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
