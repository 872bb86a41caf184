import pytest
import torch
from torch import Tensor, nn

from core.lessons.activations.checks import CHECKS
from tests.checks import prove


def slope(function: nn.Module, x: float) -> tuple[float, float]:
    point = torch.tensor(x, requires_grad=True)
    value = function(point)
    value.backward()
    return value.item(), point.grad.item()


def best_fit(features: Tensor, curve: Tensor) -> float:
    """Return the largest error of the best sum of these features."""
    weights = torch.linalg.lstsq(features, curve).solution
    return (features @ weights - curve).abs().max().item()


def relu():
    x = torch.linspace(-1, 1, 401, dtype=torch.float64)[:, None]
    curve = (3 * x).sin()
    line = best_fit(torch.cat([x, torch.ones_like(x)], dim=1), curve)
    kinks = nn.functional.relu(x - torch.linspace(-1, 0.95, 40, dtype=torch.float64))
    kinked = best_fit(torch.cat([kinks, torch.ones_like(x)], dim=1), curve)
    return kinked < 0.05 * line, kinked >= line, kinked > 0.05 * line  # no sigmoid among them


def flat():
    height, there = slope(nn.Sigmoid(), 8.0)
    _height, elsewhere = slope(nn.Sigmoid(), 0.0)
    assert height > 0.99
    return there < 0.001, there > 0.1, there == 0 or elsewhere == 0


def dead():
    torch.manual_seed(0)
    inputs, targets = torch.rand(50, 2), torch.rand(50, 1)
    network = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        network[0].bias[0] = -10.0
    assert not network[:2](inputs)[:, 0].any()
    before = [each.clone() for each in network[0].parameters()]
    count = sum(each.numel() for each in network.parameters())
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for _step in range(50):
        optimizer.zero_grad()
        nn.MSELoss()(network(inputs), targets).backward()
        optimizer.step()
    stays = all(torch.equal(old[0], new[0]) for old, new in zip(before, network[0].parameters(), strict=True))
    recovers = bool(network[:2](inputs)[:, 0].any())
    return stays, recovers, sum(each.numel() for each in network.parameters()) < count


def shape():
    x = torch.randn(6)
    truths = []
    for function in (nn.ReLU(), nn.Tanh(), nn.Sigmoid()):
        influences = torch.autograd.functional.jacobian(function, x)
        alone = torch.equal(influences, influences.diag().diag())
        truths.append((alone, not alone, function(x).numel() < x.numel()))
    assert len(set(truths)) == 1
    return truths[0]


PROOFS = {
    "activations.relu": relu,
    "activations.flat": flat,
    "activations.dead": dead,
    "activations.shape": shape,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
