"""Activation functions: the formula, curve and derivative of each, and where it saturates or its gradient is zero."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import math

import streamlit as st

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve, flat_regions, notice, snippet
from core.lessons.activations.predictions import NEGATIVE, PASSED, STEEPEST, passed_truth, steepest_truth
from core.lessons.activations.scene import GRID, LIMIT, limits, scene
from core.plots.palette import series_name
from core.text.i18n import _
from core.text.numbers import plain
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "activation_curves"
ORDER = list(ACTIVATIONS)


def card(settings: Settings, name: str) -> dict[str, float]:
    """Show one function and its hyperparameters, and return those."""
    activation = ACTIVATIONS[name]
    st.subheader(f":{series_name(ORDER.index(name))}[{_(activation.label)}]", help=_(activation.note), anchor=False)
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
    left, right = (limit_words(limit) for limit in limits(activation, **hyperparameters))
    st.caption(_("Limits: {left} for x → −∞, {right} for x → +∞").format(left=left, right=right))
    return hyperparameters


def limit_words(limit: float) -> str:
    """Return a limit as it is written, infinite or not."""
    return plain(limit) if math.isfinite(limit) else plain(limit).replace("inf", "∞")


def choose(settings: Settings) -> list[str]:
    """Show the functions to choose from, and the suggestions."""
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
    return chosen


def ask(settings: Settings) -> None:
    predict(
        PASSED,
        lambda: passed_truth(ACTIVATIONS["relu"]),
        {"x": plain(NEGATIVE)},
        settings.set,
        ({"functions": ["relu"], "x": NEGATIVE},),
    )
    predict(
        STEEPEST,
        lambda: steepest_truth(ACTIVATIONS["sigmoid"]),
        reveal=settings.set,
        args=({"functions": ["sigmoid", "relu"], "x": 0.0},),
    )


def lesson(settings: Settings) -> None:
    """Show the curves of the chosen functions, and below them the choice, and each with its formula."""
    take_settled(PICTURE, settings)
    x = settings.value("x", -LIMIT, LIMIT, 2.0)
    picture = st.container()  # comes first, and is drawn from what stands below it
    chosen = choose(settings)
    ask(settings)
    cards = st.grid(min_column_width=300, border=True)
    hyperparameters = {}
    for name in chosen:
        with cards.cell():
            hyperparameters[name] = card(settings, name)
    settings.write_url()
    if not chosen:
        with picture:
            say.info(_("Choose at least one activation function below."))
        return
    with picture:
        alt = _("Curves of activation functions and of their slopes")
        stage("activations", scene(hyperparameters), {"x": x}, key=PICTURE, alt=alt, height=340)
        tables = {name: curve(ACTIVATIONS[name], GRID, **hyperparameters[name]) for name in chosen}
        st.write(" ".join(notice(ACTIVATIONS[name], GRID, *table) for name, table in tables.items()))

    st.subheader(_("In PyTorch"), anchor=False)
    for tab, name in zip(st.tabs([_(ACTIVATIONS[name].label) for name in chosen]), chosen, strict=True):
        tab.code(snippet(ACTIVATIONS[name], x, **hyperparameters[name]), language="python")


def main() -> None:
    begin()
    st.write(_("It bends it. Where the curve is steep the neuron learns; where it is flat it hardly can."))
    live()(lesson)(Settings("activations"))
    show_source(curve, flat_regions)
    end_lesson("activations")


main()
