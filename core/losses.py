"""The losses of the course: how wrong is an output, as one number whose gradient the optimizer follows."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.i18n import N_


@dataclass(frozen=True)
class Loss:
    """One loss of the menu.

    Attributes:
        module: builds the torch module; takes `label_smoothing` only where `takes_label_smoothing`.
        compares_classes: True where the target is a class index (or a row of class probabilities) and the outputs
            are logits; False where outputs and targets are compared number by number, a class as its one-hot row.
        formula: LaTeX, for one sample with outputs z (logits), y (numbers) and targets t.
        source: the PyTorch page that defines it.
    """

    label: str
    module: Callable[..., nn.Module]
    compares_classes: bool
    takes_label_smoothing: bool
    formula: str
    note: str
    source: str

    def targets(self, targets: Tensor, outputs: int) -> Tensor:
        """Return the targets in the form that this loss compares.

        Args:
            targets: class indices int64 [N], or class probabilities float32 [N, outputs].
            outputs: how many numbers the network gives for one sample.

        Returns:
            The targets unchanged where `compares_classes`, else float32 [N, outputs].
        """
        if self.compares_classes or targets.is_floating_point():
            return targets
        return F.one_hot(targets, outputs).float()


def class_indices(targets: Tensor) -> Tensor:
    """Return class indices int64 [N] for targets given either as indices [N] or as class probabilities [N, C]."""
    return targets.argmax(dim=1) if targets.is_floating_point() else targets


def probabilities(outputs: Tensor, output_layer: str, loss: str) -> Tensor:
    """Read a network's outputs [N, C] as class probabilities [N, C] whose rows sum to 1.

    Cross-entropy trains logits, so these go through softmax. L1 and MSE train the outputs towards one-hot rows, so
    these are already meant as probabilities and are only cut to [0, 1] and scaled to sum to 1, as are sigmoids.
    """
    if output_layer == "softmax":
        return outputs
    if output_layer == "none" and LOSSES[loss].compares_classes:
        return outputs.softmax(dim=1)
    cut = outputs.clamp(0, 1) + torch.finfo(outputs.dtype).eps  # a row of zeros means "no idea", not a division by 0
    return cut / cut.sum(dim=1, keepdim=True)


LOSSES = {
    "cross_entropy": Loss(
        label=N_("Cross-entropy"),
        module=nn.CrossEntropyLoss,
        compares_classes=True,
        takes_label_smoothing=True,
        formula=r"-\log \frac{e^{z_t}}{\sum_k e^{z_k}}",
        note=N_("The loss for choosing one of several classes. It takes logits: softmax is already inside."),
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
    ),
    "mse": Loss(
        label=N_("MSE (mean squared error)"),
        module=nn.MSELoss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"\frac{1}{K}\sum_k (y_k - t_k)^2",
        note=N_("The loss for predicting numbers. On classes it compares with one-hot rows."),
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html",
    ),
    "l1": Loss(
        label=N_("L1 (mean absolute error)"),
        module=nn.L1Loss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"\frac{1}{K}\sum_k |y_k - t_k|",
        note=N_("Like MSE, but a large error counts no more than in proportion."),
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html",
    ),
}
