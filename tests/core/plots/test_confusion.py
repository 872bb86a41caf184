from xml.etree import ElementTree

import numpy as np

from core.plots.confusion import confusion_drawing, confusion_key
from core.plots.palette import COLORS

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = np.array([[90, 3, 0], [1, 95, 2], [0, 0, 99]])


def test_right_answers_never_look_like_mistakes():
    cells = [
        cell.find(f"{SVG}rect") for cell in ElementTree.fromstring(confusion_drawing(COUNTS, "abc")).iter(f"{SVG}g")
    ]
    colors = np.array([cell.get("fill") for cell in cells]).reshape(3, 3)
    strengths = np.array([float(cell.get("fill-opacity")) for cell in cells]).reshape(3, 3)
    wrong = ~np.eye(3, dtype=bool) & (COUNTS > 0)
    assert set(colors[wrong]) == {COLORS["orange"]}
    assert set(colors[~wrong]) == {"none"}
    assert strengths[0, 1] > strengths[1, 2] > strengths[1, 0]
    assert ":orange[" in confusion_key()


def test_without_a_mistake_no_cell_has_a_color():
    drawing = confusion_drawing(np.diag([5, 5]), "ab")
    assert COLORS["orange"] not in drawing
