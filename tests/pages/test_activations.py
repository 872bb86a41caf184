import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve, snippet
from tests.pages.app import open_page


def figures(at: AppTest) -> list[dict[str, pd.DataFrame]]:
    """The data sets of the two charts, by their names: of the functions and of their slopes."""
    return [
        {part.name: pa.ipc.open_stream(part.data.data).read_pandas() for part in chart.proto.datasets}
        for chart in at.get("vega_lite_chart")
    ]


def curves_sent(at: AppTest) -> list[bytes]:
    charts = at.get("vega_lite_chart")
    return [part.data.data for chart in charts for part in chart.proto.datasets if part.name == "curves"]


def test_starts_with_two_functions_and_their_numbers():
    at = open_page("activations")
    assert at.pills(key="activations.functions").value == ["sigmoid", "relu"]
    expected = []
    for name in ("sigmoid", "relu"):
        expected += [f"{number:.4g}" for number in curve(ACTIVATIONS[name], np.array(2.0))]
    assert [metric.value for metric in at.metric] == expected
    for figure in figures(at):
        assert list(figure["curves"]["of"].unique()) == ["Sigmoid", "ReLU"]
        assert figure["marks"]["of"].tolist() == ["Sigmoid", "ReLU"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_with_its_code(name):
    at = open_page("activations", functions=name)
    hyperparameters = {param.name: param.default for param in ACTIVATIONS[name].hyperparameters}
    assert at.pills(key="activations.functions").value == [name]
    assert at.code[0].value.strip() == snippet(ACTIVATIONS[name], 2.0, **hyperparameters).strip()
    assert ACTIVATIONS[name].formula in at.latex[0].value
    assert at.slider[0].label == "Input x"
    assert len(at.slider) == 1 + len(hyperparameters)
    for figure, order in zip(figures(at), (0, 1), strict=True):
        drawn = figure["curves"][figure["curves"]["part"] == "curve"]
        drawn = drawn.drop_duplicates("x")  # a jump has two heights at one place
        expected = curve(ACTIVATIONS[name], drawn["x"].to_numpy(dtype=float), **hyperparameters)[order]
        np.testing.assert_allclose(drawn["y"], expected, atol=1e-5)


def test_everything_is_in_the_address():
    at = open_page("activations", functions="elu,relu", x="-3.5", elu_alpha="2.5")
    assert at.pills(key="activations.functions").value == ["elu", "relu"]
    assert at.slider(key="activations.x").value == -3.5
    assert at.slider(key="activations.elu_alpha").value == 2.5


def test_knob_and_input_change_the_numbers():
    at = open_page("activations", functions="leaky_relu")
    at.slider(key="activations.leaky_relu_negative_slope").set_value(0.3)
    at.slider(key="activations.x").set_value(-4.0).run()
    assert [metric.value for metric in at.metric] == ["-1.2", "0.3"]
    assert "negative_slope=0.3" in at.code[0].value


def test_only_the_marks_of_the_charts_change_with_the_input():
    at = open_page("activations")
    before, spec = curves_sent(at), at.get("vega_lite_chart")[0].proto.spec
    at.slider(key="activations.x").set_value(-4.0).run()
    assert curves_sent(at) == before
    assert at.get("vega_lite_chart")[0].proto.spec == spec
    assert [figure["marks"]["x"].tolist() for figure in figures(at)] == [[-4.0, -4.0]] * 2
    assert figures(at)[1]["marks"]["y"].tolist() == pytest.approx([0.017663, 0.0], abs=1e-5)


def test_try_this_sets_the_controls():
    at = open_page("activations")
    at.button[1].click().run()
    assert at.pills(key="activations.functions").value == ["relu", "leaky_relu"]
    assert [metric.value for metric in at.metric] == ["0", "0", "-0.03", "0.01"]
    at.button[0].click().run()
    assert at.pills(key="activations.functions").value == ["sigmoid", "tanh", "relu"]
    assert at.slider(key="activations.x").value == 5
    assert not at.exception


def test_nothing_chosen():
    at = open_page("activations")
    at.pills(key="activations.functions").set_value([]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one activation function above."
    assert not at.get("vega_lite_chart")


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
    assert all(np.isfinite(float(metric.value)) for metric in at.metric)
    assert at.metric or at.info


@pytest.mark.parametrize("value", [9.0, -1.0, float("nan"), float("inf")])
def test_a_value_that_no_browser_would_send(value):
    at = open_page("activations", functions="leaky_relu", leaky_relu_negative_slope="0.3")
    at.slider(key="activations.leaky_relu_negative_slope").set_value(value).run()
    assert not at.exception
    assert at.slider(key="activations.leaky_relu_negative_slope").value == 0.01


def test_every_control_has_a_label():
    at = open_page("activations", functions="leaky_relu,elu,softplus")
    assert all(control.label for control in [*at.pills, *at.slider, *at.button])
