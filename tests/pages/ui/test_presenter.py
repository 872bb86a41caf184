"""The presenter's view: begun by an address, led from moment to moment by the browser, and ended."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import presenter
from pages.ui.navigation import LESSONS
from pages.ui.presenter import _ASKED, _END, _KEY, _VIEW, PARAMETER, View
from pages.ui.teaching.plans import PLANS
from pages.ui.teaching.questions import question
from tests.pages.app import address, open_page

PLAN = PLANS["45"]
LOSSES = next(place for place, moment in enumerate(PLAN) if moment.page == "losses")


def told(at: AppTest) -> dict[str, Any] | None:
    """Return what the browser was told of the present moment; None where nothing is presented."""
    sent = (part.proto for part in at.get("bidi_component") if part.proto.component_name == _KEY)
    return next((json.loads(proto.json) for proto in sent), None)


def go(at: AppTest, place: Any) -> None:
    """Ask for a moment, as the browser does."""
    at.session_state[_ASKED] = place
    at.run()
    assert not at.exception


def test_nothing_is_presented_unless_it_is_asked_for():
    assert told(open_page("losses")) is None
    assert told(open_page("losses", present="46")) is None


@pytest.mark.parametrize(("page", "place"), [("home", 0), ("losses", LOSSES), ("lstm", 0)])
def test_it_begins_on_any_page_at_its_moment(page, place):
    at = open_page(page, present="45")
    assert told(at)["place"] == place
    assert told(at)["where"].startswith(f"{place + 1} of {len(PLAN)} ")
    assert address(at)[PARAMETER] == "45"


def test_an_address_begins_at_the_moment_that_it_is_most_like():
    links = [moment.link for moment in PLANS["90"]]
    not_mse = next(place for place, link in enumerate(links) if "not_mse" in link)
    assert told(open_page("losses", present="90", part="not_mse"))["place"] == not_mse
    assert told(open_page("losses", present="90", part="classes"))["place"] == not_mse - 1


def test_the_next_moment_is_its_page_with_its_settings():
    at = open_page("home", present="45")
    for place, moment in enumerate(PLAN[1:], 1):
        go(at, place)
        assert at.title[0].value == LESSONS[moment.page].question
        assert told(at)["place"] == place
        assert told(at)["ask"] == question(moment.ask).prompt.replace("`", "")
        assert at.session_state[f"{moment.page}.arrived"] == {}
        assert address(at)[PARAMETER] == "45"
    go(at, 0)
    assert told(at)["place"] == 0


def test_it_goes_no_farther_than_the_plan_and_comes_back_to_it_from_elsewhere():
    at = open_page("home", present="45")
    assert told(at)["ways"] == {"next": 1}
    go(at, 3)
    assert told(at)["ways"] == {"back": 2, "next": 4}
    at.switch_page("pages/lstm.py").run()
    assert told(at)["ways"] == {"back": 2, "next": 3}
    go(at, len(PLAN) - 1)
    assert told(at)["ways"] == {"back": len(PLAN) - 2}


def test_the_settings_of_the_page_stay_in_the_address_beside_it():
    at = open_page("losses", present="45", part="classes", logit_A="5")
    assert address(at) == {"part": "classes", "logit_A": "5", PARAMETER: "45"}
    assert not at.warning


def test_it_ends():
    at = open_page("losses", present="45", part="classes")
    go(at, _END)
    assert told(at) is None
    assert address(at) == {"part": "classes"}
    at.switch_page("pages/linear.py").run()
    assert told(at) is None


def test_what_a_person_does_on_the_page_leaves_it_as_it_is():
    at = open_page("losses", present="45", part="classes")
    at.segmented_control(key="losses.right").set_value("A").run()
    assert not at.exception
    assert address(at) == {"part": "classes", "right": "A", PARAMETER: "45"}
    assert told(at)["place"] == LOSSES


@pytest.mark.parametrize("sent", [None, {}, {"go": None}, {"go": "1"}, {"go": 1.0}, {"go": -2}, {"go": len(PLAN)}])
def test_a_moment_that_there_is_not_is_not_gone_to(monkeypatch, sent):
    state = {_VIEW: View("45", 3), f"{_KEY}_element": sent}
    monkeypatch.setattr(presenter.st, "session_state", state)
    presenter._take()
    assert _ASKED not in state


@pytest.mark.parametrize(("view", "asked"), [(View("45", 3), [4]), (None, [])])
def test_a_moment_is_gone_to_while_one_presents(monkeypatch, view, asked):
    state = {_VIEW: view, f"{_KEY}_element": {"go": 4}}
    monkeypatch.setattr(presenter.st, "session_state", state)
    presenter._take()
    assert [state[key] for key in state if key == _ASKED] == asked
