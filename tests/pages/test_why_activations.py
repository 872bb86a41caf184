import math

import pyarrow as pa
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.activations import ACTIVATIONS
from core.digits.canvas_json import canvas_from_strokes
from core.lessons.why_activations import fitting, stacking, two_weights, vanishing
from core.lessons.why_activations.fitting import (
    KNOTS,
    FitConfig,
    curve_to_stroke,
    format_curve,
    script,
    trace,
)
from core.lessons.why_activations.vanishing import INITIALISATIONS, MAX_LAYERS, gradient_sizes
from core.optimizers import OPTIMIZERS
from pages.ui.curve_canvas import HEIGHT, WIDTH
from tests.pages.app import address, open_page, picture, settle

STACK, FIT = "stacked_layers", "fitted_curve"
SEED = 19
WAVE = tuple(round(math.sin(place / 5), 2) for place in range(KNOTS))
SWEEP = torch.linspace(-3, 3, 61)


def key(name: str) -> str:
    return f"why_activations.{name}"


def texts(at: AppTest) -> list[str]:
    return [element.value for element in at.markdown]


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception


def chart(at: AppTest) -> pa.Table:
    (element,) = at.get("vega_lite_chart")
    return pa.ipc.open_stream(element.proto.data.data).read_all()


def stack_sentence(depth=3, activation="identity", inputs=(1.0, -0.5), seed=SEED) -> str:
    network = stacking.stack(depth, len(inputs), activation, seed)
    single = stacking.collapse(stacking.linear_layers(network))
    values = torch.tensor(inputs)
    line = stacking.sweep(network, values, SWEEP)
    return stacking.notice(stacking.compare(network, single, values), line, depth, activation)


def fit_sentence(**settings) -> str:
    return fitting.notice(trace(FitConfig(seed=SEED, **settings)).fit)


@pytest.fixture
def short_fits(monkeypatch):
    """Fits of a few steps, where it is not about what they come to."""
    monkeypatch.setattr(fitting, "MAX_STEPS", 20)
    trace.cache_clear()
    yield
    trace.cache_clear()


# --- The stack --------------------------------------------------------------------------------------------------------


def test_it_begins_with_three_layers_that_are_one():
    at = open_page("why_activations")
    assert at.title[0].value == "Why does a network need activations?"
    assert stack_sentence() in texts(at)
    assert address(at) == {}
    header, arrays = picture(at, STACK)
    assert header["values"] == {"x1": 1, "x2": -0.5, "layer": 0}
    assert arrays["mesh"].shape[:2] == (4, 2)
    assert "def collapse" in at.code[0].value


@pytest.mark.parametrize("depth", [1, stacking.MAX_LAYERS])
@pytest.mark.parametrize("value", [-3.0, 3.0])
def test_the_stack_at_the_ends_of_its_sliders(depth, value):
    at = open_page("why_activations", width="three")
    at.slider(key=key("depth")).set_value(depth)
    at.slider(key=key("x3")).set_value(value)
    settle(at, STACK, x1=value, x2=value)
    assert stack_sentence(depth, inputs=(value,) * 3) in texts(at)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_between_the_layers(activation):
    at = open_page("why_activations", activation=activation)
    assert stack_sentence(activation=activation) in texts(at)


def test_what_is_dragged_goes_into_the_address_and_the_sentence():
    at = open_page("why_activations", activation="relu")
    settle(at, STACK, x1=-2.5, x2=1, layer=3)
    assert stack_sentence(activation="relu", inputs=(-2.5, 1.0)) in texts(at)
    assert address(at) == {"activation": "relu", "x1": "-2.5", "x2": "1", "layer": "3"}


def test_the_layer_that_is_looked_at_stays_within_the_stack():
    at = open_page("why_activations", depth="7", layer="7")
    assert picture(at, STACK)[0]["values"]["layer"] == 7
    at.slider(key=key("depth")).set_value(2).run()
    assert not at.exception
    assert picture(at, STACK)[0]["values"]["layer"] == 2


def test_other_weights():
    at = open_page("why_activations")
    press(at, "Other weights")
    assert stack_sentence(seed=SEED + 1) in texts(at)
    assert address(at) == {"seed": str(SEED + 1)}


def test_after_the_last_weights_come_the_first():
    at = open_page("why_activations", seed="999999999")
    press(at, "Other weights")
    assert stack_sentence(seed=0) in texts(at)
    assert not at.warning


