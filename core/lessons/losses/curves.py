"""The loss of one prediction: how much it costs, and which way and how hard its gradient pulls."""

from collections.abc import Mapping, Sequence

import torch
from numpy.typing import ArrayLike, NDArray

from core.losses import LOSSES, gradient_of
from core.text.i18n import _
from core.text.numbers import plain

FARTHEST = 4.0  # the predictions that the lesson offers lie between this and its negative

Pull = tuple[float, float]  # loss and gradient


def loss_and_gradient(
    loss: str, predictions: ArrayLike, target: float, **hyperparameters: float
) -> tuple[NDArray, NDArray]:
    """Return the loss of each prediction and its gradient d loss / d prediction, in float64.

    Args:
        loss: a key of LOSSES that compares number by number.
        predictions: any shape; each is a sample of its own.
        target: the same for all of them.
        hyperparameters: of the loss, such as Huber's delta.

    Raises:
        TargetError: the loss cannot compare with this target.
    """
    y = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
    t = torch.full_like(y, target, requires_grad=False)
    LOSSES[loss].require(t)
    losses = LOSSES[loss].module(reduction="none", **hyperparameters)(y, t)
    losses.sum().backward()
    return losses.detach().numpy(), gradient_of(y).numpy()


def notice(prediction: float, target: float, gradients: Mapping[str, Pull]) -> str:
    """Return how each loss pulls a prediction to its target, and how differently, in a sentence or two.

    Args:
        gradients: (loss, gradient) at this prediction by key of LOSSES, as `loss_and_gradient` gives them.
    """
    sentence = _("From {prediction} to the target {target}: {clauses}.").format(
        prediction=plain(prediction),
        target=plain(target),
        clauses=", ".join(_clause(loss, gradient) for loss, (_loss, gradient) in gradients.items()),
    )
    sizes = {loss: abs(gradient) for loss, (_loss, gradient) in gradients.items()}
    strongest, weakest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    if sizes[weakest] > 0 and sizes[strongest] / sizes[weakest] > 1.05:
        sentence += " " + _("The strongest pull, that of {strongest}, is {ratio:.2g} times that of {weakest}.").format(
            strongest=_(LOSSES[strongest].name),
            ratio=sizes[strongest] / sizes[weakest],
            weakest=_(LOSSES[weakest].name),
        )
    return sentence


def _clause(loss: str, gradient: float) -> str:
    words = _("{name} is content (gradient 0)")
    if gradient:
        up, down = _("{name} pulls up (gradient {gradient})"), _("{name} pulls down (gradient {gradient})")
        words = up if gradient < 0 else down
    return words.format(name=_(LOSSES[loss].name), gradient=plain(gradient))


def snippet(
    losses: Sequence[str], prediction: float, target: float, hyperparameters: Mapping[str, Mapping[str, float]]
) -> str:
    """Return runnable PyTorch that prints the loss and the gradient of each of these losses.

    Args:
        hyperparameters: by key of LOSSES, for those that have any.
    """
    modules = [f"nn.{construct(loss, hyperparameters.get(loss, {}))}" for loss in losses]
    return f"""\
import torch
from torch import nn

target = torch.tensor({target!r})
for criterion in ({", ".join(modules)},):
    prediction = torch.tensor({prediction!r}, requires_grad=True)
    loss = criterion(prediction, target)
    loss.backward()
    print(criterion, loss.item(), prediction.grad.item())
"""


def construct(loss: str, hyperparameters: Mapping[str, float | str]) -> str:
    """Return the call that builds a loss's module, as "HuberLoss(delta=1.0)"."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in hyperparameters.items())
    return f"{LOSSES[loss].module.__name__}({arguments})"
