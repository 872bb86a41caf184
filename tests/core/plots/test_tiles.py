import base64
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from core.plots.tiles import sheet

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = np.arange(5 * 2 * 3 * 4, dtype=np.uint8).reshape(5, 2, 3, 4)


def test_every_picture_is_there_and_can_be_picked():
    drawn = ElementTree.fromstring(sheet(PICTURES, list("abcde"), "maps", 3, 10.0, "2", marked=4))
    cells = drawn.findall(f"{SVG}g")
    assert [cell.get("data-pick") for cell in cells] == ["2:0", "2:1", "2:2", "2:3", "2:4"]
    assert [cell.findtext(f"{SVG}title") for cell in cells] == list("abcde")
    places = [(float(cell[1].get("x")), float(cell[1].get("y"))) for cell in cells]
    assert places == [(0, 0), (40, 0), (80, 0), (0, 30), (40, 30)]
    assert [cell[1].get("stroke") is not None for cell in cells] == [False] * 4 + [True]
    content = base64.b64decode(drawn.find(f"{SVG}image").get("href").split(",")[1])
    pixels = np.asarray(Image.open(BytesIO(content)))
    assert np.array_equal(pixels[3:5, 4:7], PICTURES[4])
    assert not pixels[:, 3].any()
