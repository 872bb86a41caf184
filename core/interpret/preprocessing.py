"""The way of a drawing to the network in stages that can be switched off, to see what each of them is good for.

With all stages on it is the way of core.digits.rasterize.to_picture, pixel for pixel.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from core.digits.rasterize import (
    BOX,
    CANVAS,
    SIDE,
    SMALLEST,
    THICKNESS,
    Stroke,
    bounds,
    render,
    render_centred,
    without_stray_taps,
)
from core.inference import Classifier
from core.text.i18n import N_, _
from core.text.numbers import percent, plain

SHOWN = 140  # pixels each way of the pictures of the canvas: enough for the eye, and quick to ink
_WIDEST = SHOWN * BOX / SIDE  # pixels; of a pen in such a picture


@dataclass(frozen=True)
class Stage:
    """One stage of the menu.

    Attributes:
        note: what it does.
        without: what happens in its place where it is switched off; empty where it cannot be.
    """

    label: str
    note: str
    without: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """What a drawing is after a stage.

    Attributes:
        name: a key of STAGES.
        on: whether the stage is switched on.
        picture: float32 [height, width] of any size, in [0, 1]: ink is 1, paper is 0. After the last stage the numbers
            are others but the picture is the same: see `Preprocessed.inputs`.
    """

    name: str
    on: bool
    picture: Tensor


@dataclass(frozen=True, eq=False)
class Preprocessed:
    """All stages of a drawing, and what comes out at the end.

    Attributes:
        results: one for each of STAGES, in their order.
        picture: float32 [1, 28, 28] in [0, 1].
    """

    results: tuple[Result, ...]
    picture: Tensor

    @property
    def switched_off(self) -> frozenset[str]:
        """The keys of the stages that are off."""
        return frozenset(result.name for result in self.results if not result.on)

    def inputs(self, classifier: Classifier) -> Tensor:
        """Return the numbers that the network is fed, float32 [1, 28, 28]."""
        return self._as_switched(classifier).prepare(self.picture)

    def predict_proba(self, classifier: Classifier) -> Tensor:
        """Return the probability of each class, float32 [C]."""
        return self._as_switched(classifier).predict_proba(self.picture)

    def _as_switched(self, classifier: Classifier) -> Classifier:
        return replace(classifier, mean=0.0, std=1.0) if "normalised" in self.switched_off else classifier


def preprocessing_steps(
    strokes: Sequence[Stroke], pen: float, switched_off: AbstractSet[str] = frozenset()
) -> Preprocessed:
    """Follow a drawing through all stages; no ink gives empty pictures.

    Args:
        strokes: in canvas units.
        pen: the thickness of the pen on the canvas, in canvas units.
        switched_off: keys of STAGES.

    Raises:
        ValueError: a stage is unknown or cannot be switched off, or the pen has no width or is far too wide.
    """
    _require_stages(switched_off)
    redrawn, cropped, boxed, centred = (name not in switched_off for name in ("redrawn", "cropped", "boxed", "centred"))
    drawn = [stroke for stroke in strokes if len(stroke)]
    kept = without_stray_taps(drawn) if redrawn else drawn
    low, high = bounds(kept) if kept else (np.zeros(2), np.full(2, float(CANVAS)))
    extent = max((high - low).max(), SMALLEST)

    # Where a point of the canvas comes to lie in the picture, and how thick the pen is there. What is cropped touches
    # the sides of the box with the ink of its pen, which comes along where the strokes are not redrawn.
    side = BOX if boxed else SIDE
    if cropped:
        middle, scale = (low + high) / 2, (side - THICKNESS) / extent if redrawn else side / (extent + pen)
    else:
        middle, scale = np.full(2, CANVAS / 2), side / CANVAS
    thickness = THICKNESS if redrawn else pen * scale
    placed = [(stroke - middle) * scale + (SIDE - 1) / 2 for stroke in kept]
    there, in_the_middle = render_centred(placed, thickness, _room(placed, thickness, side if cropped else None))

    canvas = _on_canvas(drawn, pen)
    inked = _on_canvas(kept, thickness / scale) if redrawn else canvas
    cut = _cut_out(kept, thickness / scale) if cropped and kept else inked
    last = in_the_middle if centred else there
    pictures = (canvas, inked, cut, there, last, last)
    results = [Result(name, name not in switched_off, picture) for name, picture in zip(STAGES, pictures, strict=True)]
    return Preprocessed(tuple(results), last[None])


def notice(before: Tensor, after: Tensor, classes: Sequence[str], switched_off: AbstractSet[str]) -> str:
    """Say what became of the prediction when stages were switched off, in Markdown.

    Args:
        before, after: the probability of each class with all stages on, and without those switched off, float32 [C].
    """
    old, new = int(before.argmax()), int(after.argmax())
    words = {
        "old": classes[old],
        "new": classes[new],
        "sure": percent(before[old].item()),
        "now": percent(after[new].item()),
        "left": percent(after[old].item()),
        "stages": ", ".join(f"“{_(step.label)}”" for name, step in STAGES.items() if name in switched_off),
    }
    if not switched_off:
        return _("With every stage on, it says **{old}** and is {sure} sure of it.").format(**words)
    if old == new:
        return _("Without {stages} it still says **{old}** and is {now} sure of it, before {sure}.").format(**words)
    return _(
        "Without {stages} it says **{new}** ({now}), not **{old}**: that falls from {sure} to {left}. "
        "The network is the same, only the picture that it gets is another."
    ).format(**words)


def describe_inputs(inputs: Tensor) -> str:
    """Say between which numbers the pixels lie that the network is fed, and what their mean is."""
    return _("from {low} to {high}, on average {mean}").format(
        low=plain(inputs.min().item()), high=plain(inputs.max().item()), mean=plain(inputs.mean().item())
    )


def _require_stages(switched_off: AbstractSet[str]) -> None:
    switches = [name for name, step in STAGES.items() if step.without]
    for name in sorted(switched_off):
        if name not in switches:
            raise ValueError(
                _("There is no stage “{name}” to switch off. Choose among: {choices}.").format(
                    name=name[:40], choices=", ".join(switches)
                )
            )


def _room(placed: Sequence[Stroke], thickness: float, box: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Return how far back and forth, (x, y) each, ink may be moved before some of it is lost.

    Args:
        box: the side of the box in the middle that the ink was made to fill; it is the box that must stay inside then,
            as in core.digits.rasterize.
    """
    middle, half = np.full(2, (SIDE - 1) / 2), np.full(2, (box or 0) / 2)
    if box is None and placed:
        low, high = bounds(placed)
        middle, half = (low + high) / 2, (high - low + thickness) / 2
    return (middle - half + 0.5).clip(min=0), (SIDE - 0.5 - middle - half).clip(min=0)


