import pytest
import torch
from torch import nn

from core.lessons.build.checks import CHECKS
from tests.checks import prove


def trained_loss(depth: int) -> float:
    """Return the loss of a stack of sigmoids that has learned a few points."""
    torch.manual_seed(0)
    x = torch.linspace(-2, 2, 40)[:, None]
    layers = [nn.Linear(1, 16), nn.Sigmoid()]
    for _layer in range(depth - 1):
        layers += [nn.Linear(16, 16), nn.Sigmoid()]
    network = nn.Sequential(*layers, nn.Linear(16, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    loss = torch.tensor(0.0)
    for _step in range(300):
        optimizer.zero_grad()
        loss = nn.MSELoss()(network(x), x.sin())
        loss.backward()
        optimizer.step()
    return loss.item()


def deeper():
    one, many = trained_loss(1), trained_loss(12)
    return many > 10 * one, many < one, many < one  # the shapes fit in both


def flatten():
    layer, images = nn.Flatten(), torch.rand(5, 1, 28, 28)
    flat = layer(images)
    same = torch.equal(flat.reshape(images.shape), images)
    return not list(layer.parameters()) and same, bool(list(layer.parameters())), flat.numel() < images.numel()


def memory():
    network = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
    outputs, parameters = [], []
    for batch in (64, 128):
        x, kept = torch.rand(batch, 784), 0
        for layer in network:
            x = layer(x)
            kept += x.numel()
        outputs.append(kept)
        parameters.append(sum(each.numel() for each in network.parameters()))
    return outputs[1] == 2 * outputs[0], parameters[1] > parameters[0], outputs[1] == outputs[0]


def outputs():
    targets = torch.tensor([3, 9])

    def learns(count: int) -> bool:
        scores = torch.randn(2, count, requires_grad=True)
        try:
            nn.CrossEntropyLoss()(scores, targets).backward()
        except (IndexError, RuntimeError):
            return False
        return bool(scores.grad.any())

    scores = torch.tensor([[-5.0] * 3 + [7.0] + [-5.0] * 6])  # they sum to no 1, and the answer is as good as certain
    has_to_sum_to_one = nn.CrossEntropyLoss()(scores, targets[:1]) > 0.01
    return learns(10), learns(1), has_to_sum_to_one


PROOFS = {"build.deeper": deeper, "build.flatten": flatten, "build.memory": memory, "build.outputs": outputs}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
