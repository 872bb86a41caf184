import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import snippet
from core.lessons.activations.scene import scene
from tests.pages.app import address, open_page, picture, settle

CURVES = "activation_curves"


def test_starts_with_two_functions_at_one_input():
    at = open_page("activations")
    assert at.pills(key="activations.functions").value == ["sigmoid", "relu"]
    header, arrays = picture(at, CURVES)
    assert [drawn["label"] for drawn in header["functions"]] == ["Sigmoid", "ReLU"]
    assert header["values"] == {"x": 2}
    assert arrays["curves"].shape == arrays["slopes"].shape == (2, 1201)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_with_its_code(name):
    at = open_page("activations", functions=name)
    hyperparameters = {param.name: param.default for param in ACTIVATIONS[name].hyperparameters}
    assert at.pills(key="activations.functions").value == [name]
    assert at.code[0].value.strip() == snippet(ACTIVATIONS[name], 2.0, **hyperparameters).strip()
    assert ACTIVATIONS[name].formula in at.latex[0].value
    assert len(at.slider) == len(hyperparameters)
    np.testing.assert_allclose(picture(at, CURVES)[1]["curves"], scene({name: hyperparameters})["curves"], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sigmoid", "0 for x → −∞, 1 for x → +∞"),
        ("tanh", "−1 for x → −∞, 1 for x → +∞"),
        ("relu", "0 for x → −∞, ∞ for x → +∞"),
        ("leaky_relu", "−∞ for x → −∞, ∞ for x → +∞"),
    ],
)
def test_the_limits_stand_on_the_card(name, words):
    at = open_page("activations", functions=name)
    assert f"Limits: {words}" in [caption.value for caption in at.caption]


def test_everything_is_in_the_address():
    at = open_page("activations", functions="elu,relu", x="-3.5", elu_alpha="2.5")
    assert at.pills(key="activations.functions").value == ["elu", "relu"]
    assert picture(at, CURVES)[0]["values"] == {"x": -3.5}
    assert at.slider(key="activations.elu_alpha").value == 2.5


def test_what_is_dragged_goes_into_the_address_and_the_code():
    at = open_page("activations", functions="leaky_relu")
    at.slider(key="activations.leaky_relu_negative_slope").set_value(0.3).run()
    settle(at, CURVES, x=-4)
    assert address(at) == {"functions": "leaky_relu", "leaky_relu_negative_slope": "0.3", "x": "-4"}
    assert "negative_slope=0.3" in at.code[0].value
    assert "tensor(-4.0" in at.code[0].value
    settle(at, CURVES, x=2)
    assert "x" not in address(at)


@pytest.mark.parametrize("told", ["far", 7, float("inf"), None, [1, 2], "1" * 10_000])
def test_what_no_picture_would_tell_changes_nothing(told):
    at = open_page("activations", x="3")
    settle(at, CURVES, x=told)
    assert picture(at, CURVES)[0]["values"] == {"x": 3}


def test_try_this_sets_the_controls():
    at = open_page("activations")
    at.button[1].click().run()
    assert at.pills(key="activations.functions").value == ["relu", "leaky_relu"]
    assert picture(at, CURVES)[0]["values"] == {"x": -3}
    at.button[0].click().run()
    assert at.pills(key="activations.functions").value == ["sigmoid", "tanh", "relu"]
    assert picture(at, CURVES)[0]["values"] == {"x": 5}
    assert not at.exception


def test_nothing_chosen():
    at = open_page("activations")
    at.pills(key="activations.functions").set_value([]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one activation function below."
    assert all(element.key != CURVES for element in at.get("bidi_component"))


@pytest.mark.parametrize(
    "parameters",
    [
        {"functions": "bogus"},
        {"functions": ""},
        {"functions": "relu,relu"},
        {"functions": "relu,relu,<b>"},
        {"x": "abc"},
        {"x": "nan"},
        {"x": "inf"},
        {"x": "1e9"},
        {"x": ""},
        {"x": ["1", "2"]},
        {"functions": "leaky_relu", "leaky_relu_negative_slope": "9"},
        {"functions": "leaky_relu", "leaky_relu_negative_slope": "nan"},
        {"functions": "softplus", "softplus_beta": "0"},
    ],
)
def test_nonsense_in_the_address(parameters):
    at = open_page("activations", **parameters)
    assert at.info or -6 <= picture(at, CURVES)[0]["values"]["x"] <= 6


@pytest.mark.parametrize("value", [9.0, -1.0, float("nan"), float("inf")])
def test_a_value_that_no_browser_would_send(value):
    at = open_page("activations", functions="leaky_relu", leaky_relu_negative_slope="0.3")
    at.slider(key="activations.leaky_relu_negative_slope").set_value(value).run()
    assert not at.exception
    assert at.slider(key="activations.leaky_relu_negative_slope").value == 0.01


def test_every_control_has_a_label():
    at = open_page("activations", functions="leaky_relu,elu,softplus")
    assert all(control.label for control in [*at.pills, *at.slider, *at.button])
