"""Why activations: linear layers collapse into one, bent ones fit curves, and deep stacks have vanishing gradients."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch

from core.activations import ACTIVATIONS
from core.lessons.why_activations import fitting, stacking, vanishing
from core.lessons.why_activations.figures import (
    NARROW,
    WIDE,
    fit_chart,
    gradient_chart,
    named,
    stack_picture,
    sweep_chart,
)
from core.lessons.why_activations.fitting import Fit, FitConfig, FitError
from core.lessons.why_activations.vanishing import INITIALISATIONS, gradient_sizes
from core.optimizers import OPTIMIZERS
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.curve_canvas import hand_drawn
from pages.ui.page_frame import begin, live
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

REACH = 3.0  # the inputs go from −REACH to REACH
SWEEP = torch.linspace(-REACH, REACH, 61)
OUTPUTS = (":blue[━ y₁]", ":orange[━ y₂]", ":green[━ y₃]")
SEED = 19  # of the first weights, whose stack bends visibly with every activation
SEEDS = 10**9  # how many there are, from 0
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# What each part begins with. A suggestion sets all of it but for what it is about, so that it shows what it says.
STACK = {"depth": 3, "activation": "identity", "width": "two", "x1": 1.0, "x2": -0.5, "x3": 2.0, "seed": SEED}
FIT_CASE = {
    "target": "sine",
    "bends": "tanh",
    "neurons": 16,
    "hidden": 2,
    "optimizer": "adam",
    "rate": 0.01,
    "seed": SEED,
}
GRADIENTS = {"deep": 12, "functions": ["sigmoid", "tanh", "relu"], "first_weights": "pytorch", "seed": SEED}
TICK = 0.12  # seconds between two looks at a fit
FIT = session_key("why_activations", "fit")
PLAYING = session_key("why_activations", "playing")


@dataclass(frozen=True)
class Part:
    label: str
    show: Callable[[Settings], None]


@dataclass(frozen=True)
class Width:
    label: str
    inputs: int


WIDTHS = {"two": Width("2", 2), "three": Width("3", 3)}


def suggest(settings: Settings, label: str, icon: str, help: str, values: dict[str, Any]) -> Suggestion:
    return Suggestion(label, icon, help, settings.set, (values,))


def other_weights(settings: Settings, default: int) -> int:
    """Show the button that draws other first weights; return their seed."""
    seed = settings.bind_value("seed", default, read_seed, str)
    other = {"seed": (seed + 1) % SEEDS}
    st.button(_("Other weights"), icon=":material/casino:", on_click=settings.set, args=(other,))
    return seed


def read_seed(text: str) -> int:
    if not (text.isdecimal() and len(text) < len(str(SEEDS))):
        raise ValueError(text)
    return int(text)


def show_stack(settings: Settings) -> None:
    left, right = st.columns([1, 3], gap="medium")
    with left, st.container(border=True):
        depth = settings.slider("depth", _("Linear layers"), 1, stacking.MAX_LAYERS, STACK["depth"])
        activation = settings.menu("activation", _("Activation between them"), ACTIVATIONS, STACK["activation"])
        width = WIDTHS[settings.segments("width", _("Numbers per layer"), WIDTHS, STACK["width"])].inputs
        values = [
            settings.slider(name, f"Input x{'₁₂₃'[place]}", -REACH, REACH, STACK[name], 0.1)
            for place, name in enumerate(("x1", "x2", "x3")[:width])
        ]
        seed = other_weights(settings, STACK["seed"])
    settings.write_url()

    network = stacking.stack(depth, width, activation, seed)
    single = stacking.collapse(stacking.linear_layers(network))
    inputs = torch.tensor(values)
    comparison = stacking.compare(network, single, inputs)
    line = stacking.sweep(network, inputs, SWEEP)
    bent = stacking.bent_depth(depth, activation, seed, inputs, SWEEP) if line.straight else 0
    with right:
        show_suggestions(
            suggest(
                settings,
                _("20 layers"),
                ":material/layers:",
                _("And still one is enough."),
                STACK | {"depth": stacking.MAX_LAYERS},
            ),
            suggest(
                settings,
                _("Bend it"),
                ":material/show_chart:",
                _("ReLU between the layers."),
                STACK | {"activation": "relu"},
            ),
            suggest(settings, _("Back to a line"), ":material/horizontal_rule:", _("No activation."), STACK),
        )
        between = "" if activation == "identity" else _(ACTIVATIONS[activation].label)
        drawings = [stack_picture(network, single, inputs, comparison, between, room=room) for room in (WIDE, NARROW)]
        picture(drawings[0], "stack", narrow=drawings[1])
        with st.container(key="notice"):
            st.markdown(stacking.notice(comparison, line, depth, activation, bent))
        st.caption(" ".join([*OUTPUTS[:width], _("┅ best straight line")]))
        st.vega_lite_chart(sweep_chart(line, values[0]), key="sweep", width="stretch", alt=_("Outputs along x₁"))
    show_source(stacking.collapse, stacking.rounding_allowance)


def fit_this(settings: Settings, values: dict[str, Any]) -> None:
    settings.set(values)
    st.session_state[PLAYING] = True


def anew(playing: bool) -> None:
    st.session_state[FIT] = None
    play(playing)


def play(playing: bool) -> None:
    st.session_state[PLAYING] = playing


def show_fit(settings: Settings) -> None:
    left, right = st.columns([2, 3], gap="medium")
    with left, st.container(border=True):
        target = settings.menu("target", _("Curve to learn"), fitting.TARGETS, FIT_CASE["target"])
        curve = drawn_curve(settings) if fitting.TARGETS[target].function is None else ()
        activation = settings.menu("bends", _("Activation"), ACTIVATIONS, FIT_CASE["bends"])
        columns = st.columns(2)
        with columns[0]:
            width = settings.slider(
                "neurons", _("Width"), 1, fitting.MAX_WIDTH, FIT_CASE["neurons"], help=_("Neurons in each layer")
            )
        with columns[1]:
            depth = settings.slider(
                "hidden", _("Depth"), 1, fitting.MAX_DEPTH, FIT_CASE["hidden"], help=_("Hidden layers")
            )
        optimizer = settings.menu("optimizer", _("Optimizer"), OPTIMIZERS, FIT_CASE["optimizer"])
        rate = settings.select_slider("rate", _("Learning rate"), RATES, FIT_CASE["rate"])
        seed = other_weights(settings, FIT_CASE["seed"])
    settings.write_url()
    with right:
        fit_suggestions(settings)
        try:
            config = FitConfig(target, curve, activation, width, depth, optimizer, rate, seed)
        except FitError as problem:
            say.info(str(problem), icon=":material/draw:")
            return
        fit = st.session_state.get(FIT)
        if fit is None or fit.config != config:
            fit = st.session_state[FIT] = Fit(config)
        running = st.session_state.get(PLAYING, False) and fit.ending is None
        buttons(fit, running)
        live(run_every=TICK if running else None)(watch)(fit, running)
    with st.expander(_("This fit as a PyTorch script"), icon=":material/code:"):
        st.code(fitting.script(config), language="python")


def drawn_curve(settings: Settings) -> fitting.Curve:
    def keep() -> fitting.Curve:
        return settings.bind_value("curve", (), fitting.parse_curve, fitting.format_curve)

    settings.set({"curve": hand_drawn(keep(), settings.key("canvas"))})
    return keep()


def fit_suggestions(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("No activation"),
            ":material/horizontal_rule:",
            _("With the identity, however wide and deep, it stays a line."),
            fit_this,
            (settings, FIT_CASE | {"bends": "identity", "neurons": 32, "hidden": 4}),
        ),
        Suggestion(
            _("Three kinks"),
            ":material/timeline:",
            _("A curve of three corners: each is made by ReLU neurons that switch on or off there."),
            fit_this,
            (settings, FIT_CASE | {"target": "zigzag", "bends": "relu", "neurons": 12, "hidden": 1}),
        ),
        Suggestion(
            _("A step"),
            ":material/stairs:",
            _("Smooth neurons fit even a jump, if they are steep enough."),
            fit_this,
            (settings, FIT_CASE | {"target": "step"}),
        ),
    )


def buttons(fit: Fit, running: bool) -> None:
    with st.container(horizontal=True):
        if running:
            st.button(_("Pause"), icon=":material/pause:", type="primary", key="pause", on_click=play, args=(False,))
        elif fit.ending:
            st.button(_("Again"), icon=":material/replay:", type="primary", key="again", on_click=anew, args=(True,))
        else:
            st.button(
                _("Start"), icon=":material/play_arrow:", type="primary", key="start", on_click=play, args=(True,)
            )
        st.button(
            _("Reset"),
            icon=":material/restart_alt:",
            key="reset",
            disabled=not (running or fit.steps),
            on_click=anew,
            args=(False,),
        )


def watch(fit: Fit, running: bool) -> None:
    if running:
        fit.advance()
        if fit.ending:
            st.rerun()  # the buttons around this panel, and its timer, belong to another state
    st.caption(_(":gray[━] target, :blue[━] network, :orange[┅] best straight line"))
    st.vega_lite_chart(fit_chart(fit), key="fit", width="stretch", alt=_("The network’s curve and its target"))
    with st.container(key="notice"):
        st.markdown(fitting.notice(fit))


def show_gradients(settings: Settings) -> None:
    left, right = st.columns([2, 5], gap="medium")
    with left, st.container(border=True):
        depth = settings.slider("deep", _("Linear layers"), 1, vanishing.MAX_LAYERS, GRADIENTS["deep"])
        start = settings.segments("first_weights", _("First weights"), INITIALISATIONS, GRADIENTS["first_weights"])
        st.caption(_(INITIALISATIONS[start].note))
        seed = other_weights(settings, GRADIENTS["seed"])
    with right:
        chosen = settings.several(
            "functions", _("Activations"), ACTIVATIONS, GRADIENTS["functions"], wrap=True, format_func=named
        )
        settings.write_url()
        show_suggestions(
            suggest(
                settings,
                _("Sigmoid, 20 deep"),
                ":material/trending_down:",
                _("Why deep networks were thought to be impossible to train."),
                GRADIENTS | {"deep": 20, "functions": ["sigmoid", "relu"]},
            ),
            suggest(
                settings,
                _("The cure"),
                ":material/healing:",
                _("He’s first weights: the gradient keeps its size on its way back."),
                GRADIENTS | {"deep": 20, "functions": ["tanh", "relu"], "first_weights": "he"},
            ),
        )
        if not chosen:
            say.info(_("Choose at least one activation function above."))
            return
        sizes = {name: gradient_sizes(name, depth, start, seed) for name in chosen}
        with st.container(key="notice"):
            st.markdown(vanishing.notice(sizes))
        st.vega_lite_chart(gradient_chart(sizes), key="gradients", width="stretch", alt=_("Gradient of each layer"))
        st.caption(
            _("A network {layout} and {batch} real digits: one forward and one backward pass.").format(
                layout=vanishing.layout(depth), batch=vanishing.BATCH
            )
        )
    show_source(gradient_sizes)


PARTS = {
    "stack": Part(N_("Stack linear layers"), show_stack),
    "fit": Part(N_("Fit a curve"), show_fit),
    "gradients": Part(N_("Vanishing gradients"), show_gradients),
}


def main() -> None:
    begin()
    settings = Settings("why_activations")
    st.write(_("Without them any stack of layers is one straight line. With them it can follow any curve, at a price."))
    part = settings.segments("part", _("Part"), PARTS, "stack", label_visibility="collapsed")
    PARTS[part].show(settings)


main()
