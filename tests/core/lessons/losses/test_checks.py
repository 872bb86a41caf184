import pytest
import torch
from torch import nn

from core.lessons.losses.checks import CHECKS
from tests.checks import prove

cross_entropy = nn.CrossEntropyLoss()


def accuracy():
    # The right class is class 0. Each pair is a change after which the loss is lower.
    pairs = {
        "risen": ([[0.0, 0.5]], [[0.5, 0.0]]),
        "stayed": ([[0.0, 5.0]], [[0.0, 1.0]]),
        "fallen": ([[0.1, 0.0], [0.0, 9.0]], [[0.0, 0.1], [0.0, 1.0]]),
    }
    changes = {}
    for name, pair in pairs.items():
        logits = [torch.tensor(each) for each in pair]
        losses = [cross_entropy(each, torch.zeros(len(each), dtype=torch.long)) for each in logits]
        assert losses[1] < losses[0]
        right = [(each.argmax(dim=1) == 0).float().mean() for each in logits]
        changes[name] = ((right[1] - right[0]).item(), (losses[0] - losses[1]).item())
    as_much = all(abs(gain - drop) < 1e-3 for gain, drop in changes.values())
    gains = [gain for gain, _drop in changes.values()]
    return gains[0] > 0 == gains[1] > gains[2], as_much, min(gains) > 0


def softmax():
    logits, target = torch.tensor([[2.0, -1.0, 0.5]]), torch.tensor([0])
    by_hand = -logits.softmax(dim=1)[0, 0].log()
    perfect = torch.tensor([[1.0, 0.0, 0.0]])  # as a first softmax would give it
    number = cross_entropy(logits, target)
    return (
        torch.isclose(number, by_hand),
        cross_entropy(perfect, target) < 0.1,
        number.softmax(dim=0) != 1,
    )


def outlier():
    outputs, targets = torch.zeros(5), torch.tensor([0.5, -0.5, 0.4, -0.6, 15.0])
    shares = {}
    for loss in (nn.MSELoss, nn.L1Loss):
        terms = loss(reduction="none")(outputs, targets)
        shares[loss] = terms[-1] / terms.sum()
    mse, l1 = shares.values()
    return mse > l1, l1 > mse, all(abs(share - 1 / 5) < 0.1 for share in shares.values())


def slope():
    tried = []

    def step(prediction: float) -> tuple[float, float, float]:
        y = torch.tensor(prediction, requires_grad=True)
        loss = (y - 1) ** 2
        tried.append(loss)
        loss.backward()
        return loss.item(), y.grad.item(), ((y - 0.1 * y.grad - 1) ** 2).item()

    left, right = step(0.0), step(2.0)
    falls = all(after < before for before, _slope, after in (left, right))
    value_tells_the_way = left[0] != right[0]
    return falls and left[1] < 0 < right[1], value_tells_the_way, len(tried) > 2  # one look for each step


def confident():
    values, sizes = [], []
    for lead in (2.0, 8.0):
        logits = torch.tensor([-lead / 2, lead / 2], requires_grad=True)
        loss = nn.MSELoss()(logits.softmax(dim=0), torch.tensor([1.0, 0.0]))
        loss.backward()
        values.append(loss.item())
        sizes.append(logits.grad.norm().item())
    return sizes[1] < 0.01 * values[1] and sizes[1] < sizes[0], sizes[1] > sizes[0], values[1] < 0.1


PROOFS = {
    "losses.accuracy": accuracy,
    "losses.softmax": softmax,
    "losses.outlier": outlier,
    "losses.slope": slope,
    "losses.confident": confident,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