def test_what_to_try_with_the_stack():
    at = open_page("why_activations")
    press(at, "20 layers")
    assert stack_sentence(20) in texts(at)
    at = open_page("why_activations")
    press(at, "Bend it")
    assert stack_sentence(activation="relu") in texts(at)
    press(at, "Back to a line")
    assert stack_sentence() in texts(at)


# --- The fit ----------------------------------------------------------------------------------------------------------


def test_a_fit_is_there_whole_before_it_is_played():
    at = open_page("why_activations", part="fit")
    assert fit_sentence() in texts(at)
    header, arrays = picture(at, FIT)
    assert header["values"] == {"trained": 0, "added": fitting.MAX_WIDTH}
    assert arrays["steps"][-1] == trace(FitConfig(seed=SEED)).fit.steps
    assert at.code[0].value.strip() == script(FitConfig(seed=SEED)).strip()


def test_where_a_fit_was_stopped_is_in_the_address(short_fits):
    at = open_page("why_activations", part="fit")
    settle(at, FIT, trained=5, added=3)
    assert address(at) == {"part": "fit", "trained": "5", "added": "3"}
    settle(at, FIT, trained=10**6, added=-1)
    assert picture(at, FIT)[0]["values"] == {"trained": 5, "added": 3}


def test_a_new_setting_is_another_fit(short_fits):
    at = open_page("why_activations", part="fit")
    at.slider(key=key("neurons")).set_value(5).run()
    assert not at.exception
    assert picture(at, FIT)[1]["parts"].shape[1] == 5


def test_a_look_that_a_shorter_fit_does_not_have():
    at = open_page("why_activations", part="fit", trained="40")
    assert picture(at, FIT)[0]["values"]["trained"] == 40
    at.selectbox(key=key("target")).set_value("line").run()
    assert not at.exception
    header, arrays = picture(at, FIT)
    assert header["values"]["trained"] <= len(arrays["steps"]) - 1


