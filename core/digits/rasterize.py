"""Canvas strokes -> the 28x28 picture that a digit network expects, with each step kept for showing.

The canvas hands over the strokes themselves, so nothing has to be guessed from pixels: the digit is scaled and moved
first and inked last, always with the same pen. The width of the pen, the size of the digit and its place on the canvas
therefore make no difference. The geometry is MNIST's (LeCun, Cortes and Burges, "The MNIST database"): the ink fits a
box of 20x20 pixels, keeps its proportions, and has its centre of mass in the middle of the 28x28 picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import torch
from numpy.typing import ArrayLike

from core.text.i18n import N_, _

Stroke = np.ndarray
"""float64 [n, 2]: the (x, y) of the pen from touching down to lifting off; y points down."""

CANVAS = 280  # canvas units, both ways
SIDE = 28  # pixels of the picture, both ways
BOX = 20  # pixels that the ink's longest side fills
ROOM = (SIDE - BOX) / 2  # pixels that the box can be moved each way without pushing ink off the edge
CENTRE = 14.0  # MNIST's centre of mass; pixel (row, column) is the point y=row, x=column
THICKNESS = 2.5  # pixels of 28; a thicker pen fills small loops up

SMALLEST = 0.05 * CANVAS  # a drawing below this extent is a dot
LONGEST = 9.0  # path length over the diagonal of its bounding box; see `judge`
UNSURE_BELOW = 0.75  # a top probability below this is "not sure"

_MAX_DOTS = 10_000  # of one picture; a digit needs about 250
_MAX_INK = 300_000  # pixels that all dots together cover; a digit needs about 6,000
_STEP = 0.25  # pixels between two dots of ink: few enough to be quick; ink is right to 0.01, at sharp corners to 0.1


@dataclass(frozen=True)
class Drawing:
    """A drawing on its way from the canvas to the network."""

    strokes: list[Stroke]  # canvas units, as drawn
    scaled: list[Stroke]  # pixels: the ink fills a box of 20 pixels in the middle
    centred: list[Stroke]  # pixels: the ink's centre of mass is in the middle
    picture: torch.Tensor  # float32 [1, 28, 28] in [0, 1]: ink is 1, paper is 0


class DrawingCheck(Enum):
    """What can be said of a drawing; the value is the sentence to show ("" where a digit is shown instead)."""

    NOTHING = N_("Nothing drawn yet: draw a digit on the black square.")
    DOT = N_("That is only a dot. Draw the digit larger.")
    SCRIBBLE = N_("That looks like a scribble. Clear it and draw one digit.")
    UNSURE = N_("Not sure: no digit stands out. Try to draw it more clearly.")
    OK = ""

    @property
    def sentence(self) -> str:
        return _(self.value) if self.value else ""


def check_drawing(strokes: Sequence[Stroke]) -> DrawingCheck:
    """Say whether a drawing is worth showing to a network: NOTHING, DOT, SCRIBBLE or OK.

    A digit is a short path: its length is 1 to 3.5 times the diagonal of its bounding box (those of
    core.digits.handwriting), so that even one that is drawn over twice stays below LONGEST. A longer path fills its box
    and is a scribble.
    """
    strokes = without_stray_taps(strokes)
    if not strokes:
        return DrawingCheck.NOTHING
    low, high = bounds(strokes)
    if _is_tap(strokes[0]) or (high - low).max() < SMALLEST:
        return DrawingCheck.DOT
    if sum(arc_lengths(stroke)[-1] for stroke in strokes) > LONGEST * np.hypot(*(high - low)):
        return DrawingCheck.SCRIBBLE
    return DrawingCheck.OK


def check_answer(probabilities: torch.Tensor) -> DrawingCheck:
    """UNSURE where no probability reaches UNSURE_BELOW, else OK. Probabilities: [classes]."""
    return DrawingCheck.OK if float(probabilities.max()) >= UNSURE_BELOW else DrawingCheck.UNSURE


def to_picture(strokes: Sequence[Stroke], thickness: float = THICKNESS) -> Drawing:
    """Return the drawing with each intermediate. No ink gives an empty picture."""
    scaled, shifts, pictures = _place([strokes], thickness)
    centred = [stroke + shifts[0] for stroke in scaled[0]]
    return Drawing([*strokes], scaled[0], centred, torch.from_numpy(pictures))


def to_pictures(drawings: Sequence[Sequence[Stroke]], thickness: float = THICKNESS) -> torch.Tensor:
    """Return the pictures alone of many drawings at once, float32 [drawings, 1, 28, 28]."""
    return torch.from_numpy(_place(drawings, thickness)[2][:, None])


def render(strokes: Sequence[Stroke], thickness: float = THICKNESS, side: int = SIDE) -> torch.Tensor:
    """Ink strokes given in pixels of the picture with a round pen, float32 [side, side].

    A pixel at distance d from the nearest stroke gets clip(thickness / 2 + 0.5 - d, 0, 1): black inside the pen, white
    outside, and a soft edge of one pixel between. Raises ValueError for a pen of no width or far too wide.
    """
    return torch.from_numpy(_ink_alone(_dots(strokes, thickness, side), thickness, side))


def render_centred(
    strokes: Sequence[Stroke], thickness: float, room: tuple[np.ndarray, np.ndarray]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ink strokes given in pixels where they are, and with their centre of mass in the middle; float32 [28, 28] each.

    Args:
        room: how far they may be moved back and forth, (x, y) each.
    """
    dots = _dots(strokes, thickness)
    there = _ink_alone(dots, thickness)
    shift = _centring(there[None], *room)
    return torch.from_numpy(there), torch.from_numpy(_ink_alone(dots + shift, thickness))


