"""Pen strokes from a tablet, in the text format UNIPEN (Guyon et al. 1994, "UNIPEN project of on-line data exchange").

Made for the UCI data set 81, "Pen-Based Recognition of Handwritten Digits" (E. Alpaydin and F. Alimoglu 1998, CC BY
4.0, https://doi.org/10.24432/C5MG6K): 7,494 digits of 30 people in `pendigits-orig.tra`, whose comments tell the digit
and who wrote it.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.digits.rasterize import Stroke
from core.text.i18n import _

SOURCE = "https://archive.ics.uci.edu/dataset/81"
GZIP = b"\x1f\x8b"
COMPRESS = b"\x1f\x9d"  # of the old program of this name, whose files end in .Z


class UnipenError(ValueError):
    """A file holds no labeled pen strokes; the message is a sentence that says why."""


@dataclass(frozen=True, eq=False)
class PenDigit:
    """A digit that somebody wrote on a tablet.

    Attributes:
        label: 0 to 9.
        writer: the number of the person.
        strokes: in units of the tablet, y pointing down.
    """

    label: int
    writer: int
    strokes: tuple[Stroke, ...]


def read(file: Path) -> list[PenDigit]:
    """Return the digits of a file, as text or gzipped.

    Raises:
        OSError: it cannot be read.
        UnipenError: it is compressed otherwise or no such text, a digit has no label, writer or stroke, or a point is
            not two numbers.
    """
    content = file.read_bytes()
    if content.startswith(COMPRESS):
        raise UnipenError(_("{file} is compressed: unpack it with `uncompress` first.").format(file=file.name))
    if content.startswith(GZIP):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            raise UnipenError(_("{file} is cut short or damaged.").format(file=file.name)) from error
    try:
        return parse(content.decode("ascii"))
    except UnicodeDecodeError as error:
        raise UnipenError(_("{file} is not UNIPEN text.").format(file=file.name)) from error


def labels_of(digits: Iterable[PenDigit]) -> Tensor:
    """Return which digits they are, int64 [N]."""
    return torch.tensor([digit.label for digit in digits], dtype=torch.int64)


def parse(text: str) -> list[PenDigit]:
    """Return the digits of UNIPEN text: segments `.SEGMENT DIGIT`, each with `.COMMENT label writer` and strokes.

    Raises:
        UnipenError: as `read` does.
    """
    _header, *segments = text.split(".SEGMENT DIGIT")
    if not segments:
        raise UnipenError(_("There is no segment of a digit in this text."))
    return [_digit(segment, number) for number, segment in enumerate(segments, 1)]


def _digit(segment: str, number: int) -> PenDigit:
    label = writer = None
    strokes: list[list[tuple[float, float]]] = []
    is_down = False
    try:
        for line in segment.splitlines()[1:]:
            match line.split():
                case [".COMMENT", first, second, *_others]:
                    label, writer = int(first), int(second)
                case [".PEN_DOWN"]:
                    is_down = True
                    strokes.append([])
                case [word, *_others] if word.startswith("."):
                    is_down = False
                case [x, y] if is_down:
                    strokes[-1].append((float(x), -float(y)))  # tablets count upward
                case []:
                    pass
                case _:
                    raise ValueError
    except ValueError as error:
        raise UnipenError(_("Digit {number} of the file cannot be read.").format(number=number)) from error
    drawn = tuple(np.array(points) for points in strokes if points)
    if label is None or writer is None or not 0 <= label <= 9 or not drawn or not _finite(drawn):
        raise UnipenError(_("Digit {number} of the file has no label, no writer or no stroke.").format(number=number))
    return PenDigit(label, writer, drawn)


def _finite(strokes: tuple[Stroke, ...]) -> bool:
    return all(np.isfinite(stroke).all() for stroke in strokes)
