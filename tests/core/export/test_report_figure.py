import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from core.export.report_figure import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, curves

NONE = (np.zeros(0), np.zeros(0))


def lines_of(svg):
    lines = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}polyline")
    return [[tuple(map(float, pair.split(","))) for pair in line.get("points").split()] for line in lines]


def numbers_of(svg):
    texts = [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    return [float(text) for text in texts if re.fullmatch(r"[-\d.e+]+", text)]


def test_points_lie_where_the_axes_say():
    train, test = lines_of(
        curves("Loss", (np.array([0, 1.0]), np.array([4.0, 2])), (np.array([2.0]), np.array([0.0])), 2)
    )
    floor, width = HEIGHT - BOTTOM, WIDTH - RIGHT - LEFT
    assert train == [(LEFT, TOP), (LEFT + width / 2, (floor + TOP) / 2)]
    assert test == [(LEFT + width, floor)]


@pytest.mark.parametrize(("maximum", "expected"), [(1.0, [0, 0.25, 0.5, 0.75, 1]), (2.35, [0, 1, 2, 3]), (0.0, None)])
def test_the_axis_has_round_numbers(maximum, expected):
    values = numbers_of(curves("Loss", (np.array([0.5]), np.array([maximum])), NONE, 1))
    assert expected is None or values[: len(expected)] == expected


@pytest.mark.parametrize("values", [[np.nan, 1.0, np.inf], [], [0.0, 0.0], [1e30, 1.0], [1e-30], [-3.0, 2.0]])
def test_any_numbers_give_a_drawing(values):
    svg = curves("a <b> & c", (np.arange(len(values), dtype=float), np.array(values, dtype=float)), NONE, 0.0)
    assert not re.search(r"\b(nan|inf)\b", svg)
    assert len(numbers_of(svg)) >= 4
    for line in lines_of(svg):
        assert all(TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1 for _x, y in line)
