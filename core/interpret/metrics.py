"""What a trained network gets right and wrong."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm


@dataclass(frozen=True)
class Mistake:
    """One wrong answer: which test sample, what it shows, what the network said, and how sure it was in [0, 1]."""

    index: int
    truth: int
    answer: int
    confidence: float


def confusion_matrix(probabilities: Tensor, targets: Tensor) -> Tensor:
    """Count how often each true class (row) was given each answer (column).

    Args:
        probabilities: float32 [N, C].
        targets: true classes, int64 [N].

    Returns:
        int64 [C, C]; its sum is N and its diagonal holds the right answers.
    """
    classes = probabilities.shape[1]
    pairs = targets * classes + probabilities.argmax(dim=1)
    return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def worst_mistakes(probabilities: Tensor, targets: Tensor, count: int) -> list[Mistake]:
    """Return the wrong answers that the network was surest of, surest first; at most `count` of them.

    Args:
        probabilities: float32 [N, C].
        targets: true classes, int64 [N].
    """
    confidence, answers = probabilities.max(dim=1)
    wrong = (answers != targets).nonzero().squeeze(1)
    worst = wrong[confidence[wrong].argsort(descending=True)][:count]
    return [Mistake(i, targets[i].item(), answers[i].item(), confidence[i].item()) for i in worst.tolist()]


def layer_gradients(network: nn.Module, loss: Tensor) -> list[float]:
    """Return the length of the gradient of a loss, by weights and bias together, for each linear layer in its order."""
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    gradients = torch.autograd.grad(loss, [parameter for layer in layers for parameter in layer.parameters()])
    return [get_total_norm(pair).item() for pair in zip(gradients[::2], gradients[1::2], strict=True)]
