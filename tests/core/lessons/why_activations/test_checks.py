import pytest
import torch
from torch import nn

from core.lessons.why_activations.checks import CHECKS
from core.lessons.why_activations.vanishing import gradient_sizes, shrinkage
from tests.checks import prove


def corners(network: nn.Module) -> int:
    """Return how often the slope of a network of one input changes, over a wide stretch."""
    x = torch.linspace(-20, 20, 200_001, dtype=torch.float64)[:, None]
    slopes = network(x)[:, 0].diff() / x[:, 0].diff()
    bends = slopes.diff().abs() > 1e-7
    return int((bends[1:] & ~bends[:-1]).sum() + bends[0])


def stack():
    torch.manual_seed(0)
    layers = nn.Sequential(*(nn.Linear(3, 3).double() for _layer in range(20)))
    with torch.no_grad():
        bias = layers(torch.zeros(3, dtype=torch.float64))
        weight = torch.stack([layers(row) - bias for row in torch.eye(3, dtype=torch.float64)], dim=1)
        x = torch.randn(100, 3, dtype=torch.float64)
        difference = (layers(x) - (x @ weight.T + bias)).abs().max()
    same = difference < 1e-9
    return same, not same, not same


def limit():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1)).double()
    found = {}
    for examples in (10, 1000):
        x = torch.rand(examples, 1, dtype=torch.float64) * 4 - 2
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        for steps in (0, 300):
            for _step in range(steps):
                optimizer.zero_grad()
                nn.MSELoss()(network(x), (5 * x).sin()).backward()
                optimizer.step()
            found[examples, steps] = corners(network)
    within = max(found.values()) <= 4
    assert max(found.values()) > 2
    return within, found[10, 300] > 4, found[1000, 300] > 4


def vanishing():
    sizes = [float(size) for size in gradient_sizes("sigmoid", 20, "pytorch", 0)]
    torch.manual_seed(0)
    x = torch.rand(50, 2)
    network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(network[0].parameters(), lr=0.1)  # of the first layer alone
    losses = []
    for _step in range(50):
        optimizer.zero_grad()
        losses.append(nn.MSELoss()(network(x), x[:, :1] * x[:, 1:]))
        losses[-1].backward()
        optimizer.step()
    rates = {group["lr"] for group in torch.optim.SGD(network.parameters(), lr=0.1).param_groups}
    return sizes[0] < 1e-6 * sizes[-1], losses[-1] > 0.5 * losses[0], len(rates) > 1


def cure():
    def last_to_first(start: str, images: int, rate: float = 0.1) -> float:
        """Return how much farther a step moves the last layer than the first one, in a deep stack of ReLUs."""
        torch.manual_seed(0)
        layers = []
        for _layer in range(20):
            layer = nn.Linear(64, 64)
            if start == "he":
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        network = nn.Sequential(*layers)
        network.double()(torch.randn(images, 64, dtype=torch.float64)).square().mean().backward()
        ends = network[0].weight, network[-2].weight
        before = [weight.detach().clone() for weight in ends]
        torch.optim.SGD(network.parameters(), lr=rate).step()
        first, last = ((weight - old).norm().item() for weight, old in zip(ends, before, strict=True))
        return last / first

    assert shrinkage(gradient_sizes("relu", 20, "he", 0)) < 3
    assert last_to_first("pytorch", 64) > 10
    return (
        last_to_first("he", 64) < 10,
        last_to_first("pytorch", 64, rate=10.0) < 10,
        last_to_first("pytorch", 1024) < 10,
    )


PROOFS = {
    "why_activations.stack": stack,
    "why_activations.corners": limit,
    "why_activations.vanishing": vanishing,
    "why_activations.cure": cure,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
