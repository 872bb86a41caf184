import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from core.plots.palette import (
    COLORS,
    DARK_BACKGROUND,
    DARK_TEXT,
    GRAY,
    LIGHT_BACKGROUND,
    LIGHT_TEXT,
    contrast,
    series_line,
    series_name,
)

THEME = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]

# What a person without one kind of cone sees of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color):
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x, y, z = TO_XYZ @ rgb.clip(0, 1) / [0.9505, 1, 1.089]
    f = [np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)  # WCAG's usual example of a 4.5:1 gray
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("color", [*COLORS.values(), GRAY])
@pytest.mark.parametrize("background", [LIGHT_BACKGROUND, DARK_BACKGROUND])
def test_readable_in_light_and_dark(color, background):
    assert contrast(color, background) >= 3


@pytest.mark.parametrize("matrix", VISION.values(), ids=VISION)
def test_told_apart_by_colour_blind_readers(matrix):
    for first, second in combinations(COLORS.values(), 2):
        assert np.linalg.norm(lab(matrix @ linear(first)) - lab(matrix @ linear(second))) > 18


def test_no_two_of_twelve_lines_look_the_same():
    assert len({tuple(series_line(i).values()) for i in range(12)}) == 12
    assert series_name(0) == series_name(len(COLORS)) == "blue"


def mixed(color, other, share):
    return "#" + "".join(
        f"{round((1 - share) * int(color[i : i + 2], 16) + share * int(other[i : i + 2], 16)):02X}" for i in (1, 3, 5)
    )


@pytest.mark.parametrize(
    ("mode", "background", "text"), [("light", LIGHT_BACKGROUND, LIGHT_TEXT), ("dark", DARK_BACKGROUND, DARK_TEXT)]
)
def test_theme_uses_the_palette(mode, background, text):
    theme = THEME[mode]
    assert theme["backgroundColor"] == background
    assert theme["chartCategoricalColors"] == list(COLORS.values())
    for name, color in {**COLORS, "gray": GRAY}.items():
        assert theme[f"{name}Color"] == color
        assert theme[f"{name}TextColor"] == text[name]


@pytest.mark.parametrize(
    ("mode", "words_on_primary", "tint"), [("light", LIGHT_BACKGROUND, 0.1), ("dark", DARK_BACKGROUND, 0.2)]
)
def test_words_lines_and_boxes_of_the_theme_have_contrast(mode, words_on_primary, tint):
    theme = THEME[mode]
    primary = theme["primaryColor"]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(mixed(ground, theme["textColor"], 0.6), ground) >= 4.5  # a caption
        assert contrast(theme["borderColor"], ground) >= 3
        for name in ("linkColor", "codeTextColor", *(f"{name}TextColor" for name in (*COLORS, "gray"))):
            assert contrast(theme[name], ground) >= 4.5
        for name, color in COLORS.items():
            assert contrast(theme[f"{name}TextColor"], mixed(ground, color, tint)) >= 4.5  # in a badge
        assert contrast(primary, mixed(ground, primary, 0.1)) >= 4.5  # what is chosen
    assert contrast(words_on_primary, primary) >= 4.5  # page_frame.css gives a primary button these words


def test_style_of_the_frame_uses_the_palette():
    style = (Path(__file__).parents[3] / "pages/ui/page_frame.css").read_text(encoding="utf-8")
    assert f"light-dark({LIGHT_BACKGROUND}, {DARK_BACKGROUND})" in style  # words on a primary button
    for name in LIGHT_TEXT:
        assert f"--{name}-text: light-dark({LIGHT_TEXT[name]}, {DARK_TEXT[name]})" in style
