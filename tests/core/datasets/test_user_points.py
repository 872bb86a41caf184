"""Points of a person's own: every way to write them, and the line and column of every fault."""

import io
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.datasets.points_table import MAX_POINTS, MAX_TEXT, PointsError
from core.datasets.text_encoding import decode_text
from core.datasets.user_points import (
    FITTED,
    LARGEST,
    MAX_LABEL,
    OwnPoints,
    add,
    fit_to_plane,
    format_points,
    parse_points,
    read_number,
    remove_last,
)
from core.text.long_text import pack, unpack

TWO = OwnPoints(((1.5, -2.0), (-3.0, 4.25)), ("red", "blue"))


@pytest.mark.parametrize(
    "text",
    [
        "1.5,-2,red\n-3,4.25,blue",
        "1.5,-2,red;-3,4.25,blue",
        "1.5,-2,red;-3,4.25,blue;",
        "x1,x2,label\n1.5,-2,red\n-3,4.25,blue\n",
        "X;Y;Class\n1,5;-2;red\n-3;4,25;blue",
        "1.5;-2;red\n-3;4.25;blue",
        "1,5\t-2\tred\n-3\t4,25\tblue",
        "1.5 -2 red\n  -3   4.25 blue  ",
        "x1 x2 label\n1.5 -2 red\n-3 4.25 blue",
        "\ufeff1.5,-2,red\r\n-3,4.25,blue\r\n",
        "\ufeffx1,x2,label\r\n1.5,-2,red\r\n\r\n-3,4.25,blue\r\n\r\n",
        "1.5,-2,red\r-3,4.25,blue\r",
        "\n\n  \n1.5,-2,red\n\n-3,4.25,blue\n\n",
        '"1.5", "-2", "red"\n"-3", "4.25", "blue"',
        '"1,5","-2","red"\n-3,"4,25",blue',
        "1.5, -2, red\n-3, 4.25, blue",
        "1.5, −2, red\n−3, 4.25, blue",
        "+1.5,-2.,red\n-3e0,425E-2,blue",
        "1.5,-2,red,,\n-3,4.25,blue,,",
        "x1,x2,label\n1.5,-2,red\n,,\n-3,4.25,blue\n,,\n,,\n",
        "1,5 -2,0 red\n-3,0 4,25 blue",
        "# x1 x2 label\n1.500000000000000000e+00 -2.000000000000000000e+00 red\n-3e+00 4.25e+00 blue",
        ",x1,x2,label\n0,1.5,-2.0,red\n1,-3.0,4.25,blue",
        ",x1,x2,label\n17,1.5,-2.0,red\n4,-3.0,4.25,blue",
        "index,x1,x2,label\na,1.5,-2.0,red\nb,-3.0,4.25,blue",
        "\tx1\tx2\tlabel\n0\t1.5\t-2.0\tred\n1\t-3.0\t4.25\tblue",
        "    x1    x2 label\n0  1.5 -2.00   red\n1 -3.0  4.25  blue",
        '"x1" "x2" "label"\n"1" 1.5 -2 "red"\n"2" -3 4.25 "blue"',
        "0,1.5,-2,red\n1,-3,4.25,blue",
        "1;1,5;-2;red\n2;-3;4,25;blue",
    ],
)
def test_points_are_read_however_they_are_written(text):
    assert parse_points(text) == TWO


def test_labels_may_be_numbers_and_have_spaces():
    assert parse_points("1;2;3,5\n1;2;-4").labels == ("3.5", "-4")
    assert parse_points("1,2, dark   blue \n1,2,a").labels == ("dark blue", "a")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (["1", "1.0", "01", "+1", "1.000000000000000000e+00"], "1"),
        (["-0.5", "−.5", "-5e-1"], "-0.5"),
        (["0", "-0", "0.000"], "0"),
        (["0.1", "1.000000000000000056e-01"], "0.1"),
        (["Be\u0301la", "B\u00e9la"], "B\u00e9la"),
    ],
)
def test_one_class_has_one_label_however_it_is_written(written, label):
    assert set(parse_points("\n".join(f"1,2,{word}" for word in [*written, *written])).labels) == {label}


