from xml.etree import ElementTree

import numpy as np
import pytest

from core.plots.matrix import MAX_NUMBERS, cells_size, matrix
from core.plots.palette import COLORS

SVG = "{http://www.w3.org/2000/svg}"
VALUES = np.array([[0.5, -1.0, 0.0], [2.0, -0.25, 1.5]])


def cells_of(drawing: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(drawing).findall(f"{SVG}g")


def numbers(drawing: str) -> list[str]:
    return [cell.findtext(f"{SVG}text") for cell in cells_of(drawing)]


def test_every_cell_has_its_number_and_its_exact_value_under_the_mouse():
    drawing = matrix(VALUES, "weight [2, 3]")
    assert numbers(drawing) == ["0.50", "−1.00", "0.00", "2.00", "−0.25", "1.50"]
    assert cells_of(drawing)[1].findtext(f"{SVG}title") == "[0, 1] = -1"


def test_colour_tells_the_sign_and_strength_the_size():
    fills = [cell.find(f"{SVG}rect") for cell in cells_of(matrix(VALUES, ""))]
    assert [fill.get("fill") for fill in fills[:2]] == [COLORS["blue"], COLORS["orange"]]
    strengths = [float(fill.get("fill-opacity")) for fill in fills]
    assert np.argsort(strengths).tolist() == np.argsort(np.abs(VALUES).ravel()).tolist()


def test_a_common_scale_makes_two_matrices_comparable():
    (alone,) = cells_of(matrix([0.1], ""))
    (beside,) = cells_of(matrix([0.1], "", largest=10.0))
    assert float(alone.find(f"{SVG}rect").get("fill-opacity")) > float(beside.find(f"{SVG}rect").get("fill-opacity"))


def test_marked_cells_have_a_frame():
    framed = [len(cell.findall(f"{SVG}rect")) == 2 for cell in cells_of(matrix(VALUES, "", marked=(1, slice(None))))]
    assert framed == [False, False, False, True, True, True]


def test_a_click_picks_row_and_column():
    assert [cell.get("data-pick") for cell in cells_of(matrix(VALUES, "", pick="w"))][-1] == "w:1:2"
    assert cells_of(matrix(VALUES, ""))[0].get("data-pick") is None


def test_many_cells_have_no_numbers_but_tell_them_under_the_mouse():
    large = np.ones((20, 20))
    assert large.size > MAX_NUMBERS
    assert set(numbers(matrix(large, ""))) == {None}
    assert cells_of(matrix(large, ""))[-1].findtext(f"{SVG}title") == "[19, 19] = 1"


@pytest.mark.parametrize("values", [[], [[]], [np.nan, np.inf, -np.inf, 1.0], np.zeros((2, 2))])
def test_odd_matrices_can_be_drawn(values):
    for cell in cells_of(matrix(values, "odd")):
        rectangle = cell.find(f"{SVG}rect")
        assert all(np.isfinite(float(rectangle.get(name))) for name in ("x", "y", "width", "height", "fill-opacity"))


def test_names_stand_beside_and_above():
    drawing = matrix(VALUES, "", rows=["out 0", "out 1"], columns=["x0", "x1", "x2"])
    texts = [text.text for text in ElementTree.fromstring(drawing).findall(f"{SVG}text")]
    assert texts == ["out 0", "out 1", "x0", "x1", "x2"]
    assert cells_size((2, 3), ["out 0"], ["x0"]) > cells_size((2, 3))


def test_counts_have_no_decimals():
    assert numbers(matrix(np.array([[12, 0, -3]]), "")) == ["12", "0", "−3"]
