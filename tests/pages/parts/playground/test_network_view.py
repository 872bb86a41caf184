import pytest

from pages.parts.playground import network_view
from pages.parts.playground.network_view import Change, Edit, Events, plane_events


@pytest.fixture
def told(monkeypatch):
    """What the browser told, as Streamlit keeps it under the element's key."""
    state = {}
    monkeypatch.setattr(network_view.st, "session_state", {network_view.FEED: state})
    return state


def test_nothing_is_told_before_there_is_a_browser(monkeypatch):
    monkeypatch.setattr(network_view.st, "session_state", {})
    assert plane_events() == Events()


def test_all_that_can_be_told(told):
    told |= {
        "view": {"seen": 3, "beat": 7},
        "edited": {"layer": 0, "row": 1, "column": 2, "value": -3},
        "asked": "pause",
        "point": [6, -6],
        "shape": {"layer": 1, "neurons": -1},
    }
    assert plane_events() == Events(
        seen=3,
        beat=7,
        edited=Edit(0, 1, 2, -3.0),
        asked="pause",
        point=(6.0, -6.0),
        shape=Change(layer=1, neurons=-1),
    )


def test_a_bias_has_no_column(told):
    told["edited"] = {"layer": 0, "row": 1, "column": "bias", "value": 1e6}
    assert plane_events().edited == Edit(0, 1, None, 1e6)


@pytest.mark.parametrize(
    ("name", "shape"), [({"layers": 1}, Change(layers=1)), ({"feature": "product"}, Change(feature="product"))]
)
def test_other_shapes(told, name, shape):
    told["shape"] = name
    assert plane_events().shape == shape


@pytest.mark.parametrize(
    "strange",
    [
        {"view": None},
        {"view": {"seen": "1", "beat": 1}},
        {"view": {"seen": 1}},
        {"view": [1]},
        {"point": [7, 0]},
        {"point": [float("nan"), 0]},
        {"point": [1, 2, 3]},
        {"point": {"x1": 1}},
        {"edited": {"layer": 0, "row": 0, "column": "weights", "value": 1}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": float("nan")}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": 1.1e6}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": "1"}},
        {"edited": {"layer": "0", "row": 0, "column": 0, "value": 1}},
        {"edited": [0, 0, 0, 1]},
        {"asked": "shutdown"},
        {"asked": ["play"]},
        {"point": [0, float("inf")]},
        {"shape": {"layers": 1000}},
        {"shape": {"layer": 0, "neurons": 10**9}},
        {"shape": {"feature": "__import__"}},
        {"shape": "layers"},
    ],
    ids=str,
)
def test_what_has_not_the_expected_form_counts_as_nothing(told, strange):
    told |= strange
    assert plane_events() == Events()
