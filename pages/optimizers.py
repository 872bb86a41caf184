"""Optimizers on a surface of two parameters: update rule, path, momentum and effective step size of each."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import streamlit as st

from core.lessons.optimizers import predictions
from core.lessons.optimizers.race import MAX_MOMENTUM, VARIANTS, Entry, Setup, race, run, snippet
from core.lessons.optimizers.scene import START_STEP, scene
from core.lessons.optimizers.surfaces import SURFACES
from core.text.i18n import _
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

PICTURE = "race"
VIEWS = ("map", "hill", "distance")  # of which a narrow screen shows one
OLD_VIEWS = {"landscape": "hill"}  # as links from before have it
WIDTH = 160  # pixels of a small slider
STEPS = (20, 50, 100, 200, 400)
LEARNING_RATES = [float(f"{mantissa}e{power}") for power in range(-4, 1) for mantissa in (1, 2, 3, 5, 7)] + [10.0]
WEIGHT_DECAYS = (0.0, 0.001, 0.01, 0.1, 1.0)


def read_view(text: str) -> str:
    view = OLD_VIEWS.get(text, text)
    if view not in VIEWS:
        raise ValueError(text)
    return view


def show(settings: Settings, surface: str, rates: dict[str, float]) -> None:
    """Set the controls to these racers on this surface, each with its learning rate, at the start of the race."""
    values = {f"{surface}_{name}": rate for name, rate in rates.items()}
    start = dict(zip((f"{surface}_x", f"{surface}_y"), SURFACES[surface].start, strict=True))
    settings.set({"surface": surface, "racers": list(rates), "steps": 100, "momentum": 0.9})
    settings.set(values | start | {"step": 0})


def to_the_end(settings: Settings) -> None:
    """Look at the end of a race that has been run, once it has another length."""
    if settings.get("step"):
        settings.set({"step": settings.get("steps")})


def choose_course(settings: Settings, name: str) -> Setup:
    surface = SURFACES[name]
    with st.container(horizontal=True):
        steps = settings.select_slider(
            "steps", _("Steps"), STEPS, 100, on_change=to_the_end, args=(settings,), width=WIDTH
        )
        x, y = (
            settings.slider(
                f"{name}_{axis}", _("Start {axis}").format(axis=axis), *ends, default, START_STEP, width=WIDTH
            )
            for axis, ends, default in zip("xy", surface.view, surface.start, strict=True)
        )
        seed = 0
        if surface.noise:
            seed = settings.number("seed", _("Seed of the noise"), 0, 999, 0, required=True, width=WIDTH)
    return Setup(name, (x, y), steps, seed)


def choose_entries(settings: Settings, name: str, chosen: list[str]) -> list[Entry]:
    rates, momentum, weight_decay = {}, Entry.momentum, Entry.weight_decay
    with st.container(horizontal=True):
        for key in chosen:
            variant = VARIANTS[key]
            label = _("{letter} · {racer} lr").format(letter=variant.letter, racer=_(variant.label))
            default = variant.default_learning_rate(SURFACES[name])
            rates[key] = settings.select_slider(f"{name}_{key}", label, LEARNING_RATES, default, width=WIDTH)
        if any(VARIANTS[key].momentum for key in chosen):
            momentum = settings.slider("momentum", _("Momentum"), 0.0, MAX_MOMENTUM, momentum, 0.01, width=WIDTH)
        if any(VARIANTS[key].weight_decay for key in chosen):
            label = _("Weight decay of AdamW")
            weight_decay = settings.select_slider("weight_decay", label, WEIGHT_DECAYS, weight_decay, width=WIDTH)
    return [Entry(key, rate, momentum, weight_decay) for key, rate in rates.items()]


def suggest(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Too small"), ":material/hourglass_empty:", _("Tiny learning rates: nobody gets anywhere."),
            show, (settings, "bowl", {"sgd": 0.0001, "momentum": 0.0001, "adam": 0.0001}),
        ),
        Suggestion(
            _("Too large"), ":material/open_in_full:", _("SGD is thrown from wall to wall, until it leaves the map."),
            show, (settings, "bowl", {"sgd": 0.7, "momentum": 1.0, "adam": 5.0}),
        ),
        Suggestion(
            _("Momentum"), ":material/sledding:", _("SGD zigzags between the walls; momentum rolls along."),
            show, (settings, "ravine", {"sgd": 0.2, "momentum": 0.05, "nesterov": 0.05}),
        ),
        Suggestion(
            _("SGD beats Adam"), ":material/trophy:", _("Near the minimum SGD’s steps shrink with the gradient."),
            show, (settings, "bowl", {"sgd": 0.1, "adam": 0.1}),
        ),
    )  # fmt: skip


def show_end(settings: Settings, rates: dict[str, float]) -> None:
    """Set the controls as the questions have them, at the end of the race."""
    show(settings, predictions.SURFACE, rates)
    settings.set({"step": settings.get("steps")})


def ask(settings: Settings) -> None:
    numbers = predictions.rate_numbers()
    predict(predictions.RATE, predictions.rate_truth, numbers, show_end, (settings, {"sgd": predictions.LARGE}))
    rate = predictions.SAME_RATE
    numbers = {"rate": rate, "steps": predictions.SETUP.steps}
    predict(predictions.ADAM, predictions.adam_truth, numbers, show_end, (settings, {"sgd": rate, "adam": rate}))


def lesson(settings: Settings) -> None:
    """Show the race, and below it who runs where."""
    take_settled(PICTURE, settings)
    picture = st.container()  # comes first, and is drawn from what stands below it
    suggest(settings)
    with st.container(horizontal=True):
        name = settings.menu("surface", _("Surface"), SURFACES, "ravine", width=200)
        chosen = settings.several("racers", _("Optimizers"), VARIANTS, ["sgd", "momentum", "rmsprop", "adam"])
    st.caption(f"$f(x, y) = {SURFACES[name].formula}$ · {_(SURFACES[name].note)}")
    if not chosen:
        ask(settings)
        settings.write_url()
        with picture:
            say.info(_("Choose at least one optimizer below."))
        return
    entries = choose_entries(settings, name, chosen)
    with st.expander(_("Start and length of the race"), icon=":material/flag:"):
        setup = choose_course(settings, name)
    ask(settings)
    values = {
        "step": settings.value("step", 0, setup.steps, 0),
        "view": settings.bind_value("view", "map", read_view, str),
        **dict(zip((f"{name}_x", f"{name}_y"), setup.start, strict=True)),
    }
    settings.write_url()
    with picture:
        alt = _("A race of optimizers down a surface: its map, the hill, and the distances to the nearest minimum")
        stage("optimizers", scene(setup, race(setup, entries)), values, key=PICTURE, alt=alt, height=400)

    st.subheader(_("In PyTorch"), anchor=False)
    for tab, entry in zip(st.tabs([_(VARIANTS[key].label) for key in chosen]), entries, strict=True):
        tab.latex(VARIANTS[entry.variant].update)
        tab.code(snippet(setup, entry), language="python")


def main() -> None:
    begin()
    st.write(
        _(
            "All start at one point and feel only the slope under their feet. Drag the ring to start elsewhere, and "
            "the hill to turn it."
        )
    )
    live()(lesson)(Settings("optimizers"))
    show_source(run)
    end_lesson("optimizers")


main()
