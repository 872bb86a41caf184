"""Drawn digits with their labels, gathered into a small test set, and the one file in which they are kept.

The file is JSON lines (https://jsonlines.org): first what it is, then one drawing in each line,
`{"label":7,"strokes":[[[80.5,60],[200,60],[130,220]]]}`, in canvas units. It is read line by line, so that no file,
whoever made it, takes more memory than the longest line that is allowed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.digits.rasterize import BOX, THICKNESS, DrawingCheck, Stroke, check_drawing, to_picture
from core.text.i18n import _

Points = tuple[tuple[tuple[float, float], ...], ...]
"""The strokes of a drawing, each a row of points (x, y)."""

LABELS = 10  # the digits 0 to 9
MAX_SAMPLES = 500
MAX_STROKES = 20  # of one drawing; a digit has 1 to 4
MAX_POINTS = 300  # of one drawing, all strokes together; a digit needs about 50
FARTHEST = 1000.0  # canvas units from the corner; the canvas ends at 280
MAX_LINE = 8_000  # characters; the fullest drawing takes 5,500
MAX_FILE = 3_000_000  # bytes; the fullest collection takes 2,800,000
HEADER = {"format": "digits drawn by hand", "version": 1}

_STRAYS = 0.02  # pixels of 28 by which a kept stroke may stray from the drawn one


class CollectionError(ValueError):
    """A drawing or a file cannot be taken in; the message is a sentence that says why."""


@dataclass(frozen=True)
class Sample:
    """One drawing and the digit that it is meant to be. Coordinates are canvas units, kept to a tenth.

    Raises:
        CollectionError: there is no stroke or too much of it, a point is not two numbers up to FARTHEST, or the label
            is not a whole number from 0 to 9.
    """

    strokes: Points
    label: int

    def __post_init__(self) -> None:
        if type(self.label) is not int or not 0 <= self.label < LABELS:
            raise CollectionError(_("The label must be a whole number from 0 to 9."))
        object.__setattr__(self, "strokes", _checked(self.strokes))

    @cached_property
    def picture(self) -> Tensor:
        """What a network sees of it, float32 [1, 28, 28] in [0, 1]; shared, so it must not be changed."""
        return to_picture(self.drawing).picture

    @property
    def drawing(self) -> list[Stroke]:
        """The strokes as core.digits.rasterize takes them."""
        return [np.array(stroke) for stroke in self.strokes]


@dataclass(frozen=True)
class Collection:
    """At most MAX_SAMPLES labelled drawings; every change gives a new collection.

    Raises:
        CollectionError: there are too many, or there is no drawing at the place that was named.
    """

    samples: tuple[Sample, ...] = ()

    def __post_init__(self) -> None:
        if len(self.samples) > MAX_SAMPLES:
            raise CollectionError(
                _("A collection holds at most {most} drawings: remove some first.").format(most=MAX_SAMPLES)
            )

    def __len__(self) -> int:
        return len(self.samples)

    def add(self, *samples: Sample) -> "Collection":
        """Return a collection with more drawings at its end."""
        return Collection(self.samples + samples)

    def remove(self, place: int) -> "Collection":
        """Return a collection without the drawing at this place, counted from 0."""
        self._require(place)
        return Collection(self.samples[:place] + self.samples[place + 1 :])

    def relabel(self, place: int, label: int) -> "Collection":
        """Return a collection in which the drawing at this place means another digit."""
        self._require(place)
        changed = replace(self.samples[place], label=label)
        return Collection((*self.samples[:place], changed, *self.samples[place + 1 :]))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many drawings there are of each digit."""
        return tuple(torch.bincount(self.targets, minlength=LABELS).tolist())

    @property
    def pictures(self) -> Tensor:
        """What a network sees, float32 [N, 1, 28, 28] in [0, 1]."""
        return torch.stack([sample.picture for sample in self.samples]) if self.samples else torch.zeros(0, 1, 28, 28)

    @property
    def targets(self) -> Tensor:
        """The labels, int64 [N]."""
        return torch.tensor([sample.label for sample in self.samples], dtype=torch.int64)

    def _require(self, place: int) -> None:
        if not 0 <= place < len(self.samples):
            raise CollectionError(_("The collection has no drawing number {number}.").format(number=place + 1))


