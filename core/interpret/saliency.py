"""Which pixels matter to a network's answer, and what would have to change for another one.

All pictures are float32 [1, H, W] in [0, 1], ink 1 on paper 0. A score is what the network gives for a class: its
logit, where no output layer follows.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.inference import Classifier
from core.text.i18n import _

STEP = 0.1  # length of one step of `towards`, as of all changes: the root of the summed squares over all pixels
FINE = 0.05  # length of a step once there is a change that won, as a share of its length
SHRINK = 0.98  # after each success the next change may be so long, as a share of the present one
PATIENCE = 40  # steps without a shorter change before `towards` is content
_BATCH = 256  # pictures that go through the network at once; more take memory and no less time
_HALVINGS = 8  # of the gap between the last change that won and none at all


def scores(classifier: Classifier, pictures: Tensor) -> Tensor:
    """Return the scores [N, C] of pictures [N, 1, H, W].

    Raises:
        ValueError: the network is in training mode, in which its answer would be a matter of chance.
    """
    if classifier.network.training:
        raise ValueError("The network is in training mode: call network.eval() before it is asked.")
    return classifier.network(classifier.prepare(pictures))


# --- Saliency ---------------------------------------------------------------------------------------------------------


def saliency(classifier: Classifier, picture: Tensor, answer: int) -> Tensor:
    """Return the slope of a class's score over each pixel, float32 [H, W]: d score / d pixel.

    Simonyan, Vedaldi and Zisserman 2013, arXiv:1312.6034, where the map is the slope's size, `.abs()`.
    """
    pixels = picture.clone().requires_grad_()
    return torch.autograd.grad(scores(classifier, pixels.unsqueeze(0))[0, answer], pixels)[0][0]


@dataclass(frozen=True)
class Promise:
    """What turning one pixel over, to ink or to paper, does to a score, and would do if its slope went on."""

    row: int
    column: int
    promised: float
    real: float

    @property
    def sentence(self) -> str:
        return _(
            "The map is a slope, true for the smallest changes only: by it, turning pixel ({row}, {column}) over would "
            "change the score by {promised:+.2f}; in fact it changes by {real:+.2f}."
        ).format(row=self.row, column=self.column, promised=self.promised, real=self.real)


def promise(classifier: Classifier, picture: Tensor, answer: int) -> Promise:
    """Turn over the pixel for which the slope promises most, and compare."""
    turned = (picture[0] < 0.5).float()
    promised = saliency(classifier, picture, answer) * (turned - picture[0])
    row, column = divmod(int(promised.abs().argmax()), picture.shape[-1])
    changed = picture.clone()
    changed[0, row, column] = turned[row, column]
    with torch.inference_mode():
        before, after = scores(classifier, torch.stack([picture, changed]))[:, answer].tolist()
    return Promise(row, column, promised[row, column].item(), after - before)


# --- Occlusion --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What covering parts of a picture costs a class.

    Attributes:
        score, probability: float32 [H, W], how much the score and the probability of the class fall when a square over
            this pixel is covered, as a mean over all such squares; below 0 where they rise.
        before: the probability with nothing covered.
        after: the lowest probability that a square brings about.
        top, left, size: that square, in pixels.
    """

    score: Tensor
    probability: Tensor
    before: float
    after: float
    top: int
    left: int
    size: int

    def sentence(self, name: str) -> str:
        """Say what the most costly square does to the class of this name."""
        if self.after >= self.before:
            return _("Covering {size} × {size} pixels takes nothing from “{name}”, wherever they are.").format(
                size=self.size, name=name
            )
        return _(
            "Covering {size} × {size} pixels costs most at row {row}, column {column}: “{name}” falls from "
            "{before:.1%} to {after:.1%}."
        ).format(size=self.size, row=self.top, column=self.left, name=name, before=self.before, after=self.after)


