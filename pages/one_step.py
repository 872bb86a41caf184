"""One training step of a two-neuron network: zero_grad, forward, loss, backward and step, with every number."""

from typing import Any

import streamlit as st

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import STAGES, View, parameters_table, subscript, view
from core.lessons.one_step.figures import NARROW, WIDE, slow_motion
from core.lessons.one_step.trace import (
    LARGEST,
    MAX_STEPS,
    ONE_OUTPUT_LOSSES,
    WEIGHTS,
    Setup,
    SetupError,
    finite_differences,
    snippet,
    training_step,
)
from core.optimizers import OPTIMIZERS
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.page_frame import begin
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
DECAYS = (0.0, 0.001, 0.01, 0.1)
SAMPLE_LABELS = {"x1": N_("input x₁"), "x2": N_("input x₂"), "target": N_("target")}
SAMPLE = {"x1": Setup.inputs[0], "x2": Setup.inputs[1], "target": Setup.target}
NUMBERS = {name: weight.default for name, weight in WEIGHTS.items()} | SAMPLE
NEXT = session_key("one_step", "next")
DEFAULTS: dict[str, Any] = NUMBERS | {
    "step": 1,
    "stage": "forward",
    "forget": False,
    "picked": "w11",
    "activation": Setup.activation,
    "loss": Setup.loss,
    "optimizer": Setup.optimizer,
    "rate": Setup.learning_rate,
    "momentum": Setup.momentum,
    "nesterov": Setup.nesterov,
    "beta2": Setup.beta2,
    "decay": Setup.weight_decay,
}


