"""Small images side by side that change in place: a frame and a word say of each how it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from streamlit.components import v2

from core.plots.images import contact_strip, png_address, signed
from core.plots.palette import COLORS

_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_SHADES = 16  # steps from black to white, as more would only make the message longer; an even number has a middle
Mark = tuple[str, Literal["right", "wrong", ""], str]
NO_MARK: Mark = ("", "", "")


def tiles(
    shades: np.ndarray, marks: Sequence[Mark], alt: str, key: str, columns: int, narrow: int, by_sign: bool = False
) -> None:
    """Show images, float [N, H, W] in [0, 1], in rows of so many columns, of `narrow` ones where there is little room.

    Args:
        marks: for each the word under it, its frame, and what appears when the mouse rests on it.
        alt: what they show now, for those who cannot see them.
        key: the element's own, so that the next images take the old ones' place without a blank moment.
        by_sign: 0.5 is transparent, what is above it blue and what is below it orange; else 0 is black and 1 white.
    """
    gray = (shades.clip(0, 1) * _SHADES).round().astype(np.uint8)
    component = v2.component("tiles", html='<div class="tiles" role="img"></div>', css=_style(), js=_SCRIPT)
    component(
        data={
            "sheet": png_address(contact_strip(gray, 1)),
            "ramp": _ramp(by_sign),
            "marks": [list(mark) for mark in marks],
            "alt": alt,
            "columns": columns,
            "narrow": narrow,
        },
        key=key,
    )


def _ramp(by_sign: bool) -> list[list[int]]:
    steps = np.linspace(0, 1, _SHADES + 1)
    if by_sign:
        return signed(2 * steps - 1, 1.0).tolist()
    return [[shade, shade, shade, 255] for shade in (255 * steps).round().astype(int).tolist()]


def _style() -> str:
    return _STYLE.replace("GREEN", COLORS["green"]).replace("ORANGE", COLORS["orange"])