@torch.inference_mode()
def occlusion(
    classifier: Classifier, picture: Tensor, answer: int, size: int = 5, stride: int = 2, fill: float = 0.0
) -> Occlusion:
    """Cover the picture with a square of one gray at every place in turn, and note what that costs a class.

    Zeiler and Fergus 2013, arXiv:1311.2901, section 4.2. Squares that change no pixel are not asked about.

    Args:
        size: of the square, in pixels, from 1 to the picture's shorter side.
        stride: pixels between two places, from 1 to `size`; the last place always touches the edge.
        fill: what a covered pixel becomes, from 0 (paper) to 1 (ink).

    Raises:
        ValueError: one of them is out of range.
    """
    height, width = picture.shape[-2:]
    if not 1 <= size <= min(height, width):
        raise ValueError(_("The square must be 1 to {most} pixels wide.").format(most=min(height, width)))
    if not 1 <= stride <= size:
        raise ValueError(_("The square must move by 1 to {size} pixels, or it leaves some out.").format(size=size))
    if not 0 <= fill <= 1:
        raise ValueError(_("The square’s gray must be from 0 (paper) to 1 (ink)."))
    rows, columns = _bands(height, size, stride), _bands(width, size, stride)
    squares = rows[:, None, :, None] & columns[None, :, None, :]  # [down, across, H, W]
    places = (squares & (picture[0] != fill)).flatten(2).any(dim=2)  # [down, across]
    covered = torch.where(squares[places].unsqueeze(1), fill, picture)
    pictures = torch.cat([picture.unsqueeze(0), covered])
    outputs = torch.cat([scores(classifier, batch) for batch in pictures.split(_BATCH)])

    def drops(values: Tensor) -> Tensor:
        drop = values.new_zeros(places.shape)
        drop[places] = values[0] - values[1:]
        return drop

    def over_pixels(drop: Tensor) -> Tensor:
        down, across = rows.to(drop.dtype), columns.to(drop.dtype)
        return down.T @ drop @ across / torch.outer(down.sum(dim=0), across.sum(dim=0))

    probability = classifier.to_probabilities(outputs)[:, answer]
    costs = drops(probability)
    down, across = divmod(int(costs.argmax()), costs.shape[1])
    return Occlusion(
        score=over_pixels(drops(outputs[:, answer])),
        probability=over_pixels(costs),
        before=probability[0].item(),
        after=(probability[0] - costs[down, across]).item(),
        top=int(rows[down].int().argmax()),
        left=int(columns[across].int().argmax()),
        size=size,
    )


def _bands(length: int, size: int, stride: int) -> Tensor:
    """Return for each place of the square which of the rows (or columns) it covers, bool [places, length]."""
    starts = torch.tensor([*range(0, length - size, stride), length - size]).unsqueeze(1)
    line = torch.arange(length)
    return (line >= starts) & (line < starts + size)


# --- What would make it a 9? ------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Change:
    """A picture changed towards another answer.

    Attributes:
        target: the class it should become.
        found: whether it did.
        picture: the changed picture, [1, H, W] in [0, 1]; the one that came nearest where none was found.
        difference: what was added to the pixels, [1, H, W] in [-1, 1].
        before, after: the probability of each class, [C].
        steps: how many steps it took.
    """

    target: int
    found: bool
    picture: Tensor
    difference: Tensor
    before: Tensor
    after: Tensor
    steps: int

    @property
    def size(self) -> float:
        """The length of the difference: the root of its summed squares."""
        return self.difference.norm().item()

    def sentence(self, name: str) -> str:
        """Say what came out; `name` is that of the class it should become."""
        before, after = self.before[self.target].item(), self.after[self.target].item()
        if not self.found:
            words = _(
                "No change was found in {steps} steps that makes it “{name}”: it got from {before:.1%} to {after:.1%}."
            )
            if self.after.argmax() == self.target:
                words = _(
                    "In {steps} steps it becomes “{name}”, but is not sure enough: {after:.1%}, from {before:.1%}."
                )
            return words.format(steps=self.steps, name=name, after=after, before=before)
        if not self.size:
            return _("It is “{name}” already, with {before:.1%}.").format(name=name, before=before)
        foreground = (self.picture - self.difference).norm().item()
        return _(
            "A change of length {size:.2f}, where the drawing itself has {ink:.2f}, makes it “{name}”: {after:.1%} "
            "instead of {before:.1%}. No pixel changes by more than {most:.0%}."
        ).format(
            size=self.size,
            ink=foreground,
            name=name,
            after=after,
            before=before,
            most=self.difference.abs().max().item(),
        )


