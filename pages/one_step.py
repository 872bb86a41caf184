"""One training step of a two-neuron network: zero_grad, forward, loss, backward and step, with every number."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Container
from typing import Any

import streamlit as st

from core.activations import ACTIVATIONS
from core.lessons.one_step import predictions
from core.lessons.one_step.explain import STAGES, View, parameters_table, place_of, view
from core.lessons.one_step.loop import DATA, loop_scene, loop_snippet, train_loop
from core.lessons.one_step.scene import scene
from core.lessons.one_step.trace import (
    LARGEST,
    MAX_STEPS,
    ONE_OUTPUT_LOSSES,
    WEIGHTS,
    Setup,
    finite_differences,
    snippet,
    training_step,
)
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS
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

PICTURE, LOOP = "training_step", "training_loop"
DECAYS = (0.0, 0.001, 0.01, 0.1)
RATES = (1e-4, 10.0)
NUMBERS = {name: weight.default for name, weight in WEIGHTS.items()} | {
    "x1": Setup.inputs[0],
    "x2": Setup.inputs[1],
    "target": Setup.target,
}
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


def moved_numbers(settings: Settings) -> dict[str, float]:
    """Return the numbers that are changed in the picture."""
    numbers = {name: settings.value(name, -LARGEST, LARGEST, default) for name, default in NUMBERS.items()}
    return numbers | {"rate": settings.value("rate", *RATES, DEFAULTS["rate"])}


def one_of(settings: Settings, name: str, allowed: Container[str]) -> str:
    """Return a choice that is made in the picture."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return settings.bind_value(name, DEFAULTS[name], read, str)


def choose_network(settings: Settings) -> dict[str, Any]:
    """Show what decides the trace beside the numbers: the network, its loss and its optimizer."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        forget = settings.switch("forget", _("Forget zero_grad"), DEFAULTS["forget"], width="content")
        name = settings.menu("optimizer", _("Optimizer"), OPTIMIZERS, DEFAULTS["optimizer"], width=170)
        activation = settings.menu("activation", _("Activation"), ACTIVATIONS, DEFAULTS["activation"], width=170)
        loss = settings.menu("loss", _("Loss"), ONE_OUTPUT_LOSSES, DEFAULTS["loss"], width=220)
        reset = {"on_click": settings.set, "args": (NUMBERS | {"rate": DEFAULTS["rate"]},)}
        st.button(_("Reset the numbers"), icon=":material/restart_alt:", key="reset", **reset)
    chosen = {"zero_grad": not forget, "optimizer": name, "activation": activation, "loss": loss}
    return chosen | choose_optimizer(settings, OPTIMIZERS[name].hyperparameters)


def choose_optimizer(settings: Settings, hyperparameters: Container[str]) -> dict[str, Any]:
    chosen = {}
    with st.expander(_("More of the optimizer"), icon=":material/tune:"):
        if "momentum" in hyperparameters:
            chosen["momentum"] = settings.slider("momentum", _("Momentum"), 0.0, 0.99, DEFAULTS["momentum"], 0.01)
        if "nesterov" in hyperparameters:
            chosen["nesterov"] = settings.switch("nesterov", _("Nesterov"), DEFAULTS["nesterov"])
        if "beta2" in hyperparameters:
            chosen["beta2"] = settings.slider("beta2", _("β₂"), 0.0, 0.999, DEFAULTS["beta2"], 0.001, format="%.3f")
        chosen["weight_decay"] = settings.select_slider("decay", _("Weight decay"), DECAYS, DEFAULTS["decay"])
    return chosen


def keep_target(settings: Settings, numbers: dict[str, float], loss: str) -> tuple[float, float]:
    """Bring the target to where the loss can compare with it, and return its limits."""
    low, high = LOSSES[loss].target_range
    low, high = max(low, -LARGEST), min(high, LARGEST)
    kept = min(max(numbers["target"], low), high)
    if kept != numbers["target"]:
        say.info(
            _("{loss} takes a target between {least:g} and {most:g}: it is {kept:g} now, and no longer {target}.")
            .format(loss=_(LOSSES[loss].label), least=low, most=high, kept=kept, target=plain(numbers["target"]))
        )  # fmt: skip
        numbers["target"] = kept
        settings.set({"target": kept})
        settings.value("target", low, high, DEFAULTS["target"])  # for the address
    return low, high


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


def ask(settings: Settings) -> None:
    """Ask; the picture then shows the line that is the answer."""
    numbers = predictions.weight_numbers()
    after_step = {"stage": "step", "picked": predictions.PICKED}
    predict(predictions.WEIGHT, predictions.weight_truth, numbers, show, (settings, after_step))
    not_cleared = {"forget": True, "step": 2, "stage": "backward"}
    predict(predictions.FORGET, predictions.forget_truth, reveal=show, args=(settings, not_cleared))


def show_details(shown: View, setup: Setup) -> None:
    """Show the line's arithmetic, the parameters after it, and the whole program."""
    numbers, parameters, program = st.tabs([_("This line in numbers"), "net.parameters()", _("Program")])
    seen = STAGES[shown.moment.stage]
    with numbers:
        st.caption(f"`{seen.code}` · {_('step {step}').format(step=shown.moment.step)}")
        formulas, table = seen.formulas(shown), seen.table(shown)
        if formulas:
            st.latex(formulas)
        if table:
            st.table(table)
    with parameters:
        st.table(parameters_table(shown))
    with program:
        st.code(snippet(setup, shown.moment.step), language="python")


