"""Optimizers on a surface of two parameters: update rule, path, momentum and effective step size of each."""

import time
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import Tensor

from core.lessons.optimizers.figures import SECONDS, clicked, course_map, distances, landscape
from core.lessons.optimizers.race import MAX_MOMENTUM, VARIANTS, Entry, Path, Setup, notice, race, run, snippet
from core.lessons.optimizers.surfaces import SURFACES
from core.text.i18n import N_, _
from core.text.numbers import plain
from pages.ui import say
from pages.ui.page_frame import begin, live
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

WIDTH = 160  # pixels of a small slider
TICK = 0.4  # seconds between two looks at the numbers while a race is played
STEPS = (20, 50, 100, 200, 400)
LEARNING_RATES = [float(f"{mantissa}e{power}") for power in range(-4, 1) for mantissa in (1, 2, 3, 5, 7)] + [10.0]
WEIGHT_DECAYS = (0.0, 0.001, 0.01, 0.1, 1.0)
STYLE = "<style>.st-key-state {overflow-x: auto}</style>"  # a phone is too narrow for the table
STARTED = session_key("optimizers", "started")
SHOWN = session_key("optimizers", "shown")
NEXT = session_key("optimizers", "next")


@dataclass(frozen=True)
class View:
    """One way to look at the surface."""

    label: str


VIEWS = {"map": View(N_("Map")), "landscape": View(N_("3-D"))}


def play(step: int, steps: int) -> None:
    """Start the clock of the race at this step, or at the first one after the last."""
    st.session_state[STARTED] = time.monotonic() - SECONDS * (step % steps) / steps
    st.session_state[SHOWN] = {step}


def pause() -> None:
    st.session_state[STARTED] = None


def now(started: float, steps: int) -> int:
    """Return the step at which a race is that began at this time."""
    return min(int((time.monotonic() - started) / SECONDS * steps), steps)


def moved(settings: Settings) -> None:
    """Pause where the person has moved the step. A browser that is behind also tells one: a step shown before."""
    if settings.get("step") not in st.session_state.get(SHOWN, ()):
        pause()


def show(settings: Settings, surface: str, rates: dict[str, float]) -> None:
    """Set the controls to these racers on this surface, each with its learning rate, and play the race."""
    values = {f"{surface}_{name}": rate for name, rate in rates.items()}
    start = dict(zip((f"{surface}_x", f"{surface}_y"), SURFACES[surface].start, strict=True))
    settings.set({"surface": surface, "racers": list(rates), "steps": 100, "view": "map", "momentum": 0.9})
    settings.set(values | start | {"step": 0})
    play(0, 100)


def to_the_end(settings: Settings) -> None:
    """Look at the end of the race, once it has another length."""
    pause()
    settings.set({"step": st.session_state[settings.key("steps")]})


