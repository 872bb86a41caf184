import pytest

from pages.parts.playground import network_view
from pages.parts.playground.network_view import Change, Edit, Events, plane_events


@pytest.fixture
def told(monkeypatch):
    """What the browser told, as Streamlit keeps it under the element's key."""
    state = {}
    monkeypatch.setattr(network_view.st, "session_state", {"plane": state})
    return state


def test_nothing_is_told_before_there_is_a_browser(monkeypatch):
    monkeypatch.setattr(network_view.st, "session_state", {})
    assert plane_events("plane") == Events()


def test_all_that_can_be_told(told):
    told |= {
        "view": {"seen": 3, "hovered": [1, 2], "probe": [1, -2.5]},
        "edited": {"layer": 0, "row": 1, "column": 2, "value": -3},
        "asked": "toggle",
        "point": [6, -6],
        "shape": {"layer": 1, "neurons": -1},
    }
    assert plane_events("plane") == Events(
        hovered=(1, 2),
        probe=(1.0, -2.5),
        edited=Edit(0, 1, 2, -3.0),
        asked="toggle",
        point=(6.0, -6.0),
        shape=Change(layer=1, neurons=-1),
    )


def test_a_bias_has_no_column(told):
    told["edited"] = {"layer": 0, "row": 1, "column": "bias", "value": 1e6}
    assert plane_events("plane").edited == Edit(0, 1, None, 1e6)


@pytest.mark.parametrize(
    ("name", "shape"), [({"layers": 1}, Change(layers=1)), ({"feature": "product"}, Change(feature="product"))]
)
def test_other_shapes(told, name, shape):
    told["shape"] = name
    assert plane_events("plane").shape == shape


@pytest.mark.parametrize(
    "strange",
    [
        {"view": None},
        {"view": {"hovered": [1]}},
        {"view": {"hovered": ["1", "2"]}},
        {"view": {"hovered": [1.5, 2]}},
        {"view": {"hovered": "12"}},
        {"view": {"probe": [7, 0]}},
        {"view": {"probe": [float("nan"), 0]}},
        {"view": {"probe": [1, 2, 3]}},
        {"view": {"probe": {"x1": 1}}},
        {"edited": {"layer": 0, "row": 0, "column": "weights", "value": 1}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": float("nan")}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": 1.1e6}},
        {"edited": {"layer": 0, "row": 0, "column": 0, "value": "1"}},
        {"edited": {"layer": "0", "row": 0, "column": 0, "value": 1}},
        {"edited": [0, 0, 0, 1]},
        {"asked": "shutdown"},
        {"asked": ["toggle"]},
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
    assert plane_events("plane") == Events()
