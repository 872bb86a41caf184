"""The plans: as long as they say, with links that the pages take and questions that there are."""

import pytest

from pages.ui.navigation import LESSONS
from pages.ui.teaching.plans import PLANS, Moment, length
from pages.ui.teaching.questions import question
from tests.pages.app import open_page

MOMENTS = [moment for moments in PLANS.values() for moment in moments]


@pytest.mark.parametrize("minutes", PLANS)
def test_the_minutes_add_up(minutes):
    assert length(PLANS[minutes]) == int(minutes)
    assert all(moment.minutes > 0 for moment in PLANS[minutes])


def test_a_link_is_a_page_and_its_settings():
    assert (moment := Moment(1, "losses?part=classes&right=B", "", "")).page == "losses"
    assert moment.settings == {"part": "classes", "right": "B"}
    assert Moment(1, "draw", "", "").settings == {}
    assert {moment.page for moment in MOMENTS} <= set(LESSONS)


@pytest.mark.parametrize("id", sorted({moment.ask for moment in MOMENTS}))
def test_what_is_asked_has_an_answer(id):
    asked = question(id)
    assert asked.id == id
    assert asked.right is not None
    assert "{" not in asked.prompt + "".join(asked.answers)


def test_a_question_that_there_is_not_is_refused():
    for id in ("losses.nothing", "nothing.losses"):
        with pytest.raises(KeyError):
            question(id)


@pytest.mark.parametrize("page", sorted({moment.page for moment in MOMENTS}))
def test_the_page_of_each_link_takes_its_settings(page):
    at = open_page(page)
    for link, settings in {moment.link: moment.settings for moment in MOMENTS if moment.page == page}.items():
        at.session_state[f"{page}.arrived"] = dict(settings)
        at.run()
        assert not at.exception, link
        assert at.session_state[f"{page}.arrived"] == {}, link
        assert not [each.value for each in at.warning if "cannot be had" in each.value], link
