import base64
import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from core.plots.gallery import GAP, LINE, ZOOM, gallery


def sheet_of(svg):
    (address,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    return np.asarray(Image.open(BytesIO(base64.b64decode(address))))


def test_pictures_words_and_picks():
    pictures = np.zeros((3, 28, 28))
    pictures[1, 4, 5] = 1.0
    svg = gallery(pictures, ["7", "<1>", "9"], "three & more", marked=1, columns=2)
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"] == "three & more"
    assert re.findall(r'data-pick="(\d+)"', svg) == ["0", "1", "2"]
    assert ["".join(text.itertext()) for text in root.iter() if text.tag.endswith("text")] == ["7", "<1>", "9"]
    assert svg.count('stroke-width="2"') == 1
    places = [(float(x), float(y)) for x, y in re.findall(r'<rect x="([^"]+)" y="([^"]+)"', svg)]
    across, down = ZOOM * (28 + GAP), ZOOM * (28 + LINE)
    assert np.array_equal(np.subtract(places, places[0]), [(0, 0), (across, 0), (0, down)])

    sheet = sheet_of(svg)
    assert sheet.shape == (2 * (28 + LINE), 2 * (28 + GAP), 2)
    assert sheet[4, 28 + GAP + 5].tolist() == [255, 255]
    assert sheet[..., 0].sum() == 255
    assert (sheet[..., 1] > 0).sum() == 3 * 28 * 28  # gaps and the empty place are transparent


def test_shades_are_kept_to_a_fifteenth():
    ramp = np.linspace(-0.2, 1.2, 28 * 28).reshape(1, 28, 28)
    shades = sheet_of(gallery(ramp, ["0"], "ramp"))[:28, :28, 0] / 255
    assert np.abs(shades - ramp[0].clip(0, 1)).max() <= 1 / 30 + 1e-6


def test_five_hundred_are_not_too_many():
    noise = np.random.default_rng(0).random((500, 28, 28)) * (np.arange(28) > 16)
    assert len(gallery(noise, ["5"] * 500, "many")) < 400_000