def towards(
    classifier: Classifier, picture: Tensor, target: int, sure: float = 0.0, steps: int = 400
) -> Generator[float, None, Change]:
    """Look for the smallest change of a picture that makes the network answer with another class.

    The picture climbs the slope of the target's lead (its score over the best other one) in steps of length STEP,
    within [0, 1], until the target wins. From then on the whole change has to stay a little shorter than the shortest
    that won. A local search, which draws no lots: ten times the steps find a change that is about 5 % shorter, now and
    then by a third.

    Args:
        target: the class that should win.
        sure: the probability that it should have at least, in [0, 1].
        steps: how many to try at most; each asks the network once, forward and backward.

    Yields: the share of the steps done, after each; a generator that ends early has found what it looked for.
    Returns: the Change.
    """
    difference = torch.zeros_like(picture)
    best, nearest, highest = None, difference, -math.inf
    longest, number, last_success = math.inf, 0, 0
    before = _logit_margin(classifier, picture, target)[2]
    for number in range(1, steps + 1):
        margin, slope, answers = _logit_margin(classifier, picture + difference, target)
        if margin > highest:
            nearest, highest = difference, margin
        if margin > 0 and answers[target] >= sure:
            best, longest, last_success = difference, SHRINK * difference.norm().item(), number
        settled = best is not None and (longest == 0 or number - last_success > PATIENCE)
        if settled or not slope.isfinite().all() or not slope.any():
            break
        difference = _climb(picture, difference, slope, min(STEP, FINE * longest), longest)
        yield number / steps
    found = best is not None
    changed = picture + (_shortened(classifier, picture, best, target, sure) if found else nearest)
    after = _logit_margin(classifier, changed, target)[2]
    return Change(target, found, changed.clamp(0, 1), changed - picture, before, after, number)


def _logit_margin(classifier: Classifier, picture: Tensor, target: int) -> tuple[float, Tensor, Tensor]:
    """Return how far a class's score lies above all others, the slope of that [1, H, W], and the probabilities [C]."""
    pixels = picture.clone().requires_grad_()
    outputs = scores(classifier, pixels.unsqueeze(0))
    margin = outputs[0, target] - outputs[0].index_fill(0, torch.tensor(target), -math.inf).max()
    slope = torch.autograd.grad(margin, pixels)[0]
    return margin.item(), slope, classifier.to_probabilities(outputs.detach())[0]


def _climb(picture: Tensor, difference: Tensor, slope: Tensor, step: float, longest: float) -> Tensor:
    """Take one step up the slope, keeping the difference no longer than `longest` and the pixels in [0, 1]."""
    changed = picture + difference
    stuck = ((changed <= 0) & (slope < 0)) | ((changed >= 1) & (slope > 0))
    slope = slope.masked_fill(stuck, 0)
    difference = difference + step * slope / slope.norm().clamp(min=1e-12)
    difference = difference * min(1.0, longest / max(difference.norm().item(), 1e-12))
    return (picture + difference).clamp(0, 1) - picture


def _shortened(classifier: Classifier, picture: Tensor, difference: Tensor, target: int, sure: float) -> Tensor:
    """Return the shortest part of a difference that still wins, as far as halving finds it."""
    low, high = 0.0, 1.0
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        margin, _slope_there, answers = _logit_margin(classifier, picture + middle * difference, target)
        if margin > 0 and answers[target] >= sure:
            high = middle
        else:
            low = middle
    return high * difference


@torch.inference_mode()
def by_chance(classifier: Classifier, picture: Tensor, change: Change, tries: int = 100, seed: int = 0) -> float:
    """Return in which share of random changes of the same length the picture's class still wins.

    Paper gets a little ink and ink a little paper, by the size of numbers from a normal distribution.
    """
    noise = torch.randn(tries, *picture.shape, generator=torch.Generator().manual_seed(seed)).abs()
    noise = torch.where(picture < 0.5, noise, -noise)
    noise = change.size * noise / noise.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    answers = scores(classifier, (picture + noise).clamp(0, 1)).argmax(dim=1)
    return (answers == change.before.argmax()).float().mean().item()


def fair_warning(kept: float, tries: int, name: str) -> str:
    """Say what `by_chance` means for what `towards` found; `name` is that of the picture's class."""
    words = _(
        "Of {tries} random changes of this length, {kept:.0%} leave it “{name}”: what was found shows how to sway this "
        "network, not how people write."
    )
    if kept < 0.5:
        words = _(
            "Of {tries} random changes of this length, only {kept:.0%} leave it “{name}”: so large a change confuses "
            "this network, whatever it is."
        )
    return words.format(tries=tries, kept=kept, name=name)