def without_stray_taps(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Drop dots beside a real drawing: no digit has one, and far away it would shrink the digit."""
    strokes = [stroke for stroke in strokes if len(stroke)]
    return [stroke for stroke in strokes if not _is_tap(stroke)] or strokes


def bounds(strokes: Sequence[Stroke]) -> tuple[np.ndarray, np.ndarray]:
    """Return the left upper and the right lower corner (x, y) around at least one point."""
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def arc_lengths(stroke: Stroke) -> np.ndarray:
    """Return the length walked from the first point of a stroke to each of its points, [n]."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])


def _place(drawings: Sequence[Sequence[Stroke]], thickness: float) -> tuple[list[list[Stroke]], np.ndarray, np.ndarray]:
    """Return strokes scaled to the box, the shifts [n, 2] that centre them, and the pictures [n, 28, 28]."""
    scaled = [_scale(strokes, thickness) for strokes in drawings]
    dots = [_dots(strokes, thickness) for strokes in scaled]
    owner = np.repeat(np.arange(len(dots)), [len(each) for each in dots])
    dots = np.concatenate([*dots, np.zeros((0, 2))])
    shifts = _centring(_foreground(dots, owner, len(drawings), thickness))
    return scaled, shifts, _foreground(dots + shifts[owner], owner, len(drawings), thickness)


def _scale(strokes: Sequence[Stroke], thickness: float) -> list[Stroke]:
    """Scale and move strokes so that their ink, pen included, fills the box of 20 pixels in the middle."""
    strokes = without_stray_taps(strokes)
    if not strokes:
        return []
    low, high = bounds(strokes)
    scale = (BOX - thickness) / max((high - low).max(), SMALLEST)  # a dot stays a dot
    return [(stroke - (low + high) / 2) * scale + (SIDE - 1) / 2 for stroke in strokes]


def _is_tap(stroke: Stroke) -> bool:
    return np.ptp(stroke, axis=0).max() < SMALLEST / 4


def _centring(pictures: np.ndarray, back: ArrayLike = ROOM, forth: ArrayLike = ROOM) -> np.ndarray:
    """Return the shift [n, 2] that brings each ink's centre of mass to the middle, at most so far back and forth."""
    mass = pictures.sum(axis=(1, 2)).clip(min=1e-9)
    line = np.arange(SIDE)
    x, y = pictures.sum(axis=1) @ line / mass, pictures.sum(axis=2) @ line / mass
    return np.stack([CENTRE - x, CENTRE - y], axis=1).clip(np.negative(back), forth)


def _dots(strokes: Sequence[Stroke], thickness: float = THICKNESS, side: int = SIDE) -> np.ndarray:
    """Walk along the strokes (pixels) and set a dot of ink every quarter of a pixel: float64 [n, 2].

    Between two dots the edge sags by distance^2 / (4 thickness), so that a thicker pen needs fewer of them.
    """
    strokes = [stroke for stroke in strokes if len(stroke)]
    arcs = [arc_lengths(stroke) for stroke in strokes]
    maximum = min(_MAX_DOTS, _MAX_INK / (2 * _reach(thickness, side) + 1) ** 2)
    step = max(_STEP * math.sqrt(max(1.0, thickness / THICKNESS)), sum(arc[-1] for arc in arcs) / maximum)
    walked = []
    for stroke, arc in zip(strokes, arcs, strict=True):
        at = np.linspace(0, arc[-1], math.ceil(arc[-1] / step) + 1)
        walked.append(np.stack([np.interp(at, arc, stroke[:, 0]), np.interp(at, arc, stroke[:, 1])], axis=1))
    return np.concatenate([*walked, np.zeros((0, 2))])


def _reach(thickness: float, side: int) -> int:
    """Return how many pixels from a dot its ink can be seen; raise ValueError for a pen that cannot draw."""
    maximum = side * BOX / SIDE
    if not 0 < thickness <= maximum:
        raise ValueError(f"thickness is {thickness}: the pen must be wider than 0 and at most {maximum:g} pixels.")
    return math.ceil(thickness / 2 + 1) - 1


def _ink_alone(dots: np.ndarray, thickness: float, side: int = SIDE) -> np.ndarray:
    """Ink dots [n, 2] on one picture: float32 [side, side]."""
    return _foreground(dots, np.zeros(len(dots), dtype=np.intp), 1, thickness, side)[0]


def _foreground(dots: np.ndarray, owner: np.ndarray, count: int, thickness: float, side: int = SIDE) -> np.ndarray:
    """Ink dots [n, 2], each on the picture that owns it: float32 [count, side, side]; a pixel's darkest dot wins."""
    reach = _reach(thickness, side)
    around = np.arange(-reach, reach + 1)
    middle = np.rint(dots).astype(np.intp)
    x, y = middle[:, :1] + around, middle[:, 1:] + around  # [n, patch]
    offset_x, offset_y = ((at - line).astype(np.float32) ** 2 for at, line in ((x, dots[:, :1]), (y, dots[:, 1:])))
    # A NumPy number would make the ink float64, which is inked ten times as slowly.
    foreground = (float(thickness) / 2 + 0.5) - np.sqrt(offset_y[:, :, None] + offset_x[:, None, :])
    # Ink beyond the edge lands on a margin that is cut off at the end.
    margin, wide = reach, side + 2 * reach
    x, y = x.clip(-margin, side + margin - 1) + margin, y.clip(-margin, side + margin - 1) + margin
    pixel = (owner[:, None, None] * wide + y[:, :, None]) * wide + x[:, None, :]
    pictures = np.zeros(count * wide * wide, dtype=np.float32)
    np.maximum.at(pictures, pixel.ravel(), foreground.clip(0, 1).ravel())
    return pictures.reshape(count, wide, wide)[:, margin:-margin, margin:-margin].copy()