def test_labels_that_are_not_the_same_number_stay_apart():
    written = ["9007199254740993", "9007199254740992", "1e300", "1e301", "1a", "1b", "0.1", "0.10000000000000002"]
    assert len(set(parse_points("\n".join(f"1,2,{word}" for word in written)).labels)) == len(written)


def test_a_point_beside_an_empty_line_is_a_point():
    assert add("\n1,2,a", 3, 4, "b") == "1,2,a;3,4,b"
    assert remove_last("\n1,2,a\n") == ""


def test_a_first_column_that_does_not_count_is_not_dropped():
    with pytest.raises(PointsError, match="Line 1, column 4: found “A”"):
        parse_points("5,1,2,A\n7,3,4,B")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found 0."),
        (" \n\n", "found 0."),
        (";;", "found 0."),
        ("x1,x2,label", "found 0."),
        ("hello", "found 0."),
        ("1,2,a", "found 1."),
        ("1,2,a\nx,4,b", "Line 2, column 1: found “x”, expected a number from −1000 to 1000."),
        ("x1,x2,label\n1,2,a\n\n3,oops,b", "Line 4, column 2: found “oops”"),
        ("1,2,a\r\n\r\n3,oops,b", "Line 3, column 2: found “oops”"),
        ("1,2,a;3,oops,b", "Line 2, column 2: found “oops”"),
        ("1,x2,a\n3,4,b", "Line 1, column 2: found “x2”"),
        ("x1,2,a\n3,4,b", "Line 1, column 1: found “x1”"),
        ("x1,x2,label\nx1,x2,label\n1,2,a", "Line 2, column 1: found “x1”"),
        ("1,2,a\n3,,b", "Line 2, column 2: found nothing, expected a number"),
        ("1,2,a\n3,4", "Line 2, column 3: found nothing, expected a label of 1 to 24 letters"),
        ("1,2,a\n3,4,", "Line 2, column 3: found nothing"),
        ("1,2,a\n3", "Line 2, column 2: found nothing"),
        ("1,2,a\n3,4,b,c", "Line 2, column 4: found “c”, expected no more than x1, x2 and label"),
        ("1,2,3,4,5", "Line 1, column 4: found “4”"),
        ("nan,nan,a\n1,2,b", "Line 1, column 1: found “nan”"),
        ("1,2,a\n3,NaN,b", "Line 2, column 2: found “NaN”"),
        ("1,2,a\n-inf,3,b", "Line 2, column 1: found “-inf”"),
        ("1,2,a\n1e30,3,b", "Line 2, column 1: found “1e30”"),
        ("1,2,a\n1e999,3,b", "Line 2, column 1"),
        (f"1,2,a\n{LARGEST + 1},3,b", "Line 2, column 1: found “1001.0”"),
        ("1,2,a\n1_0,3,b", "found “1_0”"),
        ("1,2,a\n٣,3,b", "found “٣”"),
        ("1,2,a\n0x1,3,b", "found “0x1”"),
        ("1,2,a\n" + "9" * 5000 + ",3,b", f"found “{'9' * 40}”, expected"),
        ("1,2,a\n" + "z" * 5000 + ",3,b", f"found “{'z' * 40}”, expected"),
        ("1,2,a\n3,4," + "b" * (MAX_LABEL + 1), "Line 2, column 3: found “bbb"),
        ('1,2,c\n3,4,"a;b"', "Line 2, column 3: found “a;b”"),
        ("1,2,a\n3,4,b\0", "Line 2 has a character that is no text, U+0000"),
        ("1,2,a\n3,4,\ud800", "Line 2 has a character that is no text, U+D800"),
        ('"1,2,a\n3,4,b', "Line 1 has a quotation mark that is not closed."),
        ("1,2,a\n" * (MAX_POINTS + 1), "Line 2001 is one too many: take at most 2,000 points."),
        ("x,y,z\n" + "1,2,a\n" * (MAX_POINTS + 1), "Line 2002 is one too many"),
        ("1" * (MAX_TEXT + 1), "letters in all: take at most"),
        ("\n" * (10 * MAX_TEXT), "letters in all: take at most"),
        ("PK\x03\x04\x14\0\x08\0", "Line 1 has a character that is no text, U+0003"),
        ("\x89PNG\n\x1a\n", "Line 2 has a character that is no text, U+001A"),
        ("1,2,a\n" + "1," * 50_000, "Line 2 has 50,001 columns"),
        ("#", "found 0."),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_column(text, words):
    with pytest.raises(PointsError) as raised:
        parse_points(text)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 150


