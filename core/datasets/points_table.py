"""The rows of a CSV as people have it: from spreadsheets, pandas, numpy and R, or typed by hand."""

import re
import unicodedata
from collections.abc import Sequence
from io import StringIO

import pandas as pd

from core.text.i18n import _

MAX_POINTS = 2000
MAX_TEXT = 100 * MAX_POINTS  # letters of all points: three columns of numpy.savetxt are 75 a line
MAX_COLUMNS = 50
COLUMNS = ("x1", "x2", "label")
INDEX_NAMES = ("", "index", "id", "unnamed: 0")
BLANKS = r"\s+"
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_BETWEEN_BLANKS = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+([eE][+-]?[0-9]+)?")
_NO_TEXT = re.compile(r"[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # nor can pandas read a half of a surrogate pair


class PointsError(ValueError):
    """A text holds no points to learn; the message is a sentence that says where and what is allowed."""


Row = tuple[int, list[str]]
"""The number of a line, from 1, and its cells, none of them blank at the end."""


def read_rows(text: str) -> list[Row]:
    """Return the rows of a table of x1, x2 and label, without its heading and without a column that counts the rows.

    Cells have single blanks and composed letters (Unicode NFC), and a number has a point and no comma.

    Raises:
        PointsError: the text is too long, or a line of it is no line of a table.
    """
    lines = _lines(text)
    if not lines:
        return []
    rows = [(number, cells) for (number, _line), cells in zip(lines, _cells(lines), strict=True) if any(cells)]
    return _without_heading_and_index(rows)


def tidy(cell: str) -> str:
    """Return a cell with single blanks and composed letters."""
    return unicodedata.normalize("NFC", " ".join(cell.split()))


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are neither blank nor a comment, each with its number from 1."""
    if len(text) > MAX_TEXT:
        raise PointsError(
            _("The points have {count:,} letters in all: take at most {most:,}.").format(count=len(text), most=MAX_TEXT)
        )
    lines = _filled(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")))
    if len(lines) == 1 and lines[0][1].partition(";")[0].count(",") > 1:
        lines = _filled(lines[0][1].split(";"))
    for number, line in lines:
        if strange := _NO_TEXT.search(line):
            raise PointsError(
                _("Line {line} has a character that is no text, U+{code:04X}: choose a CSV.").format(
                    line=number, code=ord(strange[0])
                )
            )
        if line.count('"') % 2:
            raise PointsError(_("Line {line} has a quotation mark that is not closed.").format(line=number))
    return lines


def _filled(lines: Sequence[str]) -> list[tuple[int, str]]:
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    return [(number, line) for number, line in filled if not line.lstrip().startswith("#")]


def _cells(lines: Sequence[tuple[int, str]]) -> list[list[str]]:
    """Part lines into cells; a comma in a number becomes a point where it does not part cells."""
    separator = _separator(lines[0][1])
    texts = [line.strip() if separator == BLANKS else line for _number, line in lines]
    width = len(COLUMNS)
    for number, line in lines:
        columns = len(line.split()) if separator == BLANKS else line.count(separator) + 1
        if columns > MAX_COLUMNS:
            raise PointsError(
                _("Line {line} has {count:,} columns, expected x1, x2 and label.").format(line=number, count=columns)
            )
        width = max(width, columns)
    table = pd.read_csv(
        StringIO("\n".join(texts)),
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
        skipinitialspace=True,
    )
    return [_tidied(row) for row in table.fillna("").values.tolist()]


def _separator(line: str) -> str:
    words = line.split()
    if "\t" not in line and len(words) >= len(COLUMNS) and all(map(_BETWEEN_BLANKS.fullmatch, words[:2])):
        return BLANKS  # and a comma within is one in a number
    return next((mark for mark in "\t;," if mark in line), BLANKS)


def _tidied(row: Sequence[str]) -> list[str]:
    cells = [tidy(cell) for cell in row]
    while cells and not cells[-1]:  # Spreadsheets write empty columns at the end.
        cells.pop()
    return [dotted if NUMBER.fullmatch(dotted := cell.replace(",", ".")) else cell for cell in cells]


def _without_heading_and_index(rows: list[Row]) -> list[Row]:
    """Leave the names of the columns out, and a first column that only counts the rows, as pandas and R write it."""
    heading = []
    if rows and _is_heading(rows[0][1]):
        heading = rows.pop(0)[1]
    if not rows or any(len(cells) != len(COLUMNS) + 1 for _number, cells in rows):
        return rows
    counted = [cells[0] for _number, cells in rows]
    starts = [str(number) for number in range(len(rows))], [str(number) for number in range(1, len(rows) + 1)]
    named_so = len(heading) == len(COLUMNS) or (heading and heading[0].lower() in INDEX_NAMES)
    if named_so or (len(rows) > 1 and counted in starts):
        return [(number, cells[1:]) for number, cells in rows]
    return rows


def _is_heading(cells: Sequence[str]) -> bool:
    named = cells[1:] if len(cells) > len(COLUMNS) and not cells[0] else cells
    return all(cell[:1].isalpha() and cell.lower() not in ("nan", "inf", "infinity") for cell in named[:2])
