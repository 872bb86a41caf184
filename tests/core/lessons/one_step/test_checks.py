from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from core.lessons.one_step.checks import CHECKS
from tests.checks import prove

X, TARGET = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0]])


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))


def weights(net: nn.Module) -> Tensor:
    return torch.cat([each.detach().flatten() for each in net.parameters()])


def gradients(net: nn.Module) -> Tensor:
    return torch.cat([each.grad.flatten() for each in net.parameters()])


def line():
    net = network()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    seen = [weights(net)]
    output = net(X)
    seen.append(weights(net))
    nn.MSELoss()(output, TARGET).backward()
    seen.append(weights(net))
    optimizer.step()
    seen.append(weights(net))
    by_forward, by_backward, by_step = (not torch.equal(a, b) for a, b in pairwise(seen))
    return by_step, by_backward, by_forward


def zero_grad():
    net = network()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.0)
    found = []
    for _step in range(2):  # no error without it
        nn.MSELoss()(net(X), TARGET).backward()
        found.append(gradients(net).clone())
    before = weights(net)
    optimizer.zero_grad()
    kept = torch.equal(before, weights(net))
    return torch.allclose(found[1], 2 * found[0]), not kept, len(found) < 2


def direction():
    net = network()
    nn.MSELoss()(net(X), TARGET).backward()
    before, slope = weights(net), gradients(net)
    torch.optim.SGD(net.parameters(), lr=0.1).step()
    moved = weights(net) - before
    up = slope > 0
    assert (before[up] < 0).any()
    return (moved[up] < 0).all(), (moved[up] > 0).any(), (weights(net)[up].abs() < before[up].abs()).all()


def lower():
    after = []
    for rate in (0.01, 30.0):
        net = network()
        loss = nn.MSELoss()(net(X), TARGET)
        loss.backward()
        torch.optim.SGD(net.parameters(), lr=rate).step()
        after.append(nn.MSELoss()(net(X), TARGET) < loss)
    small, large = after
    return small and not large, small and large, not small


PROOFS = {
    "one_step.line": line,
    "one_step.zero_grad": zero_grad,
    "one_step.direction": direction,
    "one_step.lower": lower,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
