import pytest
import torch

from core.lessons.optimizers.predictions import (
    ADAM,
    LARGE,
    NEAR,
    RATE,
    SAME_RATE,
    SETUP,
    SMALL,
    adam_truth,
    rate_numbers,
    rate_truth,
)


def bowl(point):
    return (point[0] ** 2 + 3 * point[1] ** 2) / 2


def distances(optimizer, rate, start=SETUP.start, height=bowl):
    """From the minimum at (0, 0), step by step."""
    point = torch.tensor(start, requires_grad=True)
    moving = optimizer([point], lr=rate)
    far = [point.detach().norm().item()]
    for _step in range(SETUP.steps):
        moving.zero_grad()
        height(point).backward()
        moving.step()
        far.append(point.detach().norm().item())
    return far


def test_ids_are_different():
    assert RATE.id != ADAM.id


def test_a_learning_rate_ten_times_larger_never_gets_there():
    slow, fast = (distances(torch.optim.SGD, rate) for rate in (SMALL, LARGE))
    assert abs(LARGE / SMALL - 10) < 1e-9
    assert rate_numbers()["steps"] == next(step for step, far in enumerate(slow) if far < NEAR)
    assert min(fast) > NEAR
    assert fast[-1] > fast[0]
    truth = rate_truth()
    assert truth.answer == "never" in RATE.answers
    assert f"{fast[0]:.4g}" in truth.sentence


@pytest.mark.parametrize(("rate", "answer"), [(0.6, "sooner"), (0.06, "later"), (0.33, "ten")])
def test_the_steps_of_another_learning_rate_are_counted(monkeypatch, rate, answer):
    monkeypatch.setattr("core.lessons.optimizers.predictions.LARGE", rate)
    far = distances(torch.optim.SGD, rate)
    truth = rate_truth()
    assert truth.answer == answer in RATE.answers
    assert f"**{next(step for step, each in enumerate(far) if each < NEAR)}**" in truth.sentence


def test_sgd_is_nearer_than_adam_on_the_bowl_and_farther_on_the_ravine():
    def ravine(point):
        return (point[0] ** 2 + 90 * point[1] ** 2) / 20

    sgd, adam = (distances(kind, SAME_RATE)[-1] for kind in (torch.optim.SGD, torch.optim.Adam))
    kinds = (torch.optim.SGD, torch.optim.Adam)
    other = [distances(kind, SAME_RATE, (-5.0, 2.0), ravine)[-1] for kind in kinds]
    assert sgd < adam
    assert other[0] > other[1]
    truth = adam_truth()
    assert truth.answer == "sgd" in ADAM.answers
    for number in (f"**{sgd:.5f}**", f"{adam:.5f}", f"{other[0]:.2f}", f"{other[1]:.2f}"):
        assert number in truth.sentence
