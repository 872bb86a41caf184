import contextlib
import io
import math

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import STAGES, parameters_table, view
from core.lessons.one_step.trace import LARGEST, MAX_STEPS, ONE_OUTPUT_LOSSES, WEIGHTS, Setup
from core.optimizers import OPTIMIZERS
from tests.pages.app import open_page


def widget(at: AppTest, name: str):
    widgets = [*at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.radio, *at.toggle]
    return next(widget for widget in widgets if widget.key == f"one_step.{name}")


def button(at: AppTest, label: str):
    return next(button for button in at.button if button.label == label)


def position(at: AppTest) -> tuple[int, str]:
    return widget(at, "step").value, widget(at, "stage").value


def check(at: AppTest, setup: Setup, step: int = 1, stage: str = "forward", picked: str = "w11") -> None:
    """Compare all that is written on the page with the core's numbers."""
    assert not at.exception
    assert position(at) == (step, stage)
    shown = view(setup, step, stage, picked)
    seen = STAGES[stage]
    assert seen.notice(shown) in [element.value for element in at.markdown]
    formulas = seen.formulas(shown)
    assert [element.value.strip("$\n ") for element in at.latex] == ([formulas] if formulas else [])
    tables = [table.value.to_dict("list") for table in at.table]
    assert tables == [table for table in (seen.table(shown), parameters_table(shown)) if table]


def with_weights(**weights: float) -> tuple[float, ...]:
    return tuple(weights.get(name, weight.default) for name, weight in WEIGHTS.items())


def test_it_begins_with_the_forward_pass():
    at = open_page("one_step")
    check(at, Setup())
    assert not at.query_params
    assert not at.warning


def test_through_the_lines_and_back():
    at = open_page("one_step")
    for step, stage in ((1, "loss"), (1, "backward"), (1, "step"), (2, "zero_grad"), (2, "forward")):
        button(at, "Next line").click().run()
        check(at, Setup(), step, stage)
    for step, stage in ((2, "zero_grad"), (1, "step"), (1, "backward")):
        button(at, "Back").click().run()
        check(at, Setup(), step, stage)


def test_both_ends():
    at = open_page("one_step", stage="zero_grad")
    button(at, "Back").click().run()
    check(at, Setup(), 1, "zero_grad")
    at = open_page("one_step", stage="step", step=str(MAX_STEPS))
    button(at, "Next line").click().run()
    check(at, Setup(), MAX_STEPS, "step")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_at_the_ends_of_its_settings(name, stage):
    at = open_page("one_step", stage=stage, step="2", picked="v2")
    widget(at, "optimizer").set_value(name).run()
    chosen = {"optimizer": name}
    for setting, field, value in (
        ("rate", "learning_rate", 0.001),
        ("rate", "learning_rate", 10.0),
        ("momentum", "momentum", 0.99),
        ("beta2", "beta2", 0.0),
        ("decay", "weight_decay", 0.1),
        ("nesterov", "nesterov", True),
    ):
        if field in ("learning_rate", "weight_decay", *OPTIMIZERS[name].hyperparameters):
            widget(at, setting).set_value(value).run()
            chosen[field] = value
            check(at, Setup(**chosen), 2, stage, "v2")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name):
    at = open_page("one_step", activation=name, stage="backward")
    check(at, Setup(activation=name), 1, "backward")


@pytest.mark.parametrize("name", ONE_OUTPUT_LOSSES)
def test_every_loss(name):
    at = open_page("one_step", loss=name, stage="loss")
    check(at, Setup(loss=name), 1, "loss")


@pytest.mark.parametrize("value", [-LARGEST, LARGEST, 0.0, 0.123])
def test_every_number_can_be_changed(value):
    at = open_page("one_step", stage="backward")
    for name in WEIGHTS:
        widget(at, name).set_value(value)
    for name in ("x1", "x2", "target"):
        widget(at, name).set_value(value)
    at.run()
    changed = Setup(weights=(value,) * 9, inputs=(value, value), target=value)
    check(at, changed, 1, "backward")
    assert at.query_params["w12"] == f"{value:.6g}"
    button(at, "Reset").click().run()
    check(at, Setup(), 1, "backward")