def test_the_largest_sets_within_the_limits_are_read():
    assert len(parse_points("1,2,a\n" * MAX_POINTS).points) == MAX_POINTS
    assert parse_points(f"{-LARGEST},{LARGEST},{'a' * MAX_LABEL}\n0,0,b").points[0] == (-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("word", "number"),
    [("1", 1.0), ("-.5", -0.5), ("−2.", -2.0), ("1e2", 100.0), ("1000", 1000.0), ("0", 0.0), ("+3", 3.0)],
)
def test_a_number_is_read(word, number):
    assert read_number(word) == number


@pytest.mark.parametrize("word", ["", "nan", "inf", "1001", "1e400", "a", "1 2", "1_0", "٣", "--1", ".", "e5", "1e"])
def test_what_is_no_number_is_nan(word):
    assert read_number(word) != read_number(word)


def test_the_short_text_is_short():
    assert format_points(TWO) == "1.5,-2,red;-3,4.25,blue"
    assert format_points(OwnPoints(((-0.0, 1.23456),), ("0",))) == "0,1.23,0"
    assert format_points(OwnPoints((), ())) == ""


def test_what_was_written_is_read_back_exactly():
    chance = random.Random(0)
    for _ in range(200):
        scale = chance.choice([0.001, 1, 6, 1000])
        count = chance.randint(2, 30)
        written = format_points(
            OwnPoints(
                tuple((chance.uniform(-scale, scale), chance.uniform(-scale, scale)) for _ in range(count)),
                tuple(chance.choice(["a", "b c", "-1", "2.5", "⁂", "#", "'"]) for _ in range(count)),
            )
        )
        own = parse_points(written)
        assert len(own.points) == count
        assert format_points(own) == written


@pytest.mark.parametrize("scale", [0.001, 1, 6, 1000])
def test_the_short_text_is_near_enough(scale):
    chance = random.Random(1)
    points = tuple((chance.uniform(-scale, scale), chance.uniform(-scale, scale)) for _ in range(100))
    for point, kept in zip(points, parse_points(format_points(OwnPoints(points, ("a",) * 100))).points, strict=True):
        assert kept == pytest.approx(point, rel=0.005)


def test_points_come_one_by_one_and_go_again():
    text = add("", 1.23456, -0.0, " a ")
    assert text == "1.23,0,a"
    text = add(text, -3, 4, "b")
    assert text == "1.23,0,a;-3,4,b"
    assert add("x1;x2;label\n1,5;2;a\n", 0, 0, "b") == "1.5,2,a;0,0,b"
    for left in ("1.23,0,a", "", ""):
        text = remove_last(text)
        assert text == left


@pytest.mark.parametrize(
    ("x1", "x2", "label", "words"),
    [
        (float("nan"), 1, "a", "Line 2, column 1: found “nan”"),
        (1, float("inf"), "a", "Line 2, column 2: found “inf”"),
        (1, -2000, "a", "Line 2, column 2"),
        (1, 1, "  ", "Line 2, column 3: found nothing"),
        (1, 1, "a,b", "Line 2, column 3: found “a,b”"),
        (1, 1, "x;1,2", "Line 2, column 3"),
        (1, 1, '"', "Line 2, column 3"),
        (1, 1, "a" * 100_000, "Line 2, column 3"),
    ],
)
def test_a_point_that_could_not_be_read_back_is_not_added(x1, x2, label, words):
    with pytest.raises(PointsError, match=words):
        add("1,2,a", x1, x2, label)


def test_a_label_with_a_line_end_is_one_label():
    assert add("", 1, 1, "a\nb") == "1,1,a b"


