import pytest
import torch
from torch import Tensor, nn

from core.lessons.clinic.cases import CASES, HONESTY_MARGIN
from core.lessons.clinic.checks import CHECKS
from tests.checks import prove
from tests.core.lessons.clinic.runs import cured, run_of

GUESSING = 0.1  # the accuracy on ten digits


def zero_grad():
    x, y = torch.randn(20, 64), torch.randint(10, (20,))

    def two_steps(before: bool, between: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the second step moves, what its own gradient would move, and what is left in .grad."""
        torch.manual_seed(0)
        net = nn.Linear(64, 10)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for _step in range(2):
            loss = nn.CrossEntropyLoss()(net(x), y)
            (own,) = torch.autograd.grad(loss, net.weight, retain_graph=True)
            if before:
                optimizer.zero_grad()
            loss.backward()
            if between:
                optimizer.zero_grad(set_to_none=False)
            weight = net.weight.detach().clone()
            optimizer.step()
        return net.weight.detach() - weight, -0.1 * own, net.weight.grad

    right = [torch.allclose(*two_steps(*places)[:2], atol=1e-6) for places in ((True, False), (False, False))]
    assert not right[1]
    moved, _own, _left = two_steps(False, True)
    _moved, _own, left = two_steps(False, False)
    return right[0], not left.any(), moved.any()


def flat():
    def is_flat(key: str, **repair: str) -> bool:
        run = run_of(key, repair)
        return run.final_loss > 0.9 * run.first_loss

    faults = "3", "5", "6"  # too small a rate, weights of 0, ReLUs that are dead
    assert not any(is_flat(key, **CASES[key].cure) for key in faults)
    by_rate = {"3": "usual", "5": "large", "6": "large"}
    rate_mends = [not is_flat(key, rate=rate) for key, rate in by_rate.items()]
    neurons_mend = [not is_flat(key, hidden="many") for key in ("3", "6")]
    assert rate_mends[0]
    return all(is_flat(key) for key in faults), all(rate_mends), any(neurons_mend)


def labels():
    run = run_of("7")
    falls = run.final_loss < 0.9 * run.first_loss and run.train > 2 * GUESSING
    of_no_use = max(run.test, run.fresh) < 1.5 * GUESSING
    stopped = run.epochs < cured("7").epochs  # an error would have ended it
    return falls and of_no_use, not falls, stopped


def leak():
    leaking, sound = [run_of("12", {"test": test}) for test in ("same", "overlap", "inside")], cured("12")
    perfect = [run.test - run.fresh > HONESTY_MARGIN for run in leaking]
    honest = abs(sound.test - sound.fresh) < HONESTY_MARGIN
    tells_them_apart = any(run.train != sound.train for run in leaking)
    return all(perfect) and honest, not any(perfect), tells_them_apart


PROOFS = {"clinic.zero_grad": zero_grad, "clinic.flat": flat, "clinic.labels": labels, "clinic.leak": leak}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