def lesson(settings: Settings) -> None:
    """Show the trace of the training, below it what it is made with, and the line where it stands in detail."""
    take_settled(PICTURE, settings)
    step = settings.value("step", 1, MAX_STEPS, DEFAULTS["step"])
    line, picked = one_of(settings, "stage", STAGES), one_of(settings, "picked", WEIGHTS)
    numbers = moved_numbers(settings)
    picture = st.container()  # comes first, and is drawn from what stands below it
    suggest(settings)
    chosen = choose_network(settings)
    ask(settings)
    limits = {name: (-LARGEST, LARGEST) for name in NUMBERS} | {"rate": RATES}
    with picture:
        limits["target"] = keep_target(settings, numbers, chosen["loss"])
    settings.write_url()
    setup = Setup(
        weights=tuple(numbers[name] for name in WEIGHTS),
        inputs=(numbers["x1"], numbers["x2"]),
        target=numbers["target"],
        learning_rate=numbers["rate"],
        **chosen,
    )
    trace = scene(setup, picked, numbers, limits)
    last = len(trace["notices"]) - 1
    with picture:
        values = {"place": min(place_of(step, line), last), "picked": picked, **numbers}
        alt = _("A network of two inputs, two hidden neurons and one output while it is trained")
        stage("one_step", trace, values, key=PICTURE, alt=alt, height=380)
        shown = view(setup, step, line, picked)
        if last < trace["last"]:
            say.warning(
                _("The numbers grow past what a computer can hold: step {step} is as far as it goes.").format(
                    step=last // len(STAGES) + 1
                )
            )
    show_details(shown, setup)


def loop(settings: Settings) -> None:
    """Show the same five lines in the loop over the data."""
    take_settled(LOOP, settings)
    st.subheader(_("And now around the data"), anchor=False)
    picture = st.container()  # comes first, and is drawn from what stands below it
    shuffle = settings.switch("shuffle", _("Shuffle the samples anew in each epoch"), True)
    trained = train_loop(shuffle)
    values = {"round": settings.value("round", 0, len(trained.order), len(DATA))}
    settings.write_url()
    with picture:
        st.write(_("One sample after another takes the step; an epoch has used each of them once."))
        alt = _("The samples in their turn, and the loss of each step beside the mean loss of all samples")
        stage("training_loop", loop_scene(trained), values, key=LOOP, alt=alt, height=230)
    st.code(loop_snippet(shuffle), language="python")


def main() -> None:
    begin()
    st.write(_("Five lines of PyTorch, one at a time. Play them, and drag or click on a number to change it."))
    settings = Settings("one_step")
    live()(lesson)(settings)
    live()(loop)(settings)
    show_source(training_step, finite_differences, train_loop)
    end_lesson("one_step")


main()
