"""Why activations: linear layers collapse into one, bent ones fit curves, and deep stacks have vanishing gradients."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch

from core.activations import ACTIVATIONS
from core.lessons.why_activations import fitting, stacking, two_weights, vanishing
from core.lessons.why_activations.figures import NARROW, WIDE, gradient_chart, named, stack_picture
from core.lessons.why_activations.fitting import MAX_WIDTH, FitConfig, FitError
from core.lessons.why_activations.predictions import DEPTH, FIRST, LINE, START, first_truth, line_truth
from core.lessons.why_activations.scene import REACH, fit_scene, stack_scene
from core.lessons.why_activations.two_weights import two_weights_scene
from core.lessons.why_activations.vanishing import INITIALISATIONS, gradient_sizes
from core.optimizers import OPTIMIZERS
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.curve_canvas import hand_drawn
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.seed import choose_seed
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

STACK_PICTURE, FIT_PICTURE, TWO_PICTURE = "stacked_layers", "fitted_curve", "two_weights"
SWEEP = torch.linspace(-REACH, REACH, 61)
SEED = 19  # of the first weights, whose stack bends visibly with every activation
WIDTH = 170  # pixels of a small control
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# What each part begins with. A suggestion sets all of it but for what it is about, so that it shows what it says.
STACK = {
    "depth": 3,
    "activation": "identity",
    "width": "two",
    "x1": 1.0,
    "x2": -0.5,
    "x3": 2.0,
    "seed": SEED,
    "layer": 0,
}
TWO_WEIGHTS = {"first": 3.0, "second": 6.0, "x": 1.0}
FIT_CASE = {
    "target": "sine",
    "bends": "tanh",
    "neurons": 16,
    "hidden": 2,
    "optimizer": "adam",
    "rate": 0.01,
    "seed": SEED,
    "trained": 0,
    "added": MAX_WIDTH,
}
GRADIENTS = {"deep": 12, "functions": ["sigmoid", "tanh", "relu"], "first_weights": "pytorch", "seed": SEED}


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


def show_stack(settings: Settings) -> None:
    """Show the plane on its way through the layers, and below it the layers, also with every number."""
    take_settled(STACK_PICTURE, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    stack_suggestions(settings)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = settings.slider("depth", _("Linear layers"), 1, stacking.MAX_LAYERS, STACK["depth"], width=WIDTH)
        activation = settings.menu(
            "activation", _("Activation between them"), ACTIVATIONS, STACK["activation"], width=WIDTH
        )
        width = WIDTHS[settings.segments("width", _("Numbers per layer"), WIDTHS, STACK["width"])].inputs
        values = {name: settings.value(name, -REACH, REACH, STACK[name]) for name in ("x1", "x2")}
        third = [settings.slider("x3", "x₃", -REACH, REACH, STACK["x3"], 0.1, width=WIDTH)] if width > 2 else []
        seed = choose_seed(settings, _("Other weights"), STACK["seed"])

    network = stacking.stack(depth, width, activation, seed)
    single = stacking.collapse(stacking.linear_layers(network))
    inputs = torch.tensor([*values.values(), *third])
    shown = {"depth": DEPTH, "activation": "identity"}
    predict(LINE, lambda: line_truth("identity", seed, inputs, SWEEP), {"depth": DEPTH}, settings.set, (shown,))
    scene = stack_scene(network, single, inputs, activation)
    values["layer"] = settings.value("layer", 0, len(scene["names"]) - 1, STACK["layer"])
    settings.write_url()
    comparison = stacking.compare(network, single, inputs)
    line = stacking.sweep(network, inputs, SWEEP)
    bent = stacking.bent_depth(depth, activation, seed, inputs, SWEEP) if line.straight else 0
    with top:
        alt = _("The plane of inputs as a grid, on its way through the layers, and the outputs along x₁")
        stage("stacked_layers", scene, values, key=STACK_PICTURE, alt=alt, height=370)
        with st.container(key="notice"):
            st.markdown(stacking.notice(comparison, line, depth, activation, bent))
    st.subheader(_("The same with every number"), anchor=False)
    between = "" if activation == "identity" else _(ACTIVATIONS[activation].label)
    drawings = [stack_picture(network, single, inputs, comparison, between, room=room) for room in (WIDE, NARROW)]
    picture(drawings[0], "stack", narrow=drawings[1])
    show_source(stacking.collapse, stacking.rounding_allowance)


def show_two_weights(settings: Settings) -> None:
    """Show the smallest stack, whose weights are moved in the picture."""
    take_settled(TWO_PICTURE, settings)
    first, second = (
        settings.value(name, -two_weights.MAX_WEIGHT, two_weights.MAX_WEIGHT, TWO_WEIGHTS[name])
        for name in ("first", "second")
    )
    x = settings.value("x", -two_weights.REACH, two_weights.REACH, TWO_WEIGHTS["x"])
    top = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        suggest(settings, _("3, then 6"), ":material/close:", _("What is left of the two?"), TWO_WEIGHTS),
        suggest(
            settings,
            _("A negative number"),
            ":material/remove:",
            _("Only with ReLU it is treated in another way."),
            TWO_WEIGHTS | {"x": -1.0},
        ),
    )
    settings.write_url()
    with top:
        alt = _("What a number comes to after one weight and after two, and with ReLU between them")
        values = {"first": first, "second": second, "x": x}
        stage("two_weights", two_weights_scene(), values, key=TWO_PICTURE, alt=alt, height=300)
        with st.container(key="notice"):
            st.markdown(two_weights.notice(first, second))
    st.code(two_weights.snippet(first, second), language="python")
    show_source(two_weights.outputs)


def stack_suggestions(settings: Settings) -> None:
    deepest = STACK | {"depth": stacking.MAX_LAYERS}
    show_suggestions(
        suggest(settings, _("20 layers"), ":material/layers:", _("And still one is enough."), deepest),
        suggest(
            settings,
            _("Bend it"),
            ":material/show_chart:",
            _("ReLU between the layers."),
            STACK | {"activation": "relu"},
        ),
        suggest(settings, _("Back to a line"), ":material/horizontal_rule:", _("No activation."), STACK),
    )


def show_fit(settings: Settings) -> None:
    """Show a whole fit, and below it what is fitted by what."""
    take_settled(FIT_PICTURE, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    fit_suggestions(settings)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = settings.menu("target", _("Curve to learn"), fitting.TARGETS, FIT_CASE["target"], width=WIDTH)
        activation = settings.menu("bends", _("Activation"), ACTIVATIONS, FIT_CASE["bends"], width=WIDTH)
        width = settings.slider(
            "neurons", _("Neurons in each layer"), 1, fitting.MAX_WIDTH, FIT_CASE["neurons"], width=WIDTH
        )
        depth = settings.slider("hidden", _("Hidden layers"), 1, fitting.MAX_DEPTH, FIT_CASE["hidden"], width=WIDTH)
        optimizer = settings.menu("optimizer", _("Optimizer"), OPTIMIZERS, FIT_CASE["optimizer"], width=WIDTH)
        rate = settings.select_slider("rate", _("Learning rate"), RATES, FIT_CASE["rate"], width=WIDTH)
        seed = choose_seed(settings, _("Other weights"), FIT_CASE["seed"])
    curve = drawn_curve(settings) if fitting.TARGETS[target].function is None else ()
    try:
        config = FitConfig(target, curve, activation, width, depth, optimizer, rate, seed)
    except FitError as problem:
        settings.write_url()
        with top:
            say.info(str(problem), icon=":material/draw:")
        return
    trace = fitting.trace(config)
    values = {
        "trained": settings.value("trained", 0, len(trace.steps) - 1, FIT_CASE["trained"]),
        "added": settings.value("added", 0, MAX_WIDTH, FIT_CASE["added"]),
    }
    settings.write_url()
    with top:
        alt = _("The curve of a network on its way to its target, and the part of each neuron")
        stage("fitted_curve", fit_scene(trace), values, key=FIT_PICTURE, alt=alt, height=370)
        with st.container(key="notice"):
            st.markdown(fitting.notice(trace.fit))
    with st.expander(_("This fit as a PyTorch script"), icon=":material/code:"):
        st.code(fitting.script(config), language="python")


def drawn_curve(settings: Settings) -> fitting.Curve:
    def keep() -> fitting.Curve:
        return settings.bind_value("curve", (), fitting.parse_curve, fitting.format_curve)

    settings.set({"curve": hand_drawn(keep(), settings.key("canvas"))})
    return keep()


def fit_suggestions(settings: Settings) -> None:
    show_suggestions(
        suggest(
            settings,
            _("No activation"),
            ":material/horizontal_rule:",
            _("With the identity, however wide and deep, it stays a line."),
            FIT_CASE | {"bends": "identity", "neurons": 32, "hidden": 4},
        ),
        suggest(
            settings,
            _("Three kinks"),
            ":material/timeline:",
            _("A curve of three corners: each is made by ReLU neurons that switch on or off there."),
            FIT_CASE | {"target": "zigzag", "bends": "relu", "neurons": 12, "hidden": 1},
        ),
        suggest(
            settings,
            _("A step"),
            ":material/stairs:",
            _("Smooth neurons fit even a jump, if they are steep enough."),
            FIT_CASE | {"target": "step"},
        ),
    )


def show_gradients(settings: Settings) -> None:
    """Show the size of the gradient in each layer, and below it the networks."""
    top = st.container()  # comes first, and is drawn from what stands below it
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
    chosen = settings.several(
        "functions", _("Activations"), ACTIVATIONS, GRADIENTS["functions"], wrap=True, format_func=named
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = settings.slider("deep", _("Linear layers"), 1, vanishing.MAX_LAYERS, GRADIENTS["deep"], width=WIDTH)
        start = settings.segments("first_weights", _("First weights"), INITIALISATIONS, GRADIENTS["first_weights"])
        seed = choose_seed(settings, _("Other weights"), GRADIENTS["seed"])
    st.caption(_(INITIALISATIONS[start].note))
    shown = {"deep": DEPTH, "functions": ["sigmoid"], "first_weights": START}
    predict(FIRST, lambda: first_truth("sigmoid", seed), {"depth": DEPTH}, settings.set, (shown,))
    settings.write_url()
    if not chosen:
        with top:
            say.info(_("Choose at least one activation function below."))
        return
    sizes = {name: gradient_sizes(name, depth, start, seed) for name in chosen}
    with top:
        st.caption(" \u2003 ".join(named(name) for name in chosen))
        st.vega_lite_chart(gradient_chart(sizes), key="gradients", width="stretch", alt=_("Gradient of each layer"))
        with st.container(key="notice"):
            st.markdown(vanishing.notice(sizes))
        st.caption(
            _("A network {layout} and {batch} real digits: one forward and one backward pass.").format(
                layout=vanishing.layout(depth), batch=vanishing.BATCH
            )
        )
    show_source(gradient_sizes)


PARTS = {
    "stack": Part(N_("Stack linear layers"), show_stack),
    "two": Part(N_("Two weights"), show_two_weights),
    "fit": Part(N_("Fit a curve"), show_fit),
    "gradients": Part(N_("Vanishing gradients"), show_gradients),
}


def main() -> None:
    begin()
    settings = Settings("why_activations")
    st.write(_("Without them any stack of layers is one straight line. With them it can follow any curve, at a price."))
    part = settings.segments("part", _("Part"), PARTS, "stack", label_visibility="collapsed")
    live()(PARTS[part].show)(settings)
    end_lesson("why_activations")


main()