def sample_of(strokes: Sequence[Stroke], label: int) -> Sample:
    """Return a drawing from the canvas as a sample; of its points those are kept that its lines need.

    Raises:
        CollectionError: nothing is drawn, or a dot or a scribble; or as Sample does.
    """
    verdict = check_drawing(strokes)
    if verdict is not DrawingCheck.OK:
        raise CollectionError(verdict.sentence)
    points = np.concatenate(strokes)
    pixel = np.ptp(points, axis=0).max() / (BOX - THICKNESS)  # in canvas units
    kept = [thinned(stroke, _STRAYS * pixel) for stroke in strokes if len(stroke)]
    return Sample(tuple(tuple(map(tuple, stroke.tolist())) for stroke in kept), label)


def thinned(stroke: Stroke, tolerance: float) -> Stroke:
    """Leave out points [n, 2] of a stroke that lie within `tolerance` of the line that stays.

    Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line", 1973.
    """
    keep = np.zeros(len(stroke), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(stroke) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _distances(stroke[first + 1 : last], stroke[first], stroke[last])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return stroke[keep]


def _distances(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how far points [n, 2] are from the straight line between two others."""
    along = end - start
    length = along @ along
    share = ((points - start) @ along / length).clip(0, 1) if length else np.zeros(len(points))
    return np.hypot(*(points - start - share[:, None] * along).T)


# --- The file ---------------------------------------------------------------------------------------------------------


def write_collection(collection: Collection) -> bytes:
    """Return the file of a collection. Equal collections give equal files."""
    rows = [HEADER, *({"label": sample.label, "strokes": sample.strokes} for sample in collection.samples)]
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()


def read_collection(content: bytes) -> Collection:
    """Read what `write_collection` wrote, or what a person wrote in the same form.

    Raises:
        CollectionError: it is too large, no such file, of another version, or a line is not sound, which is named.
    """
    if len(content) > MAX_FILE:
        raise CollectionError(
            _("The file has {size:.1f} MB, and a collection has at most {most:.0f} MB.").format(
                size=len(content) / 1e6, most=MAX_FILE / 1e6
            )
        )
    if content.count(b"\n") > 2 * MAX_SAMPLES:
        raise CollectionError(_("The file has too many lines for {most} drawings.").format(most=MAX_SAMPLES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CollectionError(_not_ours()) from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    _require_header(_json(lines[0][1]) if lines else None)
    return Collection(tuple(_sample(line, number) for number, line in lines[1:]))


def _require_header(header: Any) -> None:
    if not isinstance(header, dict) or header.keys() != HEADER.keys() or header["format"] != HEADER["format"]:
        raise CollectionError(_not_ours())
    if type(header["version"]) is not int or header["version"] != HEADER["version"]:
        raise CollectionError(_("This collection was saved by another version of the app, which this one cannot read."))


def _sample(line: str, number: int) -> Sample:
    row = _json(line)
    try:
        if not isinstance(row, dict) or row.keys() != {"label", "strokes"}:
            raise CollectionError(_("A drawing must be one JSON object of a label and strokes, and nothing else."))
        return Sample(**row)
    except CollectionError as error:
        raise CollectionError(_("Line {line}: {reason}").format(line=number, reason=error)) from error


def _json(line: str) -> Any:
    """Return the value of a line, or None where it is too long or no JSON."""
    if len(line) > MAX_LINE:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):  # brackets in brackets, deeper than any drawing has them
        return None


def _not_ours() -> str:
    return _("This is not a collection of drawings: choose a file that was saved here.")


def _checked(strokes: Any) -> Points:
    """Return strokes as tuples, each number rounded to a tenth. Raises CollectionError where they are not sound."""
    if not _is_row(strokes) or not 1 <= len(strokes) <= MAX_STROKES or not all(_is_row(one) for one in strokes):
        raise CollectionError(_("A drawing must have 1 to {most} strokes.").format(most=MAX_STROKES))
    if not all(strokes) or sum(map(len, strokes)) > MAX_POINTS:
        raise CollectionError(
            _("Each stroke must have a point, and all together at most {most}.").format(most=MAX_POINTS)
        )
    return tuple(tuple(_point(point) for point in stroke) for stroke in strokes)


def _is_row(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _point(point: Any) -> tuple[float, float]:
    if not _is_row(point) or len(point) != 2 or not all(_is_coordinate(number) for number in point):
        raise CollectionError(
            _("Each point must be two numbers from −{farthest:.0f} to {farthest:.0f}.").format(farthest=FARTHEST)
        )
    x, y = (round(float(number), 1) + 0.0 for number in point)  # adding 0 makes 0 of −0
    return x, y


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= FARTHEST  # NaN is not below
