"""The loss of a choice among classes: from logits over softmax to one number, and how hard it pulls on the logits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from core.losses import LOSSES, gradient_of, probabilities
from core.models import OUTPUT_LAYERS
from core.text.i18n import _
from core.text.numbers import percent, plain

STEPS = 50
LEARNING_RATE = 1.0


@dataclass(frozen=True)
class Choice:
    """What softmax and cross-entropy make of one sample's logits; every list has one entry a class.

    Attributes:
        powers: e to the power of each logit divided by the temperature; softmax divides each by their sum.
        gradients: d loss / d logit.
    """

    logits: list[float]
    temperature: float
    target: int
    powers: list[float]
    probabilities: list[float]
    loss: float
    gradients: list[float]


def choose(logits: Sequence[float], temperature: float, target: int) -> Choice:
    """Send one sample's logits through softmax and cross-entropy, in float64.

    Args:
        temperature: the logits are divided by it first (Hinton, Vinyals and Dean 2015); 1 changes nothing.
        target: the index of the right class.
    """
    z = torch.tensor([logits], dtype=torch.float64, requires_grad=True)
    scaled = z / temperature
    loss = nn.CrossEntropyLoss()(scaled, torch.tensor([target]))
    loss.backward()
    with torch.no_grad():
        powers, shares = scaled.exp(), scaled.softmax(dim=1)
    return Choice(
        list(logits),
        temperature,
        target,
        powers[0].tolist(),
        shares[0].tolist(),
        loss.item(),
        gradient_of(z)[0].tolist(),
    )


def negative_log_likelihood(shares: ArrayLike) -> NDArray:
    """Return -log of the right class's probabilities, any shape, each in (0, 1]: what cross-entropy makes of them."""
    return -torch.as_tensor(shares, dtype=torch.float64).log().numpy()


def notice_choice(choice: Choice, names: Sequence[str]) -> str:
    """Return what the right class got and what that costs, beside an even guess, in a sentence from the numbers."""
    best = max(range(len(names)), key=choice.probabilities.__getitem__)
    right, even = choice.probabilities[choice.target], math.log(len(names))
    ratio = choice.loss / even
    words = _("The right class, {right}, gets {share}: the loss is −log {number} = {loss}. ")
    if choice.probabilities[best] > right:
        words = _(
            "The network is {confidence} confident in {wrong}, which is wrong. {right} is left with {share}: "
            "the loss is −log {number} = {loss}. "
        )
    words += _("That is {ratio} times the {even:.2f} of an even guess.")
    if choice.temperature != 1:
        words += " " + _("At temperature 1 the right class would get {plain_share}.")
    return words.format(
        right=names[choice.target],
        wrong=names[best],
        confidence=percent(choice.probabilities[best]),
        share=percent(right),
        number=plain(right),
        loss=plain(choice.loss),
        ratio=f"{ratio:.2g}" if ratio >= 0.01 else _("less than 0.01"),
        even=even,
        plain_share=percent(choose(choice.logits, 1.0, choice.target).probabilities[choice.target]),
    )


def snippet_choice(choice: Choice) -> str:
    """Return runnable PyTorch that prints the probabilities, the loss and the gradient on the logits."""
    return f"""\
import torch
from torch import nn

logits = torch.tensor([{choice.logits!r}], requires_grad=True)
target = torch.tensor([{choice.target}])  # the index of the right class
temperature = {choice.temperature!r}

loss = nn.CrossEntropyLoss()(logits / temperature, target)  # softmax is inside
loss.backward()

probabilities = (logits / temperature).softmax(dim=1)
print(probabilities[0].tolist(), loss.item(), logits.grad[0].tolist())
"""


def two_logits(logit_margins: ArrayLike) -> Tensor:
    """Return logits float64 [N, 2] in which class 1 leads class 0, which is the right one, by these leads [N]."""
    half = torch.as_tensor(logit_margins, dtype=torch.float64) / 2
    return torch.stack([-half, half], dim=1)


def right_share(logits: Tensor, loss: str) -> Tensor:
    """Return the probability [N] that class 0 has by logits [N, C], read in the way the loss wants them."""
    layer = _output_layer(loss)
    return probabilities(OUTPUT_LAYERS[layer].module()(logits), layer, loss)[:, 0]


