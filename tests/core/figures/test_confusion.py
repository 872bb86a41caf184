import numpy as np

from core.figures.confusion import confusion

MATRIX = np.array([[5, 1, 0], [0, 7, 2], [0, 0, 9]])


def test_every_count_is_written_and_only_mistakes_are_coloured():
    heat = confusion(MATRIX, ("a", "b", "c"), "title").data[0]
    assert heat.text.tolist() == [["5", "1", ""], ["", "7", "2"], ["", "", "9"]]
    assert heat.z.tolist() == [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
    assert list(heat.x) == list(heat.y) == ["a", "b", "c"]
