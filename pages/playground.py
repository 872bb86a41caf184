"""A small network that learns points of the plane: every neuron's output, the decision boundary and the loss, live."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from dataclasses import replace

import streamlit as st

from core.config import ConfigError, TrainConfig
from core.config.fields import ADJUSTABLE
from core.datasets.formula import FormulaError
from core.datasets.points_table import PointsError
from core.playground import predictions
from core.playground.presets import POINTS_PRESETS
from core.text.i18n import _
from core.training import train
from pages.parts.playground.form import DEFAULTS, PointsControls, show_config
from pages.parts.playground.live import show_picture
from pages.parts.playground.panels import PARTS
from pages.parts.playground.shared_weights import has_new_weights, shared_network
from pages.parts.playground.user_points import next_label, show_problem
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin
from pages.ui.predict import predict
from pages.ui.session import Runs, session_key, session_runs
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings


def follow(settings: Settings, runs: Runs, config: TrainConfig, pace: float | None) -> None:
    """Make the present run that of these settings: it goes on with what can be changed on the way, or begins anew."""
    run = runs.current
    if has_new_weights(settings):
        runs.put_aside()
    elif run is not None and replace(run.config, **{name: getattr(config, name) for name in ADJUSTABLE}) != config:
        settings.set({"weights": ""})  # they were another network's
        runs.put_aside()
    run = runs.current
    if run is None:
        runs.start(config, paused=True, epochs_per_second=pace, network=shared_network(settings, config))
        return
    run.adjust(**{name: getattr(config, name) for name in ADJUSTABLE})
    run.set_pace(pace)


def ask() -> None:
    """Ask; the settings are then those of the answer, for whoever wants to see it learn."""
    predict(
        predictions.NEURONS,
        lambda: predictions.neurons_truth(DEFAULTS),
        predictions.neurons_numbers(DEFAULTS),
        show_config,
        (predictions.LARGE,),
    )
    predict(
        predictions.FEATURES,
        lambda: predictions.features_truth(DEFAULTS),
        reveal=show_config,
        args=(predictions.CIRCLE,),
    )


def main() -> None:
    begin()
    runs = session_runs(session_key("playground", "runs"))
    controls = PointsControls()
    settings = controls.settings
    st.write(_("Each small square is what one neuron makes of the plane. Drag a line to change a weight."))
    picture, own_place = st.container(), st.container()  # filled when all that stands below is read
    show_suggestions(
        *(
            Suggestion(_(preset.label), preset.icon, _(preset.note), show_config, (preset.changes,), f"preset_{name}")
            for name, preset in POINTS_PRESETS.items()
        )
    )
    controls.network()
    controls.weights()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pace = controls.pace()
        controls.bar()
    controls.points()
    look = controls.look()
    run = None
    try:
        follow(settings, runs, controls.config(), pace)
        run = runs.current
    except (ConfigError, FormulaError, PointsError) as problem:
        with picture:
            say.error(str(problem))  # and no picture: the last one is of other data than the address
    if run is not None:
        with own_place:
            label = next_label(settings) if look["own"] else ""
            show_problem(settings)
        part = settings.segments("part", _("Part"), PARTS, "layers", label_visibility="collapsed")
        with picture:
            show_picture(runs, run, settings, label, watched=part == "inside", **look)
        PARTS[part].show(run, settings)
    ask()
    controls.weights()  # again: a new network has none
    settings.write_url()
    show_source(train)
    end_lesson("playground")


main()