def gradient_on_logits(loss: str, logits: Tensor) -> Tensor:
    """Return d loss / d logits [N, C], each row a sample of its own whose right class is 0.

    A loss that compares its outputs as they are gets them after softmax; the others take the logits.
    """
    kind = LOSSES[loss]
    z = logits.detach().clone().requires_grad_()
    outputs = OUTPUT_LAYERS[_output_layer(loss)].module()(z)
    targets = kind.targets(F.one_hot(torch.zeros(len(z), dtype=torch.int64), z.shape[1]).to(z), z.shape[1])
    losses = kind.module(reduction="none")(outputs, targets)
    losses.reshape(len(z), -1).mean(dim=1).sum().backward()
    return gradient_of(z)


def _output_layer(loss: str) -> str:
    return "none" if LOSSES[loss].squashes else "softmax"


def gradient(loss: str, logit_margins: ArrayLike) -> NDArray:
    """Return the length of the gradient on two logits, for each lead [N] that the wrong class has over the right."""
    return gradient_on_logits(loss, two_logits(logit_margins)).norm(dim=1).numpy()


def recovery(loss: str, logit_margin: float) -> NDArray:
    """Return the right class's probability before and after each of STEPS plain steps: float64 [STEPS + 1]."""
    return recoveries(loss, (logit_margin,))[0]


@lru_cache(maxsize=64)
def recoveries(loss: str, logit_margins: tuple[float, ...]) -> NDArray:
    """Return the same from each of these leads of the wrong class: float64 [leads, STEPS + 1].

    A step is logits = logits - LEARNING_RATE * gradient, as if the logits were themselves the weights.
    """
    logits = two_logits(logit_margins)
    path = [right_share(logits, loss)]
    for _step in range(STEPS):
        logits = logits - LEARNING_RATE * gradient_on_logits(loss, logits)
        path.append(right_share(logits, loss))
    return torch.stack(path, dim=1).numpy()


def notice_gradients(logit_margin: float, gradients: Mapping[str, float], recovered: Mapping[str, float]) -> str:
    """Return how hard each loss pulls where the wrong class leads, and where that ends, in sentences from the numbers.

    Args:
        gradients: the length of the gradient at this lead, by key of LOSSES.
        recovered: the right class's probability after STEPS steps, by key of LOSSES.
    """
    sentence = _("At {share} for the right class the gradient is {sizes}.").format(
        share=percent(right_share(two_logits([logit_margin]), "cross_entropy").item()),
        sizes=_each({loss: f"{size:.2g}" for loss, size in gradients.items()}),
    )
    strongest, weakest = max(gradients, key=gradients.__getitem__), min(gradients, key=gradients.__getitem__)
    ratio = gradients[strongest] / gradients[weakest] if gradients[weakest] else math.inf
    if 1.05 < ratio < math.inf:
        sentence += " " + _("From {weakest} to {strongest} that is a factor of {ratio}.").format(
            strongest=_(LOSSES[strongest].name),
            weakest=_(LOSSES[weakest].name),
            ratio=f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}",
        )
    return (
        sentence
        + " "
        + _("After {steps} steps the right class has {shares}.").format(
            steps=STEPS, shares=_each({loss: percent(share) for loss, share in recovered.items()})
        )
    )


def why_gradients_vanish(logit_margin: float) -> str:
    """Return why some losses hardly pull where the network is confident, with the slope of softmax at this lead."""
    share = right_share(two_logits([logit_margin]), "cross_entropy").item()
    return _(
        "Each cross-entropy takes the logits. The other losses compare the probabilities that softmax makes of them, "
        "so their gradient has to come back through softmax’s slope p · (1 − p), which is {slope} here."
    ).format(slope=f"{share * (1 - share):.2g}")


def _each(numbers: Mapping[str, str]) -> str:
    words = _("{number} with {name}")
    return ", ".join(words.format(name=_(LOSSES[loss].name), number=number) for loss, number in numbers.items())


def snippet_gradients(losses: Sequence[str], logit_margin: float) -> str:
    """Return runnable PyTorch that prints the length of the gradient that each of these losses has on the logits."""
    logits = two_logits([logit_margin]).tolist()
    calls = [f"    nn.{LOSSES[loss].module.__name__}(): {_LAYER_CODE[_output_layer(loss)]}," for loss in losses]
    return f"""\
import torch
from torch import nn

target = torch.tensor([[1.0, 0.0]])  # one-hot: class 0 is the right one
losses = {{
{chr(10).join(calls)}
}}
for criterion, output_layer in losses.items():
    logits = torch.tensor({logits!r}, requires_grad=True)
    criterion(output_layer(logits), target).backward()
    print(criterion, logits.grad.norm().item())
"""


_LAYER_CODE = {"none": "nn.Identity()", "softmax": "nn.Softmax(dim=1)"}
