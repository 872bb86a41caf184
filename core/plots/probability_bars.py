"""One bar for each class, in Vega-Lite: Streamlit changes its bars in place, many times a second."""

from collections.abc import Sequence

import pandas as pd
from torch import Tensor

from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

LEAST = 0.005  # probability; a smaller one is not written
_BAR_HEIGHT = 26
_ROOM_FOR_LABEL = 1.18  # the axis goes on past 100 % so that the longest bar's label fits in


def bars(classes: Sequence[str]) -> dict:
    """Return the Vega-Lite spec of the bars. It depends on the class names alone, so that only data ever change."""
    length = {
        "field": "probability",
        "type": "quantitative",
        "scale": {"domain": [0, _ROOM_FOR_LABEL]},
        "axis": None,
    }
    return {
        "height": _BAR_HEIGHT * len(classes),
        "encoding": {
            "x": length,
            "y": {
                "field": "class",
                "type": "nominal",
                "sort": list(classes),
                "axis": {"title": None, "ticks": False, "domain": False, "labelFontSize": 14, "labelPadding": 8},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 4},
                "encoding": {
                    "color": {"field": "color", "type": "nominal", "scale": None},
                    "opacity": {"field": "opacity", "type": "quantitative", "scale": None},
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": GRAY},
                "encoding": {"text": {"field": "label", "type": "nominal"}},
            },
        ],
    }


def describe(classes: Sequence[str], probabilities: Tensor | None) -> str:
    """Say in words what the bars show; arguments as for `rows`."""
    if probabilities is None:
        return _("The probability of each class: no answer yet.")
    values, places = probabilities.nan_to_num(0.0).sort(descending=True)
    named = [
        _("{name} {probability:.0%}").format(name=classes[place], probability=value)
        for value, place in zip(values.tolist(), places.tolist(), strict=True)
        if value >= LEAST
    ]
    sentence = (
        _("The probability of each class: {named}.")
        if len(named) == len(classes)
        else _("The probability of each class: {named}; all others less than {least:.1%}.")
    )
    return sentence.format(named=", ".join(named), least=LEAST)


def rows(classes: Sequence[str], probabilities: Tensor | None, sure: bool = True) -> pd.DataFrame:
    """Return the data of the bars, one row a class.

    probabilities: [C], or None for bars of no length. The longest bar is coloured; where the network is not `sure`, all
    are gray and faint.
    """
    values = [0.0] * len(classes) if probabilities is None else probabilities.nan_to_num(0.0).tolist()
    best = max(range(len(classes)), key=values.__getitem__)
    return pd.DataFrame(
        {
            "class": list(classes),
            "probability": values,
            "label": [f"{value:.0%}" if value >= LEAST else "" for value in values],
            "color": [COLORS["blue"] if sure and k == best else GRAY for k in range(len(classes))],
            "opacity": 1.0 if sure else 0.4,
        }
    )
