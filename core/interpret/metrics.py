"""What a trained network gets right and wrong."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from core.text.i18n import _


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
    return [Mistake(i, int(targets[i]), int(answers[i]), confidence[i].item()) for i in worst.tolist()]


def layer_gradients(network: nn.Module, loss: Tensor) -> list[float]:
    """Return the length of the gradient of a loss, by weights and bias together, for each linear layer in its order."""
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    gradients = torch.autograd.grad(loss, [parameter for layer in layers for parameter in layer.parameters()])
    return [get_total_norm(pair).item() for pair in zip(gradients[::2], gradients[1::2], strict=True)]


DOUBT = 2.0  # standard errors; a smaller gap between sureness and rightness may be chance


def cell(probabilities: Tensor, targets: Tensor, truth: int, answer: int) -> Tensor:
    """Return which samples of a true class were given an answer: one cell of the confusion matrix, opened.

    Args:
        probabilities: float32 [N, C].
        targets: true classes, int64 [N].

    Returns:
        Their places among the N, int64 [n], those first of whose answer the network was surest; of equals, the earlier.
    """
    confidence, answers = probabilities.max(dim=1)
    inside = ((targets == truth) & (answers == answer)).nonzero().squeeze(1)
    return inside[confidence[inside].argsort(descending=True, stable=True)]


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right, by how sure the network was of them: bin k holds sureness k/B up to (k+1)/B.

    Attributes:
        counts: answers in each bin, int64 [B].
        confidence: their mean sureness, float64 [B]; nan where there are none.
        accuracy: the share of right ones, float64 [B]; nan where there are none.
        standard_error: how far chance alone may part the two where the sureness is right, float64 [B]:
            √(Σ p (1 − p)) / n over the n answers of the bin; nan where there are none.
    """

    counts: Tensor
    confidence: Tensor
    accuracy: Tensor
    standard_error: Tensor

    @property
    def error(self) -> float:
        """The expected calibration error: the mean gap between sureness and rightness over all answers; nan for none.

        Guo, Pleiss, Sun and Weinberger 2017, arXiv:1706.04599, equation 3.
        """
        gaps = (self.accuracy - self.confidence).abs().nan_to_num(0.0)
        return ((gaps * self.counts).sum() / self.counts.sum()).item()

    @property
    def sentence(self) -> str:
        """What the fullest bin says."""
        if not self.counts.sum():
            return _("There are no answers yet.")
        bins, best = len(self.counts), int(self.counts.argmax())
        sure, right = self.confidence[best].item(), self.accuracy[best].item()
        words = _(
            "Of the {count:,} answers that it was {low:.0%} to {high:.0%} sure of, {sure:.1%} on average, {right:.1%} "
            "are right."
        ).format(count=int(self.counts[best]), low=best / bins, high=(best + 1) / bins, sure=sure, right=right)
        if abs(right - sure) <= DOUBT * self.standard_error[best].item():
            return words + " " + _("It is as sure as it should be.")
        points = 100 * abs(right - sure)
        if right < sure:
            return words + " " + _("It is too sure by {points:.1f} points.").format(points=points)
        return words + " " + _("It could be surer by {points:.1f} points.").format(points=points)


def reliability(probabilities: Tensor, targets: Tensor, bins: int = 10) -> Reliability:
    """Sort answers into bins of equal width by the probability of the class that was chosen.

    A sureness on the edge of two bins belongs to the higher one, and 1 to the last.

    Args:
        probabilities: float32 [N, C].
        targets: true classes, int64 [N].
    """
    confidence, answers = probabilities.max(dim=1)
    edges = torch.tensor([place / bins for place in range(1, bins)], dtype=confidence.dtype)
    places = torch.bucketize(confidence, edges, right=True)
    counts = torch.bincount(places, minlength=bins)

    def sums(values: Tensor) -> Tensor:
        return torch.bincount(places, values.double(), minlength=bins)

    return Reliability(
        counts,
        sums(confidence) / counts,
        sums(answers == targets) / counts,
        sums(confidence * (1 - confidence)).sqrt() / counts,
    )
