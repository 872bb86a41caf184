import re
from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from core.plots.images import contact_sheet, contact_strip, enlarge, png_address, signed, stretched
from core.plots.palette import COLORS

PICTURE = np.array([[1, 2], [3, 4]], dtype=np.uint8)


def test_enlarge_keeps_hard_edges():
    assert enlarge(PICTURE, 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_contact_strip_lays_pictures_side_by_side():
    assert contact_strip(np.stack([PICTURE, PICTURE + 4]), 1).tolist() == [[1, 2, 5, 6], [3, 4, 7, 8]]


def test_contact_sheet_fills_row_after_row():
    pictures = np.stack([PICTURE, PICTURE + 4, PICTURE + 10])
    assert contact_sheet(pictures, 2).tolist() == [
        [1, 2, 0, 5, 6],
        [3, 4, 0, 7, 8],
        [0, 0, 0, 0, 0],
        [11, 12, 0, 0, 0],
        [13, 14, 0, 0, 0],
    ]
    assert contact_sheet(pictures, 3, gap=0).tolist() == contact_strip(pictures, 1).tolist()
    assert contact_sheet(pictures, 2, 3, 2).shape == (18, 18)
    assert contact_sheet(np.zeros((3, 5, 4, 4), np.uint8), 2).shape == (11, 9, 4)


def test_signed_numbers_are_blue_or_orange_and_nothing_is_transparent():
    colored = signed([[1.0, -2.0], [0.0, np.nan]])
    assert colored.dtype == np.uint8
    blue, orange = ([int(COLORS[name][i : i + 2], 16) for i in (1, 3, 5)] for name in ("blue", "orange"))
    assert colored[0].tolist() == [[*blue, 180], [*orange, 255]]
    assert colored[1, :, 3].tolist() == [0, 0]
    assert signed([1.0, -2.25, 8.0], largest=4)[:, 3].tolist() == [128, 191, 255]  # the roots of 1/4 and 9/16
    assert signed(np.zeros((2, 3))).shape == (2, 3, 4)
    assert signed(np.zeros((0, 3, 3))).shape == (0, 3, 3, 4)
    assert signed([np.inf, 3.0])[:, 3].tolist() == [0, 255]


def opened(address):
    head, _comma, content = address.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(content)))


def test_an_address_holds_the_picture():
    assert np.array(opened(png_address(PICTURE))).tolist() == PICTURE.tolist()
    colored = signed([[1.0, -2.0]])
    assert np.array(opened(png_address(colored))).tolist() == colored.tolist()
    palette = Image.fromarray(PICTURE % 2)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    back = opened(png_address(palette, transparency=bytes([0, 9]))).convert("RGBA")
    assert np.array(back)[0].tolist() == [[255, 0, 0, 9], [0, 0, 0, 0]]


def test_a_picture_is_stretched_to_a_rectangle():
    drawn = stretched(PICTURE, 1, 2.5, 30, 40)
    assert 'x="1" y="2.5" width="30" height="40"' in drawn
    (address,) = re.findall('href="(.*?)"', drawn)
    assert address == png_address(PICTURE)
