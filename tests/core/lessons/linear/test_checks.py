import pytest
import torch
from torch import nn

from core.lessons.linear.checks import CHECKS
from tests.checks import prove

INPUTS, OUTPUTS = 4, 2


def bias():
    layer = nn.Linear(INPUTS, OUTPUTS)
    count = layer.bias.numel()
    return count == OUTPUTS, count == layer.weight.numel(), count == INPUTS, count == 1


def batch():
    layer = nn.Linear(INPUTS, OUTPUTS)
    before = {name: value.clone() for name, value in layer.named_parameters()}
    sizes = set()
    for rows in (2, 200):
        assert layer(torch.rand(rows, INPUTS)).shape == (rows, OUTPUTS)
        sizes.add(sum(value.numel() for value in layer.parameters()))
    changed = any(not torch.equal(value, before[name]) for name, value in layer.named_parameters())
    return not changed and len(sizes) == 1, len(sizes) > 1, changed


def fits(first: nn.Linear, second: nn.Linear) -> bool:
    try:
        second(first(torch.rand(3, first.in_features)))
    except RuntimeError:
        return False
    return True


def fit():
    return fits(nn.Linear(10, 5), nn.Linear(5, 2)), fits(nn.Linear(10, 5), nn.Linear(10, 2)), fits(
        nn.Linear(10, 5), nn.Linear(4, 2)
    )  # fmt: skip


def zero():
    layer = nn.Linear(INPUTS, 1)
    x = torch.rand(INPUTS)
    x[0] = 0
    output, weight = layer(x), layer.weight[0]
    others = weight[1:] @ x[1:] + layer.bias
    return torch.isclose(output, others), output == 0, torch.isclose(output, others + weight[0])


PROOFS = {"linear.bias": bias, "linear.batch": batch, "linear.fit": fit, "linear.zero": zero}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
