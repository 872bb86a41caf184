"""Pictures of a search: every try as a line through its settings, and the results by two of them."""

import math
from collections.abc import Sequence
from textwrap import fill

import numpy as np
import plotly.graph_objects as go

from core.experiments.search import Cells, Search, quality
from core.experiments.search_space import SEARCH_SPACE
from core.plots.palette import COLORS, DARK_BACKGROUND, GRAY
from core.runs.trial_runner import Trial
from core.text.i18n import _

WORSE_TO_BETTER = [[0, COLORS["orange"]], [0.5, GRAY], [1, COLORS["blue"]]]  # lines: seen on a light and a dark page
SHADES = [[0, "#F1F4F8"], [1, "#6AA5E3"]]  # cells: opaque, so that dark text can be read on a dark page too
CELL_TEXT = DARK_BACKGROUND
NOTHING = [[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]]
LETTERS = 16  # of an axis's title before it goes on in the next line


def parallel(search: Search, trials: Sequence[Trial]) -> go.Figure:
    """Return the tries as lines through an axis for each varied setting, and one for the result.

    Diverged tries have no result and are not drawn.
    """
    ended = [trial for trial in trials if math.isfinite(search.objective(trial))]
    objectives = np.array([search.objective(trial) for trial in ended])
    result = {
        "label": _title(_("Loss on held-out data") if search.by_loss else _("Accuracy on held-out data")),
        "values": np.abs(objectives),
        "range": _padded(np.abs(objectives)),
        "tickformat": ".3~g" if search.by_loss else ".1~%",
    }
    figure = go.Figure(
        go.Parcoords(
            dimensions=[*(_axis(search, name, ended) for name in search.search_space), result],
            line={"color": objectives, "colorscale": WORSE_TO_BETTER},
            labelfont={"size": 13},
            tickfont={"size": 13},
            rangefont={"size": 1, "color": "rgba(0,0,0,0)"},  # the ends are among the ticks already
        )
    )
    figure.update_layout(height=340, margin={"l": 50, "r": 50, "t": 70, "b": 20})
    return figure


def heat_map(search: Search, x: str, y: str, found: Cells) -> go.Figure:
    """Return the results by two settings; cells without a try are left blank, and × is where all diverged."""
    across, up = ([SEARCH_SPACE[name].label_of(value) for value in search.space[name]] for name in (x, y))
    lost = (found.diverged > 0) & np.isnan(found.objective)
    words = [
        ["" if math.isnan(objective) else quality(search, objective) for objective in row] for row in found.objective
    ]
    hints = [
        [_hint(*counts) for counts in zip(trials, diverged, strict=True)]
        for trials, diverged in zip(found.trials, found.diverged, strict=True)
    ]
    shared = {"x": across, "y": up, "showscale": False, "xgap": 2, "ygap": 2, "customdata": np.array(hints)}
    hover = "%{x}, %{y}: %{text}<br>%{customdata}<extra></extra>"
    figure = go.Figure(
        [
            go.Heatmap(
                z=found.objective,
                text=np.array(words),
                texttemplate="%{text}",
                textfont={"color": CELL_TEXT},
                colorscale=SHADES,
                hovertemplate=hover,
                hoverongaps=False,
                **shared,
            ),
            go.Heatmap(
                z=np.where(lost, 0.0, np.nan),
                text=np.where(lost, "×", ""),
                texttemplate="%{text}",
                textfont={"color": GRAY, "size": 18},
                colorscale=NOTHING,
                hovertemplate=hover,
                hoverongaps=False,
                **shared,
            ),
        ]
    )
    figure.update_layout(
        height=120 + 44 * max(len(up), 3),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": _(SEARCH_SPACE[x].label), "type": "category", "showgrid": False},
        yaxis={"title": _(SEARCH_SPACE[y].label), "type": "category", "showgrid": False},
    )
    return figure


def _axis(search: Search, name: str, trials: Sequence[Trial]) -> dict:
    variable, values = SEARCH_SPACE[name], search.space[name]
    if name in search.between:
        ticks = np.log10(values)
        places = np.log10([variable.value(trial.config) for trial in trials])
    else:
        ticks = np.arange(len(values))
        places = np.array([search.place(name, trial.config) for trial in trials])
    return {
        "label": _title(_(variable.label)),
        "values": places,
        "range": _padded(ticks),
        "tickvals": ticks,
        "ticktext": [variable.label_of(value) for value in values],
    }


def _padded(values: np.ndarray) -> list[float]:
    """Return the least and the most, apart from each other also where all are alike; Plotly draws nothing else."""
    if not len(values):
        return [0, 1]
    minimum, maximum = float(values.min()), float(values.max())
    return (
        [minimum, maximum]
        if minimum < maximum
        else [minimum - 0.5 * (abs(minimum) or 1), maximum + 0.5 * (abs(maximum) or 1)]
    )


def _title(words: str) -> str:
    return fill(words, LETTERS).replace("\n", "<br>")


def _hint(trials: int, diverged: int) -> str:
    words = _("1 try") if trials == 1 else _("{tries} tries").format(tries=trials)
    return _("{tries}, {diverged} diverged").format(tries=words, diverged=diverged) if diverged else words
