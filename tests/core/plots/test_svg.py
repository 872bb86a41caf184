from xml.etree import ElementTree

import pytest

from core.plots import svg
from core.plots.palette import COLORS


def parsed(*parts: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.drawing(300, 200, *parts, label="a <drawing> & more"))


def test_a_drawing_says_what_it_shows():
    root = parsed()
    assert root.get("aria-label") == "a <drawing> & more"
    assert root.get("viewBox") == "0 0 300 200"


def test_words_are_escaped():
    root = parsed(svg.group(svg.text(1, 2, "<script>"), title="a < b & c", pick='"><x'))
    group = root[0]
    assert group.get("data-pick") == '"><x'
    assert [child.text for child in group] == ["a < b & c", "<script>"]


@pytest.mark.parametrize(
    ("part", "tag"),
    [
        (svg.line(0, 0, 1, 1, stroke_width=2), "line"),
        (svg.circle(0, 0, 1, stroke_width=2), "circle"),
        (svg.rectangle(0, 0, 1, 1, stroke_width=2), "rect"),
        (svg.text(0, 0, "x", stroke_width=2), "text"),
        (svg.arrow(0, 0, 9, 0, stroke_width=2), "path"),
    ],
)
def test_attributes_have_hyphens(part, tag):
    (element,) = parsed(part)
    assert element.tag.endswith(tag)
    assert element.get("stroke-width") == "2"


def test_an_arrow_points_where_it_ends():
    assert "m-6 -6l6 6" in svg.arrow(0, 0, 50, 0)
    assert "m6 -6l-6 6" in svg.arrow(50, 0, 0, 0)


def test_signs_have_colours():
    assert svg.sign_color(0.1) == COLORS["blue"]
    assert svg.sign_color(-0.1) == COLORS["orange"]
