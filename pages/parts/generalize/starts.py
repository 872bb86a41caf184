"""A deep network from initial weights that are too small, right and too large."""

import streamlit as st

from core.activations import ACTIVATIONS
from core.lessons.generalize.initial_weights import ACTIVE, LOOKS, RACES, STARTS, Case, learn, look, scaled
from core.lessons.generalize.predictions import LARGE, LARGE_CASE, SMALL_CASE, TINY, large_truth, tiny_truth
from core.lessons.generalize.scene import starts_scene
from core.text.i18n import _
from pages.parts.generalize.experiment import ask_about, show_experiment
from pages.ui.seed import choose_seed
from pages.ui.source_code import show_source
from pages.ui.stage import take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "initial_weights"
USUAL = {"start": "he", "activation": "tanh", "seed": 0, "look": 0}


def show_starts(settings: Settings) -> None:
    take_settled(PICTURE, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = settings.segments("start", _("Initial weights"), STARTS, USUAL["start"])
        active = {name: ACTIVATIONS[name] for name in ACTIVE}
        activation = settings.segments("activation", _("Activation"), active, USUAL["activation"])
        seed = choose_seed(settings, _("Other weights"))
    st.caption(_(STARTS[start].note))
    values = {"look": settings.value("look", 0, len(LOOKS) - 1, USUAL["look"])}
    show_suggestions(
        Suggestion(
            _("Too small"), ":material/compress:", _("The values die out layer by layer, and nothing is learned."),
            settings.set, (USUAL | {"start": "small"},),
        ),
        Suggestion(
            _("Too large"), ":material/expand:", _("Tanh is saturated: it learns slowly and badly."),
            settings.set, (USUAL | {"start": "large"},),
        ),
        Suggestion(
            _("Too large with ReLU"), ":material/warning:", _("Nothing holds the values back: the training diverges."),
            settings.set, (USUAL | {"start": "large", "activation": "relu"},),
        ),
    )  # fmt: skip
    for question, case, truth in ((TINY, SMALL_CASE, tiny_truth), (LARGE, LARGE_CASE, large_truth)):
        shown = USUAL | {"start": case.start, "activation": case.activation}
        ask_about(question, RACES, case.race, truth, settings, shown)
    settings.write_url()
    with top:
        alt = _("The loss from several initial weights, and the values and gradients of each layer while it learns")
        case = Case(activation, start, seed)
        words = _("Training the network from {starts} kinds of initial weights …").format(starts=len(STARTS))
        show_experiment(RACES, case.race, PICTURE, lambda traces: starts_scene(traces, start), values, alt, words)
    show_source(scaled, learn, look)
