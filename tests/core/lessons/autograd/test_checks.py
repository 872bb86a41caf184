import pytest
import torch

from core.lessons.autograd.checks import CHECKS
from tests.checks import prove


def leaves() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return weight, bias and loss of the lesson's program."""
    w, b = (torch.tensor(number, requires_grad=True) for number in (0.5, 1.5))
    return w, b, (2.0 * w + b - 4.0) ** 2


def backward():
    w, b, loss = leaves()
    before = w.item(), b.item(), loss.item()
    loss.backward()
    now = w.item(), b.item(), loss.item()
    return w.grad is not None and now == before, now[:2] != before[:2], now[2] < before[2]


def sign():
    w, _b, loss = leaves()
    loss.backward()
    assert w.grad < 0
    more = (2.0 * (w + 0.01) + 1.5 - 4.0) ** 2
    return more < loss, w < 0, loss < 0


def no_grad():
    w, b, loss = leaves()
    with torch.no_grad():
        without = (2.0 * w + b - 4.0) ** 2
    return without.grad_fn is None and loss.grad_fn is not None, w.item() != 0.5 or b.item() != 1.5, without != loss


def how():
    calls = []

    class Counted(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            calls.append("forward")
            return 3 * x

        @staticmethod
        def backward(ctx, gradient):
            calls.append("backward")
            return 3 * gradient

    weights = [torch.rand(1, requires_grad=True) for _weight in range(20)]
    loss = sum(weight.square() for weight in weights)
    Counted.apply(loss).backward()
    right = all(torch.isclose(weight.grad, 6 * weight) for weight in weights)
    # Any program has a graph, also one that branches on its numbers.
    x = torch.tensor(2.0, requires_grad=True)
    y = x * x if x > 1 else -x
    y.backward()
    needs_a_formula = x.grad != 4
    return right and calls == ["forward", "backward"], calls.count("forward") > 1, needs_a_formula


PROOFS = {"autograd.backward": backward, "autograd.sign": sign, "autograd.no_grad": no_grad, "autograd.how": how}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
