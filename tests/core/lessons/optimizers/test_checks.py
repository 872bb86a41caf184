import pytest
import torch

from core.lessons.optimizers.checks import CHECKS
from tests.checks import prove


def bowl(x, y):
    return x**2 / 2 + 1.5 * y**2


def walk(surface, start, steps: int, kind=torch.optim.SGD, **options: float) -> list[torch.Tensor]:
    """Return all points on the way."""
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = kind([point], **options)
    points = [point.detach().clone()]
    for _step in range(steps):
        optimizer.zero_grad()
        surface(*point).backward()
        optimizer.step()
        points.append(point.detach().clone())
    return points


def rate():
    ends = [walk(bowl, (-2.5, 1.8), 20, lr=lr)[-1].norm() for lr in (0.01, 0.1, 0.3, 0.7)]
    start = walk(bowl, (-2.5, 1.8), 0, lr=0.1)[0].norm()
    faster, diverges = ends[0] > ends[1] > ends[2], ends[3] > start
    return faster and diverges, ends[3] < ends[2], ends[3] < start


def adam():
    sgd = walk(bowl, (-2.5, 1.8), 100, lr=0.1)
    other = walk(bowl, (-2.5, 1.8), 100, torch.optim.Adam, lr=0.1)
    ahead = [a.norm() < s.norm() for a, s in zip(other, sgd, strict=True)]
    ravine = [
        walk(lambda x, y: 0.001 * x**2 + y**2, (-5.0, 2.0), 100, kind, lr=0.1)[-1].norm()
        for kind in (torch.optim.SGD, torch.optim.Adam)
    ]
    assert ravine[1] < ravine[0]  # and elsewhere Adam is
    return not ahead[-1], ahead[-1], all(ahead[50:])


def stands():
    def saddle(x, y):
        return x**2 / 2 + y**4 / 4 - y**2 / 2

    on_the_ridge = walk(saddle, (-1.8, 0.0), 300, lr=0.1)[-1].requires_grad_()
    saddle(*on_the_ridge).backward()
    at_rest = on_the_ridge.grad.norm() < 1e-9
    zero = torch.tensor(0.0)
    beside = saddle(zero, torch.tensor(0.1)) < saddle(zero, zero)
    lower_elsewhere = saddle(zero, torch.tensor(1.0)) < saddle(zero, zero)
    return at_rest, not lower_elsewhere, not beside


def momentum():
    def slope(x, _y):
        return x * 3.0

    moves = torch.stack(walk(slope, (0.0, 0.0), 3, lr=0.1, momentum=0.9)).diff(dim=0)[:, 0]
    adds_the_last = torch.allclose(moves[1:], 0.9 * moves[:-1] - 0.1 * 3.0)
    plain = torch.stack(walk(bowl, (-2.5, 1.8), 2, lr=0.1, momentum=0.0)).diff(dim=0)
    gentle = torch.stack(walk(bowl, (-0.25, 0.18), 2, lr=0.1, momentum=0.0)).diff(dim=0)
    rate_grows = not torch.allclose(plain, 10 * gentle)
    again = [walk(bowl, (-2.5, 1.8), 50, lr=0.05, momentum=0.9)[-1] for _time in range(2)]
    return adds_the_last, rate_grows, not torch.equal(*again)


PROOFS = {
    "optimizers.rate": rate,
    "optimizers.adam": adam,
    "optimizers.stands": stands,
    "optimizers.momentum": momentum,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
