import pytest
import torch
from torch import nn

from core.lessons.losses.predictions import (
    CLOSER,
    FAR,
    LOGITS,
    MARGIN,
    NEAR,
    OUTLIER,
    PENALTY,
    RIGHT,
    RIGHT_CLASS,
    STRENGTH,
    TARGET,
    WANTED,
    WRONG,
    closer_truth,
    outlier_truth,
    penalty_truth,
    right_truth,
    wrong_truth,
)

OUTPUTS, TARGETS = [2.5, 3.0, 4.5, 3.5, 5.0], [2.0, 3.4, 4.0, 3.0, 5.5]


def test_ids_are_different():
    questions = (CLOSER, OUTLIER, RIGHT, WRONG, PENALTY)
    assert len({question.id for question in questions}) == len(questions)


def test_the_gradient_of_l1_stays_as_it_was():
    predictions = torch.tensor([FAR, NEAR], requires_grad=True)
    nn.L1Loss(reduction="sum")(predictions, torch.full((2,), TARGET)).backward()
    assert abs((FAR - TARGET) / (NEAR - TARGET) - 10) < 1e-9
    assert predictions.grad.abs().tolist() == [1, 1]
    assert closer_truth().answer == "same" in CLOSER.answers
    assert "**1**" in closer_truth().sentence


@pytest.mark.parametrize(("outlier", "answer"), [(15.0, "most"), (0.0, "even"), (-1.6, "half")])
def test_one_sample_can_make_most_of_the_mse(outlier, answer):
    moved = torch.tensor([*TARGETS[:-1], TARGETS[-1] + outlier], dtype=torch.float64)
    terms = nn.MSELoss(reduction="none")(torch.tensor(OUTPUTS, dtype=torch.float64), moved)
    truth = outlier_truth(OUTPUTS, TARGETS, outlier)
    low, high = {"even": (0, 0.35), "half": (0.35, 0.75), "most": (0.75, 1)}[answer]
    assert low <= terms[-1] / terms.sum() < high
    assert truth.answer == answer in OUTLIER.answers
    assert f"{terms.mean():.4g}" in truth.sentence


def test_cross_entropy_is_above_zero_where_the_answer_is_right():
    loss = nn.CrossEntropyLoss()(torch.tensor([LOGITS]), torch.tensor([RIGHT_CLASS]))
    assert max(LOGITS) == LOGITS[RIGHT_CLASS]
    assert loss > 0
    assert right_truth().answer == "above" in RIGHT.answers
    assert f"**{loss:.4g}**" in right_truth().sentence


def test_cross_entropy_corrects_a_confident_mistake_harder():
    sizes = {}
    for name, criterion in {"cross_entropy": nn.CrossEntropyLoss(), "mse": nn.MSELoss()}.items():
        logits = torch.tensor([[-MARGIN / 2, MARGIN / 2]], dtype=torch.float64, requires_grad=True)
        outputs = logits.softmax(dim=1) if name == "mse" else logits
        criterion(outputs, torch.tensor([[1.0, 0.0]], dtype=torch.float64)).backward()
        sizes[name] = logits.grad.norm().item()
    assert wrong_truth().answer == max(sizes, key=sizes.__getitem__) == "cross_entropy" in WRONG.answers
    assert f"**{sizes['cross_entropy'] / sizes['mse']:,.0f} times**" in wrong_truth().sentence


def test_l1_drops_a_weight_of_little_use():
    weight = torch.tensor(WANTED, dtype=torch.float64, requires_grad=True)
    for step in range(2000):
        (gradient,) = torch.autograd.grad((weight - WANTED).square() + STRENGTH * weight.abs(), weight)
        weight = (weight - 0.01 * (1 - step / 2000) * gradient).detach().requires_grad_()
    assert weight.item() == pytest.approx(0, abs=0.01)
    assert penalty_truth().answer == "zero" in PENALTY.answers
