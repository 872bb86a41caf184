import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digits import canvas_json
from core.digits.canvas_json import canvas_from_strokes, strokes_from_canvas
from tests.core.digits.test_rasterize import SEVEN
from tests.given import JSON, NUMBERS


def path(*commands, **more):
    return {"type": "path", "path": [list(command) for command in commands]} | more


def canvas(*objects):
    return {"version": "7.4.0", "objects": list(objects), "background": "#000"}


def test_lines_and_curves():
    strokes = strokes_from_canvas(
        canvas(
            path(("M", 10, 20), ("L", 30, 20), ("Z",)),
            path(("M", 0, 0), ("Q", 10, 0, 10, 10)) | {"type": "Path"},
            path(("M", 0, 0), ("C", 0, 8, 8, 8, 8, 0)) | {"type": "PATH"},
        )
    )
    assert strokes[0].tolist() == [[10, 20], [30, 20], [10, 20]]
    # Halfway along a quadratic curve: (p0 + 2 p1 + p2) / 4; along a cubic one: (p0 + 3 p1 + 3 p2 + p3) / 8
    assert [7.5, 2.5] in strokes[1].tolist()
    assert [4.0, 6.0] in strokes[2].tolist()
    assert [stroke[-1].tolist() for stroke in strokes[1:]] == [[10, 10], [8, 0]]


def test_small_letters_are_relative():
    absolute = path(("M", 10, 20), ("L", 15, 27), ("Q", 20, 27, 20, 40))
    relative = path(("m", 10, 20), ("l", 5, 7), ("q", 5, 0, 5, 13))
    first, second = strokes_from_canvas(canvas(absolute, relative))
    assert first == pytest.approx(second)


def test_a_stroke_that_was_moved_turned_and_mirrored_on_the_canvas():
    line = [("M", 10, 20), ("L", 30, 20)]  # its centre is (20, 20)
    place = {"originX": "center", "originY": "center", "left": 20, "top": 20}
    strokes = strokes_from_canvas(
        canvas(
            path(*line, **place),
            path(*line, **place | {"left": 120, "top": 50}),
            path(*line, **place | {"angle": 90}),
            path(*line, **place | {"scaleX": 2, "scaleY": 3}),
            path(*line, **place | {"flipX": True}),
            path(("M", 10, 10), ("L", 30, 30), **place | {"skewX": 45}),
        )
    )
    expected = [
        [[10, 20], [30, 20]],
        [[110, 50], [130, 50]],
        [[20, 10], [20, 30]],
        [[0, 20], [40, 20]],
        [[30, 20], [10, 20]],
        [[0, 10], [40, 30]],
    ]
    for stroke, points in zip(strokes, expected, strict=True):
        assert stroke == pytest.approx(np.array(points))


def test_what_is_put_on_the_canvas_is_read_back():
    data = canvas_from_strokes(SEVEN, "#FFFFFF", 18)
    assert json.loads(json.dumps(data)) == data
    for stroke, read in zip(SEVEN, strokes_from_canvas(data), strict=True):
        assert read == pytest.approx(stroke)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        "objects",
        7,
        {"objects": None},
        {"objects": "path"},
        {"objects": {"type": "path"}},
        canvas(None, 3, "path", []),
        canvas({"type": "rect", "path": [["M", 1, 2], ["L", 3, 4]]}),
        canvas({"type": None, "path": [["M", 1, 2]]}, {"path": [["M", 1, 2]]}),
        canvas({"type": "path"}, path(), {"type": "path", "path": "M 1 2"}),
        canvas(path(("L", 1, 2))),
        canvas(path(("M", 1, 2), ("A", 1, 1, 0, 0, 0, 5, 5))),
        canvas(path(("M", 1), ("L", 3, 4)), path(("M", 1, 2, 3))),
        canvas(path(("M", "1", "2"), ("L", 3, 4)), path(("M", None, 2)), path(("M", True, 2))),
        canvas(path(("M", math.nan, 2), ("L", 3, 4)), path(("M", math.inf, 2))),
        canvas(path(("M", 1e300, 2), ("L", 3, 4)), path(("M", 10**400, 2)), path(("M", 1, 2), *[("l", 20_000, 0)] * 9)),
        canvas(path((), ("M", 1, 2)), path((1, 2, 3)), {"type": "path", "path": [7]}),
        canvas(path(("M", 1, 2), *[("L", 3, 4)] * 30_000)),
    ],
)
def test_what_is_no_stroke_is_passed_over(data):
    assert strokes_from_canvas(data) == []


@pytest.mark.parametrize("junk", [math.nan, math.inf, "left", None, 1e300, True])
def test_a_stroke_with_a_senseless_place_stays_where_it_was_drawn(junk):
    line = path(("M", 10, 20), ("L", 30, 20), originX="center", left=junk, top=20)
    assert strokes_from_canvas(canvas(line))[0].tolist() == [[10, 20], [30, 20]]


def test_a_drawing_has_a_limit():
    many = [path(*[("M", 1, 2)] * 1000) for _ in range(30)]
    assert sum(map(len, strokes_from_canvas(canvas(*many)))) <= canvas_json._MAX_POINTS


def test_good_strokes_beside_bad_ones_are_kept():
    assert len(strokes_from_canvas(canvas(None, path(("M", 1, 2), ("L", 50, 60)), path(("L", 1, 2))))) == 1


PATHS = st.lists(
    st.builds(lambda letter, numbers: [letter, *numbers], st.sampled_from("MLQCZmlqcz"), st.lists(NUMBERS, max_size=6)),
    max_size=4,
)
PLACES = st.dictionaries(st.sampled_from(["left", "top", "scaleX", "angle", "skewX", "originX", "flipX"]), JSON)


@given(
    JSON | st.builds(lambda path, place: {"objects": [place | {"type": "path", "path": path}]}, PATHS | JSON, PLACES)
)
def test_whatever_a_browser_sends_there_are_finite_strokes_or_none(sent):
    for stroke in strokes_from_canvas(sent):
        assert np.isfinite(stroke).all()
