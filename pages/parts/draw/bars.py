"""The probability of each class as bars that glide from one answer to the next."""

from collections.abc import Sequence
from pathlib import Path

from streamlit.components import v2
from torch import Tensor

from core.plots.probability_bars import describe, rows

_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def show_bars(classes: Sequence[str], probabilities: Tensor | None, sure: bool, key: str) -> None:
    """Show a bar for each class; arguments as for core.plots.probability_bars.rows."""
    component = v2.component("bars", html='<div class="bars" role="img"></div>', css=_STYLE, js=_SCRIPT)
    bars = rows(classes, probabilities, sure).to_dict("records")
    component(data={"rows": bars, "alt": describe(classes, probabilities)}, key=key)