def test_a_bad_text_is_not_changed_and_a_full_one_takes_no_more():
    for change in (lambda text: add(text, 0, 0, "a"), remove_last):
        with pytest.raises(PointsError, match="Line 2, column 1"):
            change("1,2,a;oops,1,a")
    with pytest.raises(PointsError, match="Line 2001 is one too many"):
        add("1,2,a;" * MAX_POINTS, 0, 0, "a")
    assert parse_points(add("1,2,a;" * (MAX_POINTS - 1), 0, 0, "a")).points[-1] == (0, 0)


def test_points_that_the_plane_holds_stay_the_very_same():
    own = parse_points("6,-6,a;0.001,0,b")
    assert fit_to_plane(own) is own


@pytest.mark.parametrize("text", ["100,200,a;110,205,b;104,201,a", "-900,0,a;900,5,b", "6.01,0,a;0,0,b", "0,7,a;0,9,b"])
def test_points_beyond_the_plane_are_brought_in_by_one_factor(text):
    own = parse_points(text)
    fitted = fit_to_plane(own)
    assert fitted.labels == own.labels
    largest = [max(abs(x) for x in column) for column in zip(*fitted.points, strict=True)]
    assert max(largest) == pytest.approx(FITTED)
    factors = {
        round((p[axis] - q[axis]) / (a[axis] - b[axis]), 9)
        for axis in (0, 1)
        for a, p in zip(own.points, fitted.points, strict=True)
        for b, q in zip(own.points, fitted.points, strict=True)
        if a[axis] != b[axis]
    }
    assert len(factors) == 1
    assert factors.pop() > 0


def test_points_in_one_place_beyond_the_plane_come_to_its_middle():
    assert fit_to_plane(parse_points("50,60,a;50,60,b")).points == ((0, 0), (0, 0))


# --- Whatever a person gives

SAFE = settings(max_examples=150, derandomize=True, deadline=None, database=None)
NUMBERS = st.floats(-LARGEST, LARGEST, allow_nan=False)
LABELS = st.one_of(
    st.text(min_size=1, max_size=MAX_LABEL), NUMBERS.map(str), st.sampled_from(["A", "é", "e\u0301", "猫"])
)


@SAFE
@given(st.lists(st.tuples(NUMBERS, NUMBERS, LABELS), min_size=2, max_size=20))
def test_points_that_can_be_added_are_written_and_read_for_ever_after(points):
    text = ""
    for x1, x2, label in points:
        try:
            text = add(text, x1, x2, label)
        except PointsError:
            assume(False)
    own = parse_points(text)
    assert len(own.points) == len(points)
    assert format_points(own) == text
    assert unpack(pack(text), MAX_TEXT) == text


@SAFE
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["A", "Bär", "кот", "1.5", "dark blue"])), min_size=2),
    st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", ",")]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_pandas_writes_is_read_back(points, marks, header, index, encoding):
    separator, decimal = marks
    table = pd.DataFrame(points, columns=["x1", "x2", "label"])
    csv = table.to_csv(sep=separator, decimal=decimal, header=header, index=index)
    own = parse_points(decode_text(csv.encode(encoding))[0])
    assert own.points == tuple((x1, x2) for x1, x2, _label in points)
    assert own.labels == tuple(label for _x1, _x2, label in points)


@SAFE
@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 5)), min_size=2), st.sampled_from([" ", ",", ";"]))
def test_what_numpy_writes_is_read_back(points, separator):
    file = io.StringIO()
    np.savetxt(file, np.array(points), delimiter=separator, header=separator.join(["x1", "x2", "label"]))
    own = parse_points(file.getvalue())
    assert own.points == tuple((x1, x2) for x1, x2, _label in points)
    assert own.labels == tuple(str(label) for _x1, _x2, label in points)


@SAFE
@given(st.one_of(st.text(), st.text(alphabet='0123456789.,;-+e \t\n"#A', max_size=60)))
def test_any_text_is_points_or_a_sentence(text):
    try:
        own = parse_points(text)
    except PointsError:
        return
    assert parse_points(format_points(own)).labels == own.labels
