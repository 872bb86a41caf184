"""The losses of the course: how wrong is an output, as one number whose gradient the optimizer follows."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.activations import Hyperparameter
from core.text.i18n import N_, _
from core.text.numbers import enclosed, plain


class TargetError(ValueError):
    """A loss cannot compare with this target; the message is a sentence that says what is allowed."""


@dataclass(frozen=True)
class Loss:
    """One loss of the menu.

    Attributes:
        name: for sentences, without capitals.
        module: builds the torch module; takes `label_smoothing` only where `takes_label_smoothing`.
        compares_classes: True where the target is a class index (or a row of class probabilities); False where
            outputs and targets are compared number by number, a class as its one-hot row.
        formula: LaTeX, for one sample with outputs z (logits), y (numbers) and targets t.
        source: the PyTorch page that defines it.
        squashes: what the loss itself does to outputs [N, C] first, so that they may be logits; None where it compares
            them as they are.
        target_range: the least and the most that a target may be.
        hyperparameters: the parameters of the module that can be tried out.
        term: writes out one term of the mean, from an output and a target, as "(2 − 3)²"; it takes them as well.
            None where a term takes more than one output.
    """

    label: str
    name: str
    module: Callable[..., nn.Module]
    compares_classes: bool
    takes_label_smoothing: bool
    formula: str
    note: str
    source: str
    squashes: Callable[[Tensor], Tensor] | None = None
    target_range: tuple[float, float] = (-math.inf, math.inf)
    hyperparameters: tuple[Hyperparameter, ...] = ()
    term: Callable[..., str] | None = None

    def require(self, targets: Tensor) -> None:
        """Raise TargetError where a number among the targets, of any shape, is none that this loss compares with."""
        minimum, maximum = self.target_range
        outside = targets[(targets < minimum) | (targets > maximum)]
        if len(outside):
            raise TargetError(
                _(
                    "{label} compares with targets from {least:g} (no) to {most:g} (yes), and {target:g} is none."
                ).format(label=_(self.label), least=minimum, most=maximum, target=outside[0].item())
            )

    def suits(self, task: str) -> bool:
        """Return whether it compares what a network gives for a task, a key of core.lessons.build.problems.TASKS.

        Several classes can be learnt with any loss. A single output is a score with yes and no, which only a loss with
        a sigmoid inside can compare with 0 and 1, and else a value.
        """
        return task == "multi_class" or (not self.compares_classes and (task == "binary") == bool(self.squashes))

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
    """Return class indices int64 [N] for targets: indices [N], class probabilities [N, C], or [N, 1] for yes and no."""
    if not targets.is_floating_point():
        return targets
    return targets.argmax(dim=1) if targets.shape[1] > 1 else (targets[:, 0] > 0.5).long()


def gradient_of(tensor: Tensor) -> Tensor:
    """Return what backward() of a loss has left in a tensor's `.grad`.

    Raises:
        ValueError: nothing is there, as before backward().
    """
    if tensor.grad is None:
        raise ValueError("no gradient yet: call backward() first")
    return tensor.grad


def probabilities(outputs: Tensor, output_layer: str, loss: str) -> Tensor:
    """Read a network's outputs [N, C] as class probabilities [N, C] whose rows sum to 1.

    A loss that squashes logits has trained them for that: cross-entropy for softmax, binary cross-entropy for a sigmoid
    of each. The others train the outputs towards one-hot rows, so these are already meant as probabilities. What then
    does not sum to 1 is cut to [0, 1] and scaled. A single output [N, 1] is that of yes: the rows are no and yes.
    """
    squashes = LOSSES[loss].squashes
    if output_layer == "none" and squashes:
        outputs = squashes(outputs)
    if outputs.shape[1] == 1:
        yes = outputs.clamp(0, 1)
        return torch.cat([1 - yes, yes], dim=1)
    if output_layer == "softmax" or (output_layer == "none" and LOSSES[loss].compares_classes):
        return outputs
    cut = outputs.clamp(0, 1) + torch.finfo(outputs.dtype).eps  # a row of zeros means "no idea", not a division by 0
    return cut / cut.sum(dim=1, keepdim=True)


def _huber_term(output: float, target: float, delta: float = 1.0) -> str:
    error = abs(output - target)
    return f"{error:.4g}² / 2" if error <= delta else f"{delta:.4g} · ({error:.4g} − {delta:.4g} / 2)"


def _bce_term(output: float, target: float) -> str:
    yes, no = f"log σ({plain(output)})", f"log(1 − σ({plain(output)}))"
    if target in (0, 1):
        return f"−{yes if target else no}"
    return f"−{target:.4g} · {yes} − {1 - target:.4g} · {no}"


_DOCS = "https://docs.pytorch.org/docs/stable/generated/torch.nn."

LOSSES = {
    "cross_entropy": Loss(
        label=N_("Cross-entropy"),
        name=N_("cross-entropy"),
        module=nn.CrossEntropyLoss,
        compares_classes=True,
        takes_label_smoothing=True,
        formula=r"-\log \frac{e^{z_t}}{\sum_k e^{z_k}}",
        note=N_("The loss for choosing one of several classes. It takes logits: softmax is already inside."),
        source=_DOCS + "CrossEntropyLoss.html",
        squashes=lambda outputs: outputs.softmax(dim=1),
    ),
    "mse": Loss(
        label=N_("MSE (mean squared error)"),
        name=N_("MSE"),
        module=nn.MSELoss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"\frac{1}{K}\sum_k (y_k - t_k)^2",
        note=N_("The loss for predicting numbers. On classes it compares with one-hot rows."),
        source=_DOCS + "MSELoss.html",
        term=lambda output, target: f"({plain(output)} − {enclosed(target)})²",
    ),
    "l1": Loss(
        label=N_("L1 (mean absolute error)"),
        name=N_("L1"),
        module=nn.L1Loss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"\frac{1}{K}\sum_k |y_k - t_k|",
        note=N_("Like MSE, but a large error counts no more than in proportion."),
        source=_DOCS + "L1Loss.html",
        term=lambda output, target: f"|{plain(output)} − {enclosed(target)}|",
    ),
    "huber": Loss(
        label=N_("Huber"),
        name=N_("Huber"),
        module=nn.HuberLoss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"\frac{1}{K}\sum_k \begin{cases} \frac{1}{2}(y_k - t_k)^2 & |y_k - t_k| \le \delta \\ "
        r"\delta\,(|y_k - t_k| - \frac{\delta}{2}) & \text{else} \end{cases}",
        note=N_("Half the square of a small error; from an error of δ on, a straight line like L1."),
        source=_DOCS + "HuberLoss.html",
        hyperparameters=(Hyperparameter("delta", r"\delta", 0.1, 3.0, 1.0, 0.1),),
        term=_huber_term,
    ),
    "bce": Loss(
        label=N_("Binary cross-entropy"),
        name=N_("binary cross-entropy"),
        module=nn.BCEWithLogitsLoss,
        compares_classes=False,
        takes_label_smoothing=False,
        formula=r"-\frac{1}{K}\sum_k \bigl[\,t_k \log \sigma(z_k) + (1 - t_k) \log(1 - \sigma(z_k))\,\bigr]",
        note=N_("The loss for yes or no. It takes logits: a sigmoid is already inside. Classes are a question each."),
        source=_DOCS + "BCEWithLogitsLoss.html",
        squashes=torch.sigmoid,
        target_range=(0.0, 1.0),
        term=_bce_term,
    ),
}
