"""What the page asks before it shows it, and what is true, computed."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from core.digits.handwriting import draw, scribble
from core.digits.rasterize import BOX, CANVAS, SIDE, UNSURE_BELOW, Stroke, bounds, render, to_picture
from core.inference import Classifier
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

SUM = Prediction(
    "draw.sum",
    N_("A scribble that is no digit: what do the {classes} probabilities sum to?"),
    {
        "zero": N_("0: it is none of them"),
        "less": N_("Less than 1: the rest is doubt"),
        "one": N_("1, as for a digit"),
        "any": N_("Another number for each scribble"),
    },
)
SMALL = Prediction(
    "draw.small",
    N_("A digit drawn small, in a corner: what does the network get to see?"),
    {
        "small": N_("A small digit in a corner: it finds a digit anywhere"),
        "coarse": N_("The corner enlarged, with coarse edges"),
        "same": N_("The same image as of a large one"),
    },
)
COUNT = 20  # drawings
_SMALL, _MARGIN = 40.0, 10.0  # canvas units; the longest side, and how far from the edges
_ALIKE = 0.1  # a difference between pixels, of 1, that nobody sees


def in_the_corner(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Return a drawing small, in the upper left corner of the canvas."""
    low, high = bounds(strokes)
    return [(stroke - low) * (_SMALL / (high - low).max()) + _MARGIN for stroke in strokes]


def sum_truth(classifier: Classifier) -> Truth:
    """Ask a network about COUNT scribbles."""
    generator = Generator().manual_seed(0)
    scribbles = [to_picture(scribble(generator)).picture for _place in range(COUNT)]
    probabilities = torch.stack([classifier.predict_proba(picture) for picture in scribbles])
    sums, largest = probabilities.sum(dim=1), probabilities.amax(dim=1)
    sentence = _(
        "The probabilities of {count} scribbles sum to **{low:.4g}** at least and {high:.4g} at most: softmax shares "
        "out 1 among the {classes} classes, and none of these stands for “no digit”. The likeliest class got "
        "{least:.0%} to {most:.0%}, in {sure} of {count} cases more than {bound:.0%}, though no class was right."
    )
    return Truth(
        _kind_of(sums),
        sentence.format(
            count=COUNT,
            low=sums.min().item(),
            high=sums.max().item(),
            classes=probabilities.shape[1],
            least=largest.min().item(),
            most=largest.max().item(),
            sure=int((largest > UNSURE_BELOW).sum()),
            bound=UNSURE_BELOW,
        ),
    )


def small_truth(classifier: Classifier) -> Truth:
    """Draw COUNT digits large and small, and look at what reaches the network."""
    generator = Generator().manual_seed(0)
    labels = [place % 10 for place in range(COUNT)]
    drawings = [draw(label, generator) for label in labels]
    large = torch.stack([to_picture(drawing).picture for drawing in drawings])
    small = torch.stack([to_picture(in_the_corner(drawing)).picture for drawing in drawings])
    shrunk = torch.stack([_only_shrunk(in_the_corner(drawing)) for drawing in drawings])
    difference = (large - small).abs().max().item()
    sentence = _(
        "The two images differ by **{difference:.1g}** at most, on a scale from 0 to 1: before the network sees it, "
        "the drawing is scaled to {box} pixels and its center of mass moved to the middle. Of {count} such digits it "
        "reads {read} right; if the whole canvas were merely shrunk to {side}×{side} pixels, it would read {unread}."
    )
    return Truth(
        _seen(small, difference),
        sentence.format(
            difference=difference,
            box=BOX,
            side=SIDE,
            count=COUNT,
            read=_right(classifier, small, labels),
            unread=_right(classifier, shrunk, labels),
        ),
    )


def _kind_of(sums: Tensor) -> str:
    for name, value in (("one", 1.0), ("zero", 0.0)):
        if (sums - value).abs().max() < 0.001:
            return name
    return "less" if sums.max() < 1 else "any"


def _seen(small: Tensor, difference: float) -> str:
    if difference < _ALIKE:
        return "same"
    sides = [int(picture[0].any(dim=axis).sum()) for picture in small for axis in (0, 1)]
    return "small" if max(sides) <= BOX / 2 else "coarse"


def _only_shrunk(strokes: Sequence[Stroke]) -> Tensor:
    """Return a drawing as the network would see it in its place, float32 [1, 28, 28]."""
    return render([stroke * (SIDE / CANVAS) for stroke in strokes])[None]


def _right(classifier: Classifier, pictures: Tensor, labels: Sequence[int]) -> int:
    answers = [int(classifier.predict_proba(picture).argmax()) for picture in pictures]
    return sum(answer == label for answer, label in zip(answers, labels, strict=True))
