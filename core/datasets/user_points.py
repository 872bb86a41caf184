"""Points that a person made: read from a CSV or an address, and written in few characters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.datasets.points_table import COLUMNS, MAX_POINTS, NUMBER, PointsError, read_rows, tidy
from core.text.i18n import _

LARGEST = 1000.0
MAX_LABEL = 24  # letters: the longest number that Python writes
PLANE = 6.0  # the picture shows x1 and x2 from −PLANE to PLANE
FITTED = 5.5


@dataclass(frozen=True)
class OwnPoints:
    """The points (x1, x2) and the label of each as it is written: the name of a class, or a number."""

    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]


@lru_cache(maxsize=32)  # The settings ask for the classes again and again.
def parse_points(text: str) -> OwnPoints:
    """Read points from a CSV with the columns x1, x2 and label, or from what `format_points` wrote.

    The columns are parted by tabs, semicolons, commas or spaces, whichever the first line has; where it is not by
    commas, 1,5 is 1.5. The first line may be a heading; rows without a word, lines that begin with #, and a first
    column that only counts the rows do not count. Labels that are the same number, or the same letters composed or not,
    are one.

    Raises:
        PointsError: a line has other columns, a number is none or beyond LARGEST, a label cannot be kept, or there are
            fewer than 2 points or more than MAX_POINTS.
    """
    own = _read(text)
    if len(own.points) < 2:
        raise PointsError(
            _("Give at least 2 points, each in a line of x1, x2, label: found {count}.").format(count=len(own.points))
        )
    return own


def format_points(own: OwnPoints) -> str:
    """Write points in few characters: x1,x2,label;x1,x2,label, each number in three digits."""
    return ";".join(
        f"{_short(x1)},{_short(x2)},{label}" for (x1, x2), label in zip(own.points, own.labels, strict=True)
    )


def add(text: str, x1: float, x2: float, label: str) -> str:
    """Return the text of some points, or of none, with one more. Raises PointsError as `parse_points` does."""
    own = _read(text)
    if len(own.points) == MAX_POINTS:
        raise _one_too_many(MAX_POINTS + 1)
    point, label = _point([_short(x1), _short(x2), tidy(label)], len(own.points) + 1)
    return format_points(OwnPoints((*own.points, point), (*own.labels, label)))


def remove_last(text: str) -> str:
    """Return the text of some points, or of none, without the last. Raises PointsError as `parse_points` does."""
    own = _read(text)
    return format_points(OwnPoints(own.points[:-1], own.labels[:-1]))


def fit_to_plane(own: OwnPoints) -> OwnPoints:
    """Return the very same points where the plane holds them, else centred and scaled by one factor into ±FITTED."""
    if all(abs(x) <= PLANE for point in own.points for x in point):
        return own
    ends = [(min(column), max(column)) for column in zip(*own.points, strict=True)]
    reach = max((high - low) / 2 for low, high in ends)
    factor = FITTED / reach if reach else 1.0
    middle1, middle2 = ((low + high) / 2 for low, high in ends)
    return OwnPoints(tuple(((x1 - middle1) * factor, (x2 - middle2) * factor) for x1, x2 in own.points), own.labels)


def read_number(word: str) -> float:
    """Return the number that a word writes, or NaN where it is none from −LARGEST to LARGEST."""
    word = word.replace("−", "-")
    number = float(word) if NUMBER.fullmatch(word) else math.nan
    return number if abs(number) <= LARGEST else math.nan


def _read(text: str) -> OwnPoints:
    rows = read_rows(text)
    if len(rows) > MAX_POINTS:
        raise _one_too_many(rows[MAX_POINTS][0])
    found = [_point(cells, number) for number, cells in rows]
    return OwnPoints(tuple(point for point, _label in found), tuple(label for _point, label in found))


def _point(cells: Sequence[str], line: int) -> tuple[tuple[float, float], str]:
    """Return the point and the label of a line. Raises PointsError, naming line and column, where one is not sound."""
    x1, x2, label, *more = words = [*cells, "", "", ""][: max(len(cells), len(COLUMNS))]
    point, label = (read_number(x1), read_number(x2)), _one_spelling(label)
    sound = [not math.isnan(point[0]), not math.isnan(point[1]), _can_be_kept(label), *(not word for word in more)]
    if all(sound):
        return point, label
    column = sound.index(False)
    number = _("a number from −{largest:g} to {largest:g}").format(largest=LARGEST)
    name = _('a label of 1 to {most} letters without , ; and "').format(most=MAX_LABEL)
    raise PointsError(
        _("Line {line}, column {column}: found {word}, expected {wanted}.").format(
            line=line,
            column=column + 1,
            word=f"“{words[column][:40]}”" if words[column] else _("nothing"),
            wanted=[number, number, name, _("no more than x1, x2 and label")][min(column, len(COLUMNS))],
        )
    )


def _one_spelling(label: str) -> str:
    """Return a label that is a number in its shortest form, so that 1, 1.0 and 1.000e+00 are one class."""
    word = label.replace("−", "-")
    if not NUMBER.fullmatch(word) or not math.isfinite(number := float(word)):
        return label
    if abs(number) >= 2**53:  # where not every whole number has a float of its own
        return word
    return repr(number + 0.0).removesuffix(".0")


def _one_too_many(line: int) -> PointsError:
    return PointsError(
        _("Line {line} is one too many: take at most {most:,} points.").format(line=line, most=MAX_POINTS)
    )


def _can_be_kept(label: str) -> bool:
    return 1 <= len(label) <= MAX_LABEL and label.isprintable() and not set(label) & set(',;"')


def _short(x: float) -> str:
    return f"{x + 0.0:.3g}"  # Adding 0 makes 0 of −0.
