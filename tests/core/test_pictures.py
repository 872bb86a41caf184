import numpy as np

from core.pictures import contact_strip, enlarge

PICTURE = np.array([[1, 2], [3, 4]], dtype=np.uint8)


def test_enlarge_keeps_hard_edges():
    assert enlarge(PICTURE, 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_contact_strip_lays_pictures_side_by_side():
    assert contact_strip(np.stack([PICTURE, PICTURE + 4]), 1).tolist() == [[1, 2, 5, 6], [3, 4, 7, 8]]