@pytest.mark.parametrize("ends", [(1, 1, 0.001), (fitting.MAX_WIDTH, fitting.MAX_DEPTH, 1.0)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_fit_at_the_ends_of_its_sliders(ends, optimizer, short_fits):
    width, depth, rate = ends
    at = open_page(
        "why_activations", part="fit", neurons=str(width), hidden=str(depth), rate=f"{rate:g}", optimizer=optimizer
    )
    assert fit_sentence(width=width, depth=depth, learning_rate=rate, optimizer=optimizer) in texts(at)
    assert picture(at, FIT)[1]["parts"].shape[1] == width


@pytest.mark.parametrize("target", [name for name, target in fitting.TARGETS.items() if target.function])
def test_every_curve(target, short_fits):
    at = open_page("why_activations", part="fit", target=target)
    assert fit_sentence(target=target) in texts(at)
    assert picture(at, FIT)[1]["target"].tolist() == fitting.samples(FitConfig(target))[1][:, 0].tolist()


@pytest.mark.parametrize("label", ["No activation", "Three kinks", "A step"])
def test_what_to_try_with_the_fit(label, short_fits):
    at = open_page("why_activations", part="fit", trained="3", added="2")
    before = texts(at)
    press(at, label)
    assert picture(at, FIT)[0]["values"] == {"trained": 0, "added": fitting.MAX_WIDTH}
    assert texts(at) != before


def test_an_empty_box_gets_a_sentence():
    at = open_page("why_activations", part="fit", target="drawn")
    assert at.info[0].value.startswith("Draw a curve in the box")
    assert not any(element.key == FIT for element in at.get("bidi_component"))


def test_a_curve_drawn_by_hand_is_learnt_kept_and_in_the_address():
    at = open_page("why_activations", part="fit", target="drawn")
    drawn = canvas_from_strokes([curve_to_stroke(WAVE, WIDTH, HEIGHT)], "#FFFFFF", 4)
    at.session_state[key("canvas.0")] = {"drawing": {"raw": drawn, "data": None}, "backgroundFit": None}
    at.run()
    assert not at.exception
    assert fit_sentence(target="drawn", curve=WAVE) in texts(at)
    assert address(at)["curve"] == format_curve(WAVE)
    at.switch_page("pages/activations.py").run()
    at.switch_page("pages/why_activations.py").run()
    assert fit_sentence(target="drawn", curve=WAVE) in texts(at)


def test_a_curve_from_the_address():
    at = open_page("why_activations", part="fit", target="drawn", curve=format_curve(WAVE))
    assert fit_sentence(target="drawn", curve=WAVE) in texts(at)
    assert address(at)["curve"] == format_curve(WAVE)


# --- Two weights -----------------------------------------------------------------------------------------------------


def test_two_weights_move_with_the_picture():
    at = open_page("why_activations", part="two")
    assert two_weights.notice(3.0, 6.0) in [element.value for element in at.markdown]
    settle(at, "two_weights", first=-2.0, second=0.5, x=2.0)
    assert address(at) == {"part": "two", "first": "-2", "second": "0.5", "x": "2"}
    assert two_weights.notice(-2.0, 0.5) in [element.value for element in at.markdown]
    assert two_weights.snippet(-2.0, 0.5).strip() in [code.value for code in at.code]


# --- The gradients ----------------------------------------------------------------------------------------------------


def gradient_sentence(names, depth=12, start="pytorch", seed=SEED) -> str:
    return vanishing.notice({name: gradient_sizes(name, depth, start, seed) for name in names})


def test_gradients_of_three_activations():
    at = open_page("why_activations", part="gradients")
    assert gradient_sentence(["sigmoid", "tanh", "relu"]) in texts(at)
    assert len(chart(at)) == 3 * 12
    assert "loss.backward()" in at.code[0].value


@pytest.mark.parametrize("start", INITIALISATIONS)
@pytest.mark.parametrize("depth", [1, MAX_LAYERS])
def test_all_activations_at_the_ends_of_the_slider(start, depth):
    at = open_page("why_activations", part="gradients", functions=",".join(ACTIVATIONS), first_weights=start)
    at.slider(key=key("deep")).set_value(depth).run()
    assert not at.exception
    assert gradient_sentence(ACTIVATIONS, depth, start) in texts(at)
    assert len(chart(at)) == len(ACTIVATIONS) * depth


def test_what_to_try_with_the_gradients():
    at = open_page("why_activations", part="gradients")
    press(at, "Sigmoid, 20 deep")
    assert gradient_sentence(["sigmoid", "relu"], 20) in texts(at)
    press(at, "The cure")
    assert gradient_sentence(["tanh", "relu"], 20, "he") in texts(at)
    assert address(at) == {"part": "gradients", "deep": "20", "functions": "tanh,relu", "first_weights": "he"}


def test_no_activation_chosen():
    at = open_page("why_activations", part="gradients")
    at.pills(key=key("functions")).set_value([]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one activation function below."


# --- All parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parameters",
    [
        {"part": "moon"},
        {"depth": "1000000000"},
        {"depth": "nan"},
        {"x1": "nan"},
        {"x1": "1e30"},
        {"x2": "-inf"},
        {"width": "9"},
        {"activation": "<b>"},
        {"seed": "-1"},
        {"seed": "9" * 5000},
        {"seed": "²"},
        {"part": "fit", "neurons": "1000000000"},
        {"part": "fit", "hidden": "0"},
        {"part": "fit", "rate": "nan"},
        {"part": "fit", "rate": "0.02"},
        {"part": "fit", "optimizer": "moon"},
        {"part": "fit", "target": "drawn", "curve": "9." * 2500},
        {"part": "fit", "target": "drawn", "curve": "nan"},
        {"part": "gradients", "deep": "21"},
        {"part": "gradients", "functions": "relu,moon"},
        {"part": "gradients", "first_weights": ""},
    ],
)
def test_nonsense_in_the_address_is_named_in_a_sentence(parameters):
    at = open_page("why_activations", **parameters)
    assert at.warning[0].value.startswith("The address asks for what cannot be had")
    assert len(at.warning[0].value) < 200
    assert at.get("vega_lite_chart") or at.get("bidi_component") or at.info


@pytest.mark.parametrize("part", ["stack", "fit", "gradients"])
def test_every_control_has_a_label_and_every_chart_its_words(part):
    at = open_page("why_activations", part=part)
    controls = [*at.slider, *at.select_slider, *at.selectbox, *at.pills, *at.segmented_control, *at.button]
    assert all(control.label for control in controls)
    assert all(element.proto.alt for element in at.get("vega_lite_chart"))


def test_every_part_is_one_click_away_and_keeps_its_settings():
    at = open_page("why_activations", depth="7")
    for part in ("fit", "gradients", "stack"):
        at.segmented_control(key=key("part")).set_value(part).run()
        assert not at.exception
        assert len(at.get("vega_lite_chart")) == (part == "gradients")
    assert at.slider(key=key("depth")).value == 7
    assert stack_sentence(7) in texts(at)
