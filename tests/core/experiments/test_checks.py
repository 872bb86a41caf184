from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from core.experiments.checks import CHECKS
from core.experiments.lr_finder import suggest
from tests.checks import prove


def learn(
    seed: int = 0, rate: float = 0.05, momentum: float = 0.0, decay: float = 0.0, steps: int = 60, **other
) -> dict:
    """Train a small network on noisy points; return its accuracy on new ones and its training loss."""
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(1060, 2, generator=generator)
    y = ((x[:, 0] * x[:, 1] + 0.5 * torch.randn(1060, generator=generator)) > 0).long()
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum, weight_decay=decay)
    loss = torch.tensor(0.0)
    for _step in range(steps):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(network(x[:60]), y[:60])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (network(x[60:]).argmax(dim=1) == y[60:]).float().mean().item()
        return {"accuracy": accuracy, "loss": loss.item()}


def seed():
    runs = [learn(seed=seed, rate=0.5) for seed in range(8)]  # the same settings, so that none are the better ones
    accuracies, losses = ([run[name] for run in runs] for name in ("accuracy", "loss"))
    assert max(accuracies) - min(accuracies) > 0.01
    same = max(accuracies) == min(accuracies)
    by_loss = losses.index(min(losses)) == accuracies.index(max(accuracies))
    return not same, same, by_loss


MOMENTUM = partial(torch.optim.SGD, momentum=0.9)


def ravine(name: str, rate: float, steps: int = 40) -> float:
    """Return how far from the minimum an optimizer ends."""
    point = torch.tensor([-2.5, 1.8], requires_grad=True)
    optimizer = {"sgd": torch.optim.SGD, "momentum": MOMENTUM, "adam": torch.optim.Adam}[name]([point], lr=rate)
    for _step in range(steps):
        optimizer.zero_grad()
        (point[0] ** 2 / 20 + 4.5 * point[1] ** 2).backward()
        optimizer.step()
    return point.detach().norm().item()


def rates():
    tried = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2)
    distances = {name: [ravine(name, rate) for rate in tried] for name in ("sgd", "adam")}
    ahead = [sgd < adam for sgd, adam in zip(*distances.values(), strict=True)]
    # Who is called better must not hang on a rate that somebody happened to choose.
    same_rate_is_fair = len(set(ahead)) == 1
    best = {name: min(each) for name, each in distances.items()}
    default = {name: ravine(name, 0.001) for name in distances}  # what torch.optim takes
    by_default, by_best = (min(each, key=each.__getitem__) for each in (default, best))
    return best["adam"] < 0.5 * best["sgd"], same_rate_is_fair, by_default == by_best


def one_thing():
    settings = {"rate": 1.0, "momentum": 0.5, "decay": 0.01}
    base, all_three = learn(steps=100), learn(steps=100, **settings)
    assert all_three["loss"] < base["loss"]
    alone = {name: learn(steps=100, **{name: value})["loss"] - base["loss"] for name, value in settings.items()}
    smaller = learn(steps=100, rate=0.0005)["loss"]  # no setting was changed by a larger factor
    # What the links show: of two differences one helps, and the other does harm.
    assert ravine("momentum", 0.05, 100) < ravine("sgd", 0.2, 100) < ravine("sgd", 0.05, 100)
    return min(alone.values()) < 0 < max(alone.values()), max(alone.values()) < 0, smaller < base["loss"]


def range_test():
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(0))

    def network() -> nn.Linear:
        torch.manual_seed(0)
        return nn.Linear(4, 1)

    def loss_of(net: nn.Module) -> torch.Tensor:
        return nn.MSELoss()(net(x), x.sum(dim=1, keepdim=True))

    net, rates, losses = network(), np.geomspace(1e-5, 10, 60), []
    for rate in rates:
        loss = loss_of(net)
        losses.append(loss.item())
        net.zero_grad()
        loss.backward()
        torch.optim.SGD(net.parameters(), lr=rate).step()
    steep = suggest(rates, np.array(losses))
    ends = []
    for rate in (steep, rates[-1], rates[0]):
        net = network()
        first = loss_of(net).item()
        for _step in range(40):
            net.zero_grad()
            loss_of(net).backward()
            torch.optim.SGD(net.parameters(), lr=rate).step()
        ends.append(loss_of(net).item() < 0.5 * first)
    return ends


PROOFS = {"runs.seed": seed, "runs.rates": rates, "runs.one_thing": one_thing, "runs.range_test": range_test}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