def _on_canvas(strokes: Sequence[Stroke], pen: float) -> Tensor:
    """Ink strokes on the whole canvas, all in canvas units: float32 [SHOWN, SHOWN]."""
    zoom = SHOWN / CANVAS
    return render([stroke * zoom - 0.5 for stroke in strokes], min(pen * zoom, _WIDEST), SHOWN)


def _cut_out(strokes: Sequence[Stroke], pen: float) -> Tensor:
    """Ink strokes and cut them out as narrowly as their ink allows: float32 [height, width], at most SHOWN each."""
    low, high = bounds(strokes)
    foreground = high - low + pen
    zoom = SHOWN / max(CANVAS, foreground.max())  # as large as on the canvas, if it was inside
    middled = [(stroke - (low + high) / 2) * zoom + (SHOWN - 1) / 2 for stroke in strokes]
    width, height = np.ceil(foreground * zoom / 2).clip(min=1).astype(int)  # half of each, so that the middle stays
    half = SHOWN // 2
    return render(middled, min(pen * zoom, _WIDEST), SHOWN)[half - height : half + height, half - width : half + width]


STAGES = {
    "canvas": Stage(N_("Your drawing"), N_("The canvas as you see it.")),
    "redrawn": Stage(
        N_("Redrawn"),
        N_("Your strokes are drawn anew with a pen as thick as in the data, without stray dots."),
        N_("The pen of the canvas stays: too thin or too thick, depending on how large you draw."),
    ),
    "cropped": Stage(
        N_("Cropped"),
        N_("The empty margins are cut off: where you draw makes no difference."),
        N_("The whole canvas is kept, margins and all."),
    ),
    "boxed": Stage(
        N_("Longest side 20 pixels"),
        N_("It is scaled to a box of 20×20 pixels in the middle of 28×28: how large you draw makes no difference."),
        N_("It is merely resized to fill all 28×28 pixels."),
    ),
    "centred": Stage(
        N_("Centre of mass"),
        N_("It is moved until the ink is balanced around the middle, as far as no ink is lost."),
        N_("It stays where the stages before have put it."),
    ),
    "normalised": Stage(
        N_("Normalised"),
        N_("The mean of the training pictures is subtracted, and the rest divided by their spread."),
        N_("The pixels go in as they are, from 0 to 1, which the network has never seen."),
    ),
}
