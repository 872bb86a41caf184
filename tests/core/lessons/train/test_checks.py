import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from core.lessons.train.checks import CHECKS
from tests.checks import prove


def memory():
    generator = torch.Generator().manual_seed(0)
    images, labels = torch.randn(400, 40, generator=generator), torch.randint(2, (400,), generator=generator)
    labels[:] = torch.where(torch.rand(400, generator=generator) < 0.3, labels, (images[:, 0] > 0).long())  # noise
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 2))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    trainings, tests = [], []
    for _step in range(150):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(network(images[:60]), labels[:60])
        loss.backward()
        optimizer.step()
        trainings.append(loss.item())
        with torch.no_grad():
            tests.append(nn.CrossEntropyLoss()(network(images[60:]), labels[60:]).item())
    turn = tests.index(min(tests))
    falls_on, rises = trainings[-1] < trainings[turn], tests[-1] > tests[turn]
    assert turn < 100
    with torch.no_grad():
        right = (network(images).argmax(dim=1) == labels).float()
    memorized = right[:60].mean() == 1 and right[60:].mean() < 0.9
    return falls_on and rises and memorized, not rises, not falls_on


def epoch():
    images = torch.arange(100)
    loader = DataLoader(TensorDataset(images), batch_size=8, shuffle=True)
    used = torch.cat([batch for (batch,) in loader])
    # A line that is learned in full batches: the loss falls in more than one epoch.
    weight = torch.tensor(0.0, requires_grad=True)
    losses = []
    for _epoch in range(3):
        loss = (weight - 1) ** 2
        (slope,) = torch.autograd.grad(loss, weight)
        weight.data -= 0.1 * slope
        losses.append(loss.item())
    return torch.equal(used.sort().values, images), len(loader) == 1, losses[2] >= losses[1]


def eval_():
    torch.manual_seed(0)
    network, x = nn.Sequential(nn.Linear(8, 64), nn.Dropout(0.5), nn.Linear(64, 2)), torch.rand(4, 8)
    in_training = [network.train()(x) for _time in range(2)]
    before = network[0].weight.clone()
    in_test = [network.eval()(x) for _time in range(2)]
    whole = torch.allclose(in_test[0], network[2](network[0](x)))
    assert not torch.equal(*in_training)
    network.train()(x)
    changed_in_training = not torch.equal(before, network[0].weight)
    return torch.equal(*in_test) and whole, changed_in_training, in_test[0].grad_fn is None


def diverges():
    def last_loss(rate: float, steps: int = 30, width: int = 8) -> tuple[float, float]:
        torch.manual_seed(0)
        x = torch.randn(64, 4)
        network = nn.Sequential(nn.Linear(4, width), nn.Linear(width, 1))
        optimizer = torch.optim.SGD(network.parameters(), lr=rate)
        losses = []
        for _step in range(steps):
            optimizer.zero_grad()
            loss = nn.MSELoss()(network(x), x.sum(dim=1, keepdim=True))
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
        return losses[0], losses[-1]

    def helps(*case, **more) -> bool:
        first, last = last_loss(*case, **more)
        return last < first

    assert not helps(2.0)
    return helps(0.02), helps(2.0, steps=60), helps(2.0, width=64)


PROOFS = {"train.memory": memory, "train.epoch": epoch, "train.eval": eval_, "train.diverges": diverges}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
