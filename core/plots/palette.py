"""The colours of the app: readable on a light and on a dark page, and told apart by colour-blind readers.

They are the blue, orange, green and purple of Okabe and Ito's set (https://jfly.uni-koeln.de/color/), shifted until
each has a contrast of 3:1 to both backgrounds. That narrow band of lightness has no room for more hues that a
colour-blind reader can tell apart, so further lines differ by their dashes. The names are Streamlit's, so that
`:blue[word]` on a page has the colour of the line it speaks of, as dark or light as a word has to be:
.streamlit/config.toml gives the theme the same values.
"""

COLORS = {
    "blue": "#1A6FC4",
    "orange": "#CE7B00",
    "green": "#17974A",
    "violet": "#BC388F",
}
GRAY = "#7A7F87"  # for what is only a reference: axes, means, chance level

LIGHT_BACKGROUND = "#FFFFFF"
DARK_BACKGROUND = "#11151C"

# The same hues for words, which need 4.5:1, also on the grounds of code and badges; no shade has that on both pages.
LIGHT_TEXT = {"blue": "#1867B6", "orange": "#965A00", "green": "#12773A", "violet": "#AF3485", "gray": "#64686F"}
DARK_TEXT = {"blue": "#639DD7", "orange": "#D69029", "green": "#4FB075", "violet": "#D27AB4", "gray": "#9A9EA4"}

_DASHES = ("solid", "dash", "dot")
_STYLES = {"solid": "solid", "dash": "dashed", "dot": "dotted"}


def series_name(index: int) -> str:
    """Return the colour name of the series at this place in its menu: "blue" for 0, and round again after the last."""
    return tuple(COLORS)[index % len(COLORS)]


def series_line(index: int) -> dict[str, str]:
    """Return Plotly's `line` for the series at this place: a colour and a dash that no other of the first 12 share."""
    return {"color": COLORS[series_name(index)], "dash": _DASHES[index // len(COLORS) % len(_DASHES)]}


def series_style(index: int) -> dict[str, str]:
    """Return the same colour and dash by the names of CSS, for pictures in the browser."""
    line = series_line(index)
    return {"color": line["color"], "dash": _STYLES[line["dash"]]}


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio, 1 to 21, of two "#RRGGBB" colours .

    WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
