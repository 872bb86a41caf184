import gzip

import numpy as np
import pytest

from core.digits.unipen import UnipenError, parse, read

TWO = """.INCLUDE a.doc

.SEGMENT DIGIT 0 ? "8"
.COMMENT 8 12  224
.PEN_DOWN
 10  30
 12  40
.PEN_UP
.DT 100
.PEN_DOWN
 20  35
.PEN_UP
.DT 100

.SEGMENT DIGIT 1 ? "1"
.COMMENT 1 3  7
.PEN_DOWN
 5  5
.PEN_UP
"""


def test_digits_writers_and_strokes_are_read_with_y_pointing_down():
    eight, one = parse(TWO)
    assert (eight.label, eight.writer, one.label, one.writer) == (8, 12, 1, 3)
    np.testing.assert_array_equal(eight.strokes[0], [[10, -30], [12, -40]])
    np.testing.assert_array_equal(eight.strokes[1], [[20, -35]])
    assert len(one.strokes) == 1


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_text_or_gzipped(tmp_path, pack):
    file = tmp_path / "digits"
    file.write_bytes(pack(TWO.encode()))
    assert [digit.label for digit in read(file)] == [8, 1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1f\x9d\x90", "uncompress"),
        (gzip.compress(TWO.encode(), mtime=0)[:40], "cut short"),
        ("é".encode(), "not UNIPEN"),
        (b"", "no segment"),
        (TWO.replace(".COMMENT 8 12  224\n", "").encode(), "Digit 1 "),
        (TWO.replace(".COMMENT 1", ".COMMENT 11").encode(), "Digit 2 "),
        (TWO.replace(" 10  30", " 10  x").encode(), "Digit 1 "),
        (TWO.replace(" 10  30", " 10  nan").encode(), "Digit 1 "),
        (TWO.replace(" 10  30", " 10").encode(), "Digit 1 "),
        (TWO.replace(" 5  5\n", "").encode(), "Digit 2 "),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path, content, words):
    file = tmp_path / "digits"
    file.write_bytes(content)
    with pytest.raises(UnipenError, match=words):
        read(file)
