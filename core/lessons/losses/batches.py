"""The loss of a batch: each term of the mean, each sample's gradient, and the one answer that would suit all best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from core.lessons.losses.curves import construct
from core.losses import LOSSES, gradient_of
from core.text.given import told
from core.text.i18n import _
from core.text.numbers import percent, plain

MAX_SAMPLES = 12
LARGEST = 1000.0


class NumbersError(ValueError):
    """What was typed is no list of numbers to compare; the message is a sentence that says what is allowed."""


def read_numbers(name: str, text: str) -> list[float]:
    """Return the numbers of a text such as "1, 2.5 -3".

    Args:
        name: what the list is called on the page, for the sentence that says what is wrong with it.

    Raises:
        NumbersError: there are none or too many, or one is not a number from -1000 to 1000.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    if not 1 <= len(words) <= MAX_SAMPLES:
        raise NumbersError(
            _("{name} has {count} numbers: type 1 to {most}, with commas between.").format(
                name=name, count=len(words), most=MAX_SAMPLES
            )
        )
    return [_number(name, word) for word in words]


def _number(name: str, word: str) -> float:
    try:
        number = float(word.replace("−", "-"))
    except ValueError:
        number = math.nan
    if not abs(number) <= LARGEST:
        raise NumbersError(
            _("“{word}” in {name} is not a number from −{largest:g} to {largest:g}.").format(
                word=told(word, 20), name=name, largest=LARGEST
            )
        )
    return number


@dataclass(frozen=True)
class Batch:
    """Outputs and targets of a batch, compared by one loss; every list has one entry a sample.

    Attributes:
        written: each term with its numbers in place, as "(2 − 3)²".
        terms: what each comes to; the loss is their mean.
        gradients: d loss / d output of each.
    """

    loss: str
    outputs: list[float]
    targets: list[float]
    written: list[str]
    terms: list[float]
    gradients: list[float]
    mean: float


def compare(loss: str, outputs: Sequence[float], targets: Sequence[float], **hyperparameters: float) -> Batch:
    """Compare outputs with targets, both of the same length, in float64.

    Raises:
        NumbersError: they are not of the same length.
        TargetError: the loss cannot compare with such a target.
    """
    if len(outputs) != len(targets):
        raise NumbersError(
            _("There are {outputs} outputs and {targets} targets: each output needs its own target.").format(
                outputs=len(outputs), targets=len(targets)
            )
        )
    kind = LOSSES[loss]
    if kind.term is None:
        raise ValueError(f"{loss} compares classes, not numbers")
    out = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
    target = torch.tensor(targets, dtype=torch.float64)
    kind.require(target)
    mean = kind.module(**hyperparameters)(out, target)
    mean.backward()
    return Batch(
        loss,
        list(outputs),
        list(targets),
        [kind.term(y, t, **hyperparameters) for y, t in zip(outputs, targets, strict=True)],
        kind.module(reduction="none", **hyperparameters)(out, target).tolist(),
        gradient_of(out).tolist(),
        mean.item(),
    )


def best_constant(loss: str, targets: Sequence[float], **hyperparameters: float) -> float:
    """Return the one output that has the least loss if it is given for every target; the middle one where many have.

    Args:
        loss: a key of LOSSES that compares outputs as they are.
    """
    return best_constants(loss, [targets], **hyperparameters).item()


def best_constants(loss: str, batches: ArrayLike, **hyperparameters: float) -> NDArray:
    """Return the best constant of each of many batches of targets [batches, N]: float64 [batches].

    Each loss that compares outputs as they are is convex, so that its gradient never falls as the output grows, and the
    best output is where it crosses 0.
    """
    targets = torch.as_tensor(batches, dtype=torch.float64)
    criterion = LOSSES[loss].module(reduction="sum", **hyperparameters)
    first, last = (_crossing(criterion, targets, level) for level in (-_ROUNDING, _ROUNDING))
    return ((first + last) / 2).numpy()


_ROUNDING = 1e-9  # a gradient as small as this may be 0 but for rounding


def _crossing(criterion: nn.Module, targets: Tensor, level: float) -> Tensor:
    """Return where the gradient reaches a level between the least and the greatest target of each row: [rows]."""
    low, high = targets.amin(dim=1, keepdim=True), targets.amax(dim=1, keepdim=True)
    fractions = torch.linspace(0, 1, 65, dtype=torch.float64)
    for _round in range(6):  # each narrows the place down 64 times
        places = torch.lerp(low, high, fractions)
        outputs = places.clone().requires_grad_()
        criterion(*torch.broadcast_tensors(outputs.unsqueeze(2), targets.unsqueeze(1))).backward()
        below = (gradient_of(outputs) < level).sum(dim=1, keepdim=True)
        low, high = places.gather(1, (below - 1).clamp(min=0)), places.gather(1, below.clamp(max=64))
    return (low + high).squeeze(1) / 2


def notice(batch: Batch) -> str:
    """Return which sample counts for most of the loss and of the gradient, in a sentence made from the numbers."""
    gradients = [abs(gradient) for gradient in batch.gradients]
    if not any(gradients):
        return _("The mean is {mean} and every gradient 0: nothing is left to learn.").format(mean=plain(batch.mean))
    worst = max(range(len(gradients)), key=batch.terms.__getitem__)
    return _(
        "The mean is {mean}. Sample {number} alone makes {loss_share} of it, and {pull_share} of all "
        "the pull of the gradients."
    ).format(
        mean=plain(batch.mean),
        number=worst + 1,
        loss_share=percent(batch.terms[worst] / sum(batch.terms)),
        pull_share=percent(gradients[worst] / sum(gradients)),
    )


def notice_best(targets: Sequence[float], best: Mapping[str, float]) -> str:
    """Return where each loss, by its key, would put one answer for all targets, and which mean or median that is."""
    known = {_("the mean"): fmean(targets), _("the median"): median(targets)}
    clauses = []
    for loss, answer in best.items():
        also = [words for words, number in known.items() if math.isclose(answer, number, rel_tol=1e-6, abs_tol=1e-6)]
        words = _("{name} at {answer}, {also}") if also else _("{name} at {answer}")
        clauses.append(
            words.format(name=_(LOSSES[loss].name), answer=plain(round(answer, 4)), also=_(" and ").join(also))
        )
    return _("One answer for all targets: {clauses}.").format(clauses="; ".join(clauses))


def snippet(loss: str, outputs: Sequence[float], targets: Sequence[float], **hyperparameters: float) -> str:
    """Return runnable PyTorch that prints each term, their mean and each sample's gradient."""
    kind = construct(loss, hyperparameters)
    return f"""\
import torch
from torch import nn

out = torch.tensor({list(outputs)!r}, requires_grad=True)
target = torch.tensor({list(targets)!r})

loss = nn.{kind}(out, target)
loss.backward()

terms = nn.{construct(loss, {"reduction": "none"} | hyperparameters)}(out, target)
print(terms.tolist(), loss.item(), out.grad.tolist())
"""
