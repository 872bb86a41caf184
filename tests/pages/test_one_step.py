import contextlib
import io

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import STAGES, parameters_table, place_of, view
from core.lessons.one_step.loop import loop_snippet, train_loop
from core.lessons.one_step.trace import LARGEST, MAX_STEPS, ONE_OUTPUT_LOSSES, WEIGHTS, Setup, trace
from core.optimizers import OPTIMIZERS
from tests.pages.app import address, open_page, picture, settle

PICTURE = "training_step"
NUMBERS = {name: weight.default for name, weight in WEIGHTS.items()} | {"x1": 1.0, "x2": 0.5, "target": 1.0}


def widget(at: AppTest, name: str):
    widgets = [*at.slider, *at.select_slider, *at.selectbox, *at.toggle]
    return next(widget for widget in widgets if widget.key == f"one_step.{name}")


def button(at: AppTest, label: str):
    return next(button for button in at.button if button.label == label)


def check(at: AppTest, setup: Setup, step: int = 1, stage: str = "forward", picked: str = "w11") -> None:
    """Compare all that is in the picture and on the page with the core's numbers."""
    assert not at.exception
    header, arrays = picture(at, PICTURE)
    assert (header["values"]["place"], header["values"]["picked"]) == (place_of(step, stage), picked)
    moments = trace(setup, MAX_STEPS)
    np.testing.assert_allclose(arrays["weights"], [moment.weights for moment in moments], rtol=1e-6)
    shown = view(setup, step, stage, picked)
    seen = STAGES[stage]
    assert header["notices"][place_of(step, stage)] == seen.notice(shown)
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


def test_where_it_is_let_go_is_in_the_address():
    at = open_page("one_step")
    settle(at, PICTURE, step=2, stage="backward", picked="v1")
    check(at, Setup(), 2, "backward", "v1")
    assert address(at) == {"step": "2", "stage": "backward", "picked": "v1"}
    settle(at, PICTURE, step=1, stage="forward", picked="w11")
    assert address(at) == {}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_at_the_ends_of_its_settings(name, stage):
    at = open_page("one_step", stage=stage, step="2", picked="v2")
    widget(at, "optimizer").set_value(name).run()
    settle(at, PICTURE, rate=10)
    chosen = {"optimizer": name, "learning_rate": 10.0}
    for setting, field, value in (
        ("momentum", "momentum", 0.99),
        ("beta2", "beta2", 0.0),
        ("decay", "weight_decay", 0.1),
        ("nesterov", "nesterov", True),
    ):
        if field in ("weight_decay", *OPTIMIZERS[name].hyperparameters):
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
    settle(at, PICTURE, **dict.fromkeys(NUMBERS, value))
    changed = Setup(weights=(value,) * 9, inputs=(value, value), target=value)
    check(at, changed, 1, "backward")
    assert address(at)["w12"] == f"{value:.6g}"
    button(at, "Reset the numbers").click().run()
    check(at, Setup(), 1, "backward")
    assert address(at) == {"stage": "backward"}


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
    header, _arrays = picture(at, PICTURE)
    assert "But .grad was not cleared" in header["notices"][header["values"]["place"]]
    assert header["forgotten"]


def test_too_large_a_step():
    at = open_page("one_step", optimizer="adam", w11="3")
    button(at, "Too large a step").click().run()
    check(at, Setup(learning_rate=1.0), 1, "step")
    assert "the loss grows from 0.49" in picture(at, PICTURE)[0]["notices"][4]


def test_dead_relu():
    at = open_page("one_step", picked="c")
    button(at, "Dead ReLU").click().run()
    check(at, Setup(weights=with_weights(b1=-1.0)), 1, "backward")
    assert "exactly 0" in picture(at, PICTURE)[0]["notices"][3]


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


def test_a_target_that_the_loss_cannot_compare_with_is_brought_to_where_it_can():
    at = open_page("one_step", target="3")
    widget(at, "loss").set_value("bce").run()
    assert "it is 1 now, and no longer 3" in at.info[0].value
    check(at, Setup(loss="bce", target=1.0))
    assert picture(at, PICTURE)[0]["limits"]["target"] == [0, 1]
    assert address(at) == {"loss": "bce"}
    at.run()
    assert not at.info


def test_numbers_that_grow_too_far():
    wild = {name: "10" for name in (*WEIGHTS, "x1", "x2")}
    at = open_page("one_step", activation="identity", rate="10", step="20", stage="step", **wild)
    assert "past what a computer can hold" in at.warning[0].value
    setup = Setup(weights=(10.0,) * 9, inputs=(10.0, 10.0), activation="identity", learning_rate=10.0)
    shown = view(setup, 20, "step", "w11")
    assert shown.moment.step < 20
    assert f"step {shown.moment.step} " in at.warning[0].value
    header, _arrays = picture(at, PICTURE)
    assert header["values"]["place"] == len(header["notices"]) - 1
    assert header["notices"][-1] == STAGES[shown.moment.stage].notice(shown)


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


@pytest.mark.parametrize("told", ["much", 11, float("nan"), None, [1, 2], "1" * 10_000])
def test_what_no_picture_would_tell_changes_nothing(told):
    at = open_page("one_step", w11="2")
    settle(at, PICTURE, w11=told, stage=told, step=21, rate=1e9)
    check(at, Setup(weights=with_weights(w11=2.0)))


def test_every_control_has_a_label():
    at = open_page("one_step")
    assert all(control.label for control in [*at.slider, *at.select_slider, *at.selectbox, *at.toggle, *at.button])


def test_the_loop_over_the_data_stands_below_the_step():
    at = open_page("one_step")
    _header, arrays = picture(at, "training_loop")
    assert arrays["order"].tolist() == train_loop(True).order.tolist()
    settle(at, "training_loop", round=9)
    at.toggle(key="one_step.shuffle").set_value(False).run()
    _header, arrays = picture(at, "training_loop")
    assert arrays["order"].tolist() == train_loop(False).order.tolist()
    assert address(at) == {"round": "9", "shuffle": "0"}
    assert loop_snippet(False).strip() in [code.value for code in at.code]
