import numpy as np

from core.interpret.confusion_figure import CELL_TEXT, MISTAKES, confusion, describe_confusion
from core.plots.palette import contrast

MATRIX = np.array([[5, 1, 0], [0, 7, 2], [0, 0, 9]])


def test_every_count_is_written_and_only_mistakes_are_coloured():
    wrong, right = confusion(MATRIX, ("a", "b", "c"), "title").data
    assert wrong.text.tolist() == [["", "1", ""], ["", "", "2"], ["", "", ""]]
    assert right.text.tolist() == [["5", "", ""], ["", "7", ""], ["", "", "9"]]
    assert np.isfinite(wrong.z).sum() == 2
    assert list(wrong.x) == list(wrong.y) == ["a", "b", "c"]


def test_its_words_name_the_most_frequent_mistake():
    assert describe_confusion(MATRIX, ("a", "b", "c")) == (
        "A confusion matrix of 24 answers with 3 mistakes. The most frequent: b read as c, 2 times."
    )
    assert "without a mistake" in describe_confusion(np.diag([4, 5]), ("a", "b"))


def test_counts_can_be_read_on_every_shade():
    assert all(contrast(CELL_TEXT, color) >= 4.5 for _share, color in MISTAKES)


def test_a_network_without_a_mistake_has_a_picture_too():
    wrong, _right = confusion(np.eye(3, dtype=int), ("a", "b", "c"), "title").data
    assert not np.isfinite(wrong.z).any()