def choose_course(settings: Settings, name: str) -> Setup:
    surface = SURFACES[name]
    with st.container(horizontal=True):
        steps = settings.select_slider(
            "steps", _("Steps"), STEPS, 100, on_change=to_the_end, args=(settings,), width=WIDTH
        )
        x, y = (
            settings.slider(f"{name}_{axis}", _("Start {axis}").format(axis=axis), *ends, default, 0.05, width=WIDTH)
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


def numbers(paths: dict[str, Path], step: int) -> str:
    """Return a table of what the step of each racer was made of, in Markdown."""
    heads = ("", _("position"), _("gradient"), _("velocity"), _("squared gradients"), _("effective step"))
    rows = [heads, ["---"] * len(heads)]
    for name, path in paths.items():
        variant = VARIANTS[name]
        rows.append([f":{variant.color}[**{variant.letter}** {_(variant.label)}]", *map(pair, path.state(step))])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def pair(numbers: Tensor | None) -> str:
    return "–" if numbers is None else ", ".join(plain(number, ".3g") for number in numbers.tolist())


def count(
    settings: Settings, setup: Setup, paths: dict[str, Path], started: float | None, drawn: dict[str, Any]
) -> None:
    """Show the step and its numbers; while the race is played, again and again, as the pictures move on their own.

    Args:
        started: when the clock was started, or None.
        drawn: the settings from here that the pictures were drawn with, once they have been drawn.
    """
    if started is not None and st.session_state.get(STARTED) == started:
        step = now(started, setup.steps)
        settings.set({"step": step})
        st.session_state[SHOWN].add(step)
        if step == setup.steps:
            pause()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label, icon = (_("Play"), ":material/play_arrow:") if started is None else (_("Pause"), ":material/pause:")
        pressed = st.button(label, icon=icon, type="primary", key="play")
        step = settings.slider("step", _("Step"), 0, setup.steps, setup.steps, on_change=moved, args=(settings,))
        view = settings.segments("view", _("Picture"), VIEWS, "map", label_visibility="collapsed")
    if pressed:
        play(step, setup.steps) if started is None else pause()
    outdated = started is None and drawn.get("step", step) != step
    if outdated or drawn.get("view", view) != view or st.session_state.get(STARTED) != started:
        st.session_state[NEXT] = {"step": step}
        st.rerun()  # pictures and clock belong to the whole page
    if started is None:  # else each tick would be one more step back for the browser's Back
        settings.write_url()
    with st.container(key="notice"):
        st.markdown(notice(paths, step))
    with st.container(key="state"):
        st.markdown(numbers(paths, step))


def draw(setup: Setup, paths: dict[str, Path], step: int, view: str, played: float | None) -> None:
    """Show the pictures; a click on the map moves the start there."""
    left, right = st.columns(2)
    with right:
        picture(distances(setup, paths, step, played), "distances")
    if view == "landscape":
        chart, words = landscape(setup, paths), _("The surface as a hill, with the way of each optimizer on it")
        left.plotly_chart(chart, key="landscape", config={"displayModeBar": False}, alt=words)
        return
    with left:
        pick = picture(course_map(setup, paths, step, played), "map")
    if pick:
        start = clicked(SURFACES[setup.surface], pick)
        st.session_state[NEXT] = dict(zip((f"{setup.surface}_x", f"{setup.surface}_y"), start, strict=True))
        st.rerun()


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


def main() -> None:
    begin()
    settings = Settings("optimizers")
    settings.set(st.session_state.pop(NEXT, {}))  # what was asked for when its widgets had been drawn
    st.write(
        _("All start at one point and feel only the slope under their feet. Each optimizer makes its own step of it.")
    )
    with st.container(horizontal=True):
        name = settings.menu("surface", _("Surface"), SURFACES, "ravine", width=200)
        chosen = settings.several("racers", _("Optimizers"), VARIANTS, ["sgd", "momentum", "rmsprop", "adam"])
    st.caption(f"$f(x, y) = {SURFACES[name].formula}$ · {_(SURFACES[name].note)}")
    suggest(settings)
    if not chosen:
        settings.write_url()
        say.info(_("Choose at least one optimizer above."))
        return
    entries = choose_entries(settings, name, chosen)
    stage, player, more = (st.container() for _place in range(3))
    with more.expander(_("Start and length of the race"), icon=":material/flag:"):
        setup = choose_course(settings, name)
    paths = race(setup, entries)
    started, drawn = st.session_state.get(STARTED), {}
    with player:
        live(run_every=None if started is None else TICK)(count)(settings, setup, paths, started, drawn)
    drawn |= {part: st.session_state[settings.key(part)] for part in ("step", "view")}
    with stage:
        st.html(STYLE)
        draw(setup, paths, **drawn, played=None if started is None else time.monotonic() - started)
    st.subheader(_("In PyTorch"), anchor=False)
    for tab, entry in zip(st.tabs([_(VARIANTS[key].label) for key in chosen]), entries, strict=True):
        tab.latex(VARIANTS[entry.variant].update)
        tab.code(snippet(setup, entry), language="python")
    show_source(run)


main()
