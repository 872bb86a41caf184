import torch
from torch import nn

from core.lessons.one_step.predictions import FORGET, WEIGHT, forget_truth, weight_numbers, weight_truth
from core.lessons.one_step.trace import WEIGHTS


def network() -> nn.Sequential:
    """The lesson's network with its first weights, put together anew."""
    made = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1)).double()
    weights = torch.tensor([weight.default for weight in WEIGHTS.values()], dtype=torch.float64)
    nn.utils.vector_to_parameters(weights, made.parameters())
    return made


def backward(made: nn.Module) -> float:
    x, target = torch.tensor([1.0, 0.5], dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    loss = nn.MSELoss()(made(x), target)
    loss.backward()
    return loss.item()


def first(made: nn.Sequential) -> torch.Tensor:
    return made[0].weight


def text(number: torch.Tensor) -> str:
    return f"{number:.4g}".replace("-", "−")


def test_ids_are_different():
    assert WEIGHT.id != FORGET.id


def test_a_step_goes_a_part_of_the_gradient_the_other_way():
    made = network()
    optimizer = torch.optim.SGD(made.parameters(), lr=0.1)
    loss = backward(made)
    gradient = first(made).grad[0, 0].clone()
    optimizer.step()
    truth, numbers = weight_truth(), weight_numbers()
    assert truth.answer == "downhill" in WEIGHT.answers
    assert numbers["new_downhill"] == text(first(made)[0, 0])
    assert (numbers["gradient"], numbers["rate"]) == (text(gradient), 0.1)
    assert f"**{text(first(made)[0, 0])}**" in truth.sentence
    assert f"{loss:.4g}" in truth.sentence


def test_the_answers_are_different_numbers():
    numbers = weight_numbers()
    assert len({numbers[f"new_{name}"] for name in WEIGHT.answers}) == len(WEIGHT.answers)


def test_gradients_are_added_where_they_are_not_cleared():
    made = network()
    optimizer = torch.optim.SGD(made.parameters(), lr=0.1)
    backward(made)
    old = first(made).grad.clone()
    optimizer.step()
    backward(made)
    both = first(made).grad.clone()
    optimizer.zero_grad()
    backward(made)
    new = first(made).grad
    assert torch.allclose(both, old + new)
    truth = forget_truth()
    assert truth.answer == "sum" in FORGET.answers
    assert f"**{text(both[0, 0])}**" in truth.sentence
    assert text(new[0, 0]) in truth.sentence