def test_everything_is_in_the_address():
    at = open_page("one_step",
        stage="step", step="3", forget="1", picked="c", optimizer="rmsprop", rate="0.01", momentum="0.5",
        decay="0.01", activation="tanh", loss="l1", w12="0.25", x2="-3", target="0.5",
    )  # fmt: skip
    setup = Setup(
        weights=with_weights(w12=0.25), inputs=(1.0, -3.0), target=0.5, activation="tanh", loss="l1", zero_grad=False,
        optimizer="rmsprop", learning_rate=0.01, momentum=0.5, weight_decay=0.01,
    )  # fmt: skip
    check(at, setup, 3, "step", "c")
    assert not at.warning


def test_forget_zero_grad():
    at = open_page("one_step")
    button(at, "Forget zero_grad").click().run()
    check(at, Setup(zero_grad=False), 2, "backward")
    assert any("But .grad was not cleared" in element.value for element in at.markdown)
    assert widget(at, "stage").options[0] == "~~`optimizer.zero_grad()`~~"


def test_too_large_a_step():
    at = open_page("one_step", optimizer="adam", w11="3")
    button(at, "Too large a step").click().run()
    check(at, Setup(learning_rate=1.0), 1, "step")
    assert any("the loss grows from 0.49" in element.value for element in at.markdown)


def test_dead_relu():
    at = open_page("one_step", picked="c")
    button(at, "Dead ReLU").click().run()
    check(at, Setup(weights=with_weights(b1=-1.0)), 1, "backward")
    assert any("exactly 0" in element.value for element in at.markdown)


def test_adams_first_step():
    at = open_page("one_step")
    button(at, "Adam’s first step").click().run()
    setup = Setup(optimizer="adam", learning_rate=0.01)
    check(at, setup, 1, "step")
    shown = view(setup, 1, "step", "w11")
    assert abs(shown.moment.weights - shown.before.weights) == pytest.approx([0.01] * 9, rel=1e-6)


def test_the_program_on_the_page_gives_the_loss_on_the_page():
    at = open_page("one_step", stage="step", step="3", optimizer="adam", rate="0.03", forget="1")
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(at.code[0].value, {})
    finally:
        torch.set_default_dtype(torch.float32)
    shown = view(Setup(optimizer="adam", learning_rate=0.03, zero_grad=False), 3, "step", "w11")
    assert printed.getvalue().splitlines()[2] == f"3 {shown.moment.loss}"


def test_a_target_that_the_loss_cannot_compare_with():
    at = open_page("one_step", loss="bce", target="3")
    assert not at.exception
    assert at.error[0].value == "Binary cross-entropy takes a target between 0 and 1: change the target, now 3."
    widget(at, "target").set_value(0.5).run()
    assert not at.error
    check(at, Setup(loss="bce", target=0.5))


def test_numbers_that_grow_too_far():
    wild = {name: "10" for name in (*WEIGHTS, "x1", "x2")}
    at = open_page("one_step", activation="identity", rate="10", step="20", stage="step", **wild)
    assert "past what a computer can hold" in at.warning[0].value
    setup = Setup(weights=(10.0,) * 9, inputs=(10.0, 10.0), activation="identity", learning_rate=10.0)
    shown = view(setup, 20, "step", "w11")
    assert not shown.asked
    assert f"step {shown.moment.step} " in at.warning[0].value
    assert STAGES[shown.moment.stage].notice(shown) in [element.value for element in at.markdown]


@pytest.mark.parametrize(
    "parameters",
    [
        {"w11": "nan"},
        {"w11": "1e30"},
        {"x1": "inf"},
        {"target": ""},
        {"target": "a" * 5000},
        {"step": "1000000000"},
        {"step": "0"},
        {"stage": "bogus"},
        {"picked": "<b>"},
        {"optimizer": "lbfgs"},
        {"rate": "-1"},
        {"loss": "cross_entropy"},
        {"forget": "yes"},
    ],
)
def test_nonsense_in_the_address(parameters):
    at = open_page("one_step", **parameters)
    assert "The address asks for what cannot be had" in at.warning[0].value
    check(at, Setup())


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
def test_a_number_that_no_browser_would_send(value):
    at = open_page("one_step")
    widget(at, "w11").set_value(value).run()
    assert not at.exception
    assert at.error or widget(at, "w11").value == WEIGHTS["w11"].default


def test_every_control_has_a_label():
    at = open_page("one_step")
    controls = [*at.slider, *at.select_slider, *at.number_input, *at.selectbox, *at.radio, *at.toggle, *at.button]
    assert all(control.label for control in controls)
