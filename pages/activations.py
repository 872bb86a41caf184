"""Activation functions: the formula, curve and derivative of each, and where it saturates or its gradient is zero."""

import numpy as np
import streamlit as st

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve, flat_regions, notice, snippet
from core.lessons.activations.figures import Trace, axes, curves, key, marks, slope_trace
from core.plots.palette import series_name
from core.text.i18n import _
from pages.ui import say
from pages.ui.page_frame import begin, live
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

LIMIT = 6.0
GRID = np.linspace(-LIMIT, LIMIT, 1201)
DRAWN = slice(None, None, 10)  # of the grid: a curve needs fewer points than the search for where it is flat
ORDER = list(ACTIVATIONS)


def card(settings: Settings, name: str, x: float) -> tuple[Trace, Trace, str]:
    """Show one function with its hyperparameters, and return its line, the line of its slope, and its code."""
    activation = ACTIVATIONS[name]
    place = ORDER.index(name)
    st.subheader(f":{series_name(place)}[{_(activation.label)}]", help=_(activation.note), anchor=False)
    st.latex(f"f(x) = {activation.formula}")
    st.latex(f"f'(x) = {activation.derivative}")
    st.caption(_("Range: {range}").format(range=f"${activation.range}$"))
    hyperparameters = {
        param.name: settings.slider(
            f"{name}_{param.name}",
            f"{param.name} ${param.symbol}$",
            param.minimum,
            param.maximum,
            param.default,
            param.step,
        )
        for param in activation.hyperparameters
    }
    values, slopes = curve(activation, GRID, **hyperparameters)
    value, slope = (float(number) for number in curve(activation, np.array(x), **hyperparameters))
    with st.container(horizontal=True):
        st.metric(f"f({x:g})", f"{value:.4g}")
        st.metric(f"f′({x:g})", f"{slope:.4g}")
    st.write(notice(activation, GRID, values, slopes))

    regions = flat_regions(GRID, slopes)
    line = Trace(name, GRID[DRAWN], values[DRAWN], (x, value), regions)
    slope_line = slope_trace(name, GRID[DRAWN], (x, slope), regions, **hyperparameters)
    return line, slope_line, snippet(activation, x, **hyperparameters)


def explore(settings: Settings, chosen: list[str]) -> None:
    """Show where the input falls on each of the chosen functions. Only this part of the page follows the sliders."""
    x = settings.slider("x", _("Input x"), -LIMIT, LIMIT, 2.0, 0.1)
    st.markdown(key(chosen))
    pictures = st.columns(2)
    st.caption(
        _("Dot: your input. Thick stretches: the slope is almost or exactly 0, so hardly any gradient gets through.")
    )
    cards = st.grid(min_column_width=300, border=True)
    shown = []
    for name in chosen:
        with cards.cell():
            shown.append(card(settings, name, x))
    settings.write_url()
    lines, slope_lines, codes = zip(*shown, strict=True)
    for picture, symbol, title, traces in (
        (pictures[0], "f(x)", _("What it gives: f(x)"), lines),
        (pictures[1], "f′(x)", _("How steep it is: f′(x)"), slope_lines),
    ):
        picture.markdown(f"**{title}**")
        spec = axes(symbol, (-LIMIT, LIMIT)) | {"datasets": {"curves": curves(traces), "marks": marks(traces)}}
        picture.vega_lite_chart(spec, key=f"curves_{symbol}", width="stretch", alt=title)

    st.subheader(_("In PyTorch"), anchor=False)
    for tab, code in zip(st.tabs([_(ACTIVATIONS[name].label) for name in chosen]), codes, strict=True):
        tab.code(code, language="python")


def main() -> None:
    begin()
    st.write(_("It bends it. Where the curve is steep the neuron learns; where it is flat it hardly can."))
    settings = Settings("activations")
    chosen = settings.several("functions", _("Activation functions"), ACTIVATIONS, ["sigmoid", "relu"])
    show_suggestions(
        Suggestion(
            _("Vanishing gradient"),
            ":material/trending_flat:",
            _("Push Sigmoid, Tanh and ReLU far to the right and compare their slopes."),
            settings.set,
            ({"functions": ["sigmoid", "tanh", "relu"], "x": 5.0},),
        ),
        Suggestion(
            _("Dead neuron"),
            ":material/heart_broken:",
            _("Give ReLU and LeakyReLU a negative input: which of them can still learn?"),
            settings.set,
            ({"functions": ["relu", "leaky_relu"], "x": -3.0, "leaky_relu_negative_slope": 0.01},),
        ),
    )
    if not chosen:
        settings.write_url()
        say.info(_("Choose at least one activation function above."))
        return
    live()(explore)(settings, chosen)
    show_source(curve, flat_regions)


main()
