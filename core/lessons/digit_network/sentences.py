"""What there is to notice, in sentences made from the numbers on screen, in Markdown."""

import math

import torch
from torch import Tensor

from core.lessons.digit_network.network import CLASSES, Flow
from core.lessons.digit_network.scene import shape_text
from core.text.i18n import _

UNDECIDED = 0.5  # a probability below which no answer has more than all others together


def notice(made: Flow, target: int, softmax: bool) -> str:
    """Say what came out for one image of the class `target`."""
    outputs, probabilities = made.outputs[0], made.probabilities[0]
    answer = int(outputs.argmax())
    numbers = {
        "target": target,
        "answer": answer,
        "probability": f"{probabilities[answer]:.1%}",
        "own": f"{probabilities[target]:.1%}",
        "active": int((made.hidden[0] > 0).sum()),
        "hidden": made.hidden.shape[1],
        "loss": f"{made.loss(torch.tensor([target])):.3f}",
        "chance": f"{math.log(CLASSES):.3f}",
        "low": number(outputs.min()),
        "high": number(outputs.max()),
        "sum": number(outputs.sum()),
    }
    if not softmax:
        sentence = _(
            "**Without softmax** the outputs are scores from {low} to {high} that sum to {sum}: negative ones too, and "
            "no probabilities. The largest is that of **{answer}**."
        )
    elif probabilities[answer] < UNDECIDED:
        sentence = _(
            "**Undecided:** {answer} is ahead with {probability}, and the digit is a **{target}**. The loss is {loss}; "
            "giving each digit the same probability would cost ln 10 = {chance}."
        )
    elif answer == target:
        sentence = _(
            "**It reads {answer}** with {probability}: {active} of {hidden} hidden values are above 0, and the loss is "
            "{loss}. Giving each digit the same probability would cost {chance}."
        )
    else:
        sentence = _(
            "**It reads {answer}** with {probability}, and the digit is a **{target}**, which has {own}: that costs a "
            "loss of {loss}, where the same probability for each digit would cost {chance}."
        )
    return sentence.format(**numbers)


def notice_batch(made: Flow, targets: Tensor) -> str:
    """Say which sizes came out for a batch of images of the classes [N]."""
    count = len(targets)
    right = int((made.outputs.argmax(dim=1) == targets).sum())
    shapes = " → ".join(shape_text(tensor) for tensor in (made.inputs, made.hidden, made.outputs))
    if count == 1:
        return _("**{shapes}**: even a single image comes as a batch, of one row.").format(shapes=shapes)
    return _(
        "**{shapes}**: {count} images, {count} rows all the way, and each row goes through the same weights. "
        "{right} of {count} are read correctly."
    ).format(shapes=shapes, count=count, right=right)


def progress(before: float, now: float, steps: int, epochs: float, samples: int) -> str:
    """Say how well the network reads `samples` test images, as shares, before its training and now."""
    if not steps:
        sentence = _("Untrained: **{now:.1%}** of {samples:,} test images are read correctly.")
    elif steps == 1:
        sentence = _("After one step: **{now:.1%}** of {samples:,} test images, {before:.1%} before.")
    else:
        sentence = _(
            "After {steps:,} steps (epoch {epochs:.1f}): **{now:.1%}** of {samples:,} test images, {before:.1%} before."
        )
    return sentence.format(steps=steps, epochs=epochs, now=now, before=before, samples=samples)


def one_layer(scores: list[float], two_layers: float, epochs: float) -> str:
    """Say what 784-10 reached after each epoch, as shares, and what the network with a hidden layer has now."""
    return _(
        "**One layer alone, 784-10:** {first:.1%} of the test images after one epoch, {last:.1%} after {count}. "
        "784-512-10 is at {now:.1%} now (epoch {epochs:.1f})."
    ).format(first=scores[0], last=scores[-1], count=len(scores), now=two_layers, epochs=epochs)


def number(value: Tensor) -> str:
    """Write a number with two decimals and a real minus sign."""
    return f"{value.item():z.2f}".replace("-", "−")