def go(settings: Settings, by: int) -> None:
    """Go some stages forwards or back, through the steps."""
    names = list(STAGES)
    place = (settings.get("step") - 1) * len(names) + names.index(settings.get("stage")) + by
    place = min(max(place, 0), MAX_STEPS * len(names) - 1)
    settings.set({"step": place // len(names) + 1, "stage": names[place % len(names)]})


def code_line(settings: Settings, name: str) -> str:
    """Return the line of a stage as code; the one that is left out is struck through."""
    line = f"`{STAGES[name].code}`"
    return f"~~{line}~~" if name == "zero_grad" and st.session_state.get(settings.key("forget")) else line


def weight_name(name: str) -> str:
    return f"{subscript(name)} · {WEIGHTS[name].label}"


def choose_optimizer(settings: Settings) -> dict[str, Any]:
    name = settings.menu("optimizer", _("Optimizer"), OPTIMIZERS, DEFAULTS["optimizer"])
    chosen = {
        "optimizer": name,
        "learning_rate": settings.select_slider("rate", _("Learning rate"), RATES, DEFAULTS["rate"]),
    }
    hyperparameters = OPTIMIZERS[name].hyperparameters
    with st.expander(_("More of the optimizer"), icon=":material/tune:"):
        if "momentum" in hyperparameters:
            chosen["momentum"] = settings.slider("momentum", _("Momentum"), 0.0, 0.99, DEFAULTS["momentum"], 0.01)
        if "nesterov" in hyperparameters:
            chosen["nesterov"] = settings.switch("nesterov", _("Nesterov"), DEFAULTS["nesterov"])
        if "beta2" in hyperparameters:
            chosen["beta2"] = settings.slider("beta2", _("β₂"), 0.0, 0.999, DEFAULTS["beta2"], 0.001, format="%.3f")
        chosen["weight_decay"] = settings.select_slider("decay", _("Weight decay"), DECAYS, DEFAULTS["decay"])
    return chosen


def choose_numbers(settings: Settings) -> dict[str, Any]:
    left, right, reset = st.columns(3, vertical_alignment="bottom")
    with left:
        activation = settings.menu("activation", _("Activation"), ACTIVATIONS, DEFAULTS["activation"])
    with right:
        loss = settings.menu("loss", _("Loss"), ONE_OUTPUT_LOSSES, DEFAULTS["loss"])
    reset.button(
        _("Reset"), icon=":material/restart_alt:", key="reset", on_click=settings.set, args=(NUMBERS,), width="stretch"
    )
    fields = st.grid(min_column_width=130)
    numbers = {}
    for name, default in NUMBERS.items():
        with fields.cell():
            label = subscript(name) if name in WEIGHTS else _(SAMPLE_LABELS[name])
            numbers[name] = settings.number(name, label, -LARGEST, LARGEST, default, 0.1, format="%.6g")
    return {
        "activation": activation,
        "loss": loss,
        "weights": tuple(numbers[name] for name in WEIGHTS),
        "inputs": (numbers["x1"], numbers["x2"]),
        "target": numbers["target"],
    }


def show(settings: Settings, values: dict[str, Any]) -> None:
    """Set all controls as they are at the start, but for these."""
    settings.set(DEFAULTS | values)


def suggest(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Forget zero_grad"),
            ":material/delete_forever:",
            _("The second step without it: what does backward do with the old gradients?"),
            show,
            (settings, {"forget": True, "step": 2, "stage": "backward"}),
        ),
        Suggestion(
            _("Too large a step"),
            ":material/open_in_full:",
            _("A learning rate of 1: every weight moves the right way, and much too far."),
            show,
            (settings, {"rate": 1.0, "stage": "step"}),
        ),
        Suggestion(
            _("Dead ReLU"),
            ":material/heart_broken:",
            _("With a bias of −1 the first neuron’s sum is negative: what reaches its weights?"),
            show,
            (settings, {"b1": -1.0, "stage": "backward"}),
        ),
        Suggestion(
            _("Adam’s first step"),
            ":material/straighten:",
            _("Large gradient or small: how far does each weight move?"),
            show,
            (settings, {"optimizer": "adam", "rate": 0.01, "stage": "step"}),
        ),
    )


def choose_step(settings: Settings) -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(_("Back"), icon=":material/arrow_back:", key="back", on_click=go, args=(settings, -1))
        st.button(
            _("Next line"),
            icon=":material/arrow_forward:",
            type="primary",
            key="next",
            on_click=go,
            args=(settings, 1),
        )
        return settings.slider("step", _("Step"), 1, MAX_STEPS, DEFAULTS["step"], width=220)


def draw(shown: View, picked: str) -> None:
    """Draw the network with all its numbers; a click on a weight picks it."""
    clicked = picture(slow_motion(shown, WIDE), "tiny_network", slow_motion(shown, NARROW))
    if clicked in WEIGHTS and clicked != picked:
        st.session_state[NEXT] = {"picked": clicked}
        st.rerun()


def main() -> None:
    begin()
    settings = Settings("one_step")
    settings.set(st.session_state.pop(NEXT, {}))  # what was asked for when its widget had been drawn
    st.write(_("Five lines of PyTorch, one at a time, with every number in sight. Change any of them."))
    suggest(settings)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        stage = settings.menu(
            "stage",
            _("The line that has just run"),
            STAGES,
            DEFAULTS["stage"],
            widget=st.radio,
            format_func=lambda name: code_line(settings, name),
        )
        forget = settings.switch("forget", _("Forget zero_grad"), DEFAULTS["forget"])
        chosen = choose_optimizer(settings)
    with right:
        step = choose_step(settings)
        drawing, notice = st.container(), st.container(key="notice")
    with st.expander(_("Change the network and its numbers"), icon=":material/edit:"):
        chosen |= choose_numbers(settings)
    numbers, parameters, program = st.tabs([_("This line in numbers"), "net.parameters()", _("Program")])
    with numbers:
        picked = settings.menu(
            "picked", _("Weight, or click on one"), WEIGHTS, DEFAULTS["picked"], format_func=weight_name, width=260
        )
    settings.write_url()
    try:
        setup = Setup(zero_grad=not forget, **chosen)
    except SetupError as problem:
        with notice:
            say.error(str(problem))
        return
    shown = view(setup, step, stage, picked)
    seen = STAGES[shown.moment.stage]
    with drawing:
        draw(shown, picked)
    if not shown.asked:
        with notice:
            say.warning(
                _("The numbers have grown past what a computer can hold: step {step} is as far as it goes.").format(
                    step=shown.moment.step
                )
            )
    notice.markdown(seen.notice(shown))
    with numbers:
        formulas, table = seen.formulas(shown), seen.table(shown)
        if formulas:
            st.latex(formulas)
        if table:
            st.table(table)
    with parameters:
        st.table(parameters_table(shown))
    with program:
        st.code(snippet(setup, shown.moment.step), language="python")
    show_source(training_step, finite_differences)


main()
