from types import SimpleNamespace

import pytest
import torch
from torch.nn import Parameter

from core.optimizers import OPTIMIZERS

LR, EPS = 0.1, 1e-8
GRAD = torch.tensor([0.5, -2.0, 0.0])
START = torch.tensor([1.0, 2.0, 3.0])


def settings(**changed):
    return SimpleNamespace(
        **{"learning_rate": LR, "weight_decay": 0.0, "momentum": 0.0, "nesterov": False, "beta2": 0.999} | changed
    )


def one_step(name, **changed):
    weight = Parameter(START.clone())
    optimizer = OPTIMIZERS[name].make([weight], settings(**changed))
    weight.grad = GRAD.clone()
    optimizer.step()
    return weight.detach()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sgd", START - LR * GRAD),
        ("adagrad", START - LR * GRAD / (GRAD.abs() + 1e-10)),
        ("rmsprop", START - LR * GRAD / ((0.01 * GRAD**2).sqrt() + EPS)),
        ("adam", START - LR * GRAD / (GRAD.abs() + EPS)),
        ("adamw", START - LR * GRAD / (GRAD.abs() + EPS)),
    ],
)
def test_first_step_is_the_closed_form(name, expected):
    torch.testing.assert_close(one_step(name), expected)


def test_weight_decay_of_adamw_does_not_pass_through_the_gradient():
    torch.testing.assert_close(one_step("adamw", weight_decay=0.1), one_step("adam") - LR * 0.1 * START)
    assert not torch.allclose(one_step("adam", weight_decay=0.1), one_step("adamw", weight_decay=0.1))


@pytest.mark.parametrize(
    "name", [name for name, optimizer in OPTIMIZERS.items() if "momentum" in optimizer.hyperparameters]
)
def test_momentum_rolls_on(name):
    lengths = []
    for momentum in (0.0, 0.9):
        weight = Parameter(START.clone())
        optimizer = OPTIMIZERS[name].make([weight], settings(momentum=momentum))
        for _step in range(5):
            weight.grad = GRAD.clone()
            optimizer.step()
        lengths.append((weight.detach() - START).norm())
    assert lengths[1] > lengths[0]


@pytest.mark.parametrize(
    "name", [name for name, optimizer in OPTIMIZERS.items() if "beta2" in optimizer.hyperparameters]
)
def test_beta2_reaches_the_optimizer(name):
    optimizer = OPTIMIZERS[name].make([Parameter(START.clone())], settings(beta2=0.9))
    assert optimizer.defaults["betas"] == (0.9, 0.9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_default_learning_rate_goes_downhill(name):
    weight = Parameter(torch.tensor([3.0]))
    rate = OPTIMIZERS[name].default_learning_rate
    optimizer = OPTIMIZERS[name].make([weight], settings(learning_rate=rate))
    for _step in range(50):
        optimizer.zero_grad()
        (weight**2).sum().backward()
        optimizer.step()
    assert abs(weight.item()) < 3.0


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_nesterov_is_torchs_and_harmless_without_a_momentum(momentum):
    def two_steps(make):
        weight = Parameter(START.clone())
        optimizer = make([weight])
        for _step in range(2):
            weight.grad = 2 * weight.detach()
            optimizer.step()
        return weight

    theirs = two_steps(lambda w: torch.optim.SGD(w, lr=LR, momentum=momentum, nesterov=momentum > 0))
    plain = two_steps(lambda w: torch.optim.SGD(w, lr=LR, momentum=momentum))
    ours = two_steps(lambda w: OPTIMIZERS["sgd"].make(w, settings(momentum=momentum, nesterov=True)))
    torch.testing.assert_close(ours, theirs)
    assert torch.equal(ours, plain) == (momentum == 0)
