import math

import pytest
import torch
from torch import nn

from core.interpret.metrics import Mistake, confusion_matrix, layer_gradients, worst_mistakes

# five samples of three classes; the second and the last are wrong
PROBABILITIES = torch.tensor([[0.9, 0.1, 0.0], [0.25, 0.75, 0.0], [0.0, 0.5, 0.25], [0.1, 0.1, 0.8], [0.0, 0.0, 1.0]])
TARGETS = torch.tensor([0, 0, 1, 2, 1])


def test_confusion_matrix_counts_true_classes_by_row_and_answers_by_column():
    assert confusion_matrix(PROBABILITIES, TARGETS).tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_worst_mistakes_are_the_surest_first():
    assert worst_mistakes(PROBABILITIES, TARGETS, 5) == [Mistake(4, 1, 2, 1.0), Mistake(1, 0, 1, 0.75)]
    assert worst_mistakes(PROBABILITIES, TARGETS, 1) == [Mistake(4, 1, 2, 1.0)]


def test_no_mistakes():
    assert worst_mistakes(torch.eye(3), torch.arange(3), 5) == []
    assert confusion_matrix(torch.eye(3), torch.arange(3)).equal(torch.eye(3, dtype=torch.int64))


def test_the_gradient_of_each_layer_by_hand():
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), (2.0, 1.0, 3.0, 0.0), strict=True):
            parameter.fill_(value)
    # x = 1 gives 3 (2x + 1 = 3, times 3 is 9); the loss is the output itself
    gradients = layer_gradients(network, network(torch.ones(1, 1)).sum())
    assert gradients == pytest.approx([math.hypot(3, 3), math.hypot(3, 1)])
