"""The questions at the end of the lessons: each is proved, and each wrong answer leads to a page that can be set so."""

from collections import Counter
from importlib import import_module

import pytest

from core.text.check import Check
from pages.ui.checks import CHECKS, earlier
from pages.ui.navigation import LESSONS
from tests.pages.app import open_page

PROVED_IN = {"playground": "playground", "runs": "experiments", "inside": "interpret"}  # the others in core.lessons
MIN_CHECKS, MIN_OF_A_PAGE = 60, 4
BY_CHANCE = 0.4  # in so many of the questions the right answer may stand out
ALL = [check for checks in CHECKS.values() for check in checks]
LINKS = sorted({wrong.see: wrong for check in ALL for wrong in check.wrong}.values(), key=lambda wrong: wrong.see)


def test_there_are_enough_in_each_lesson():
    assert list(CHECKS) == [page for page in LESSONS if page != "home"]
    assert len(ALL) >= MIN_CHECKS
    assert {page: len(checks) for page, checks in CHECKS.items() if len(checks) < MIN_OF_A_PAGE} == {}


def test_each_is_its_pages_own_and_has_a_proof():
    assert [name for name, count in Counter(check.id for check in ALL).items() if count > 1] == []
    for page, checks in CHECKS.items():
        place = PROVED_IN.get(page, f"lessons.{page}")
        proofs = import_module(f"tests.core.{place}.test_checks").PROOFS
        assert list(proofs) == [check.id for check in checks]
        assert {check.id.partition(".")[0] for check in checks} == {page}


def test_the_right_answer_is_not_told_by_its_length_or_its_place():
    def first(check: Check) -> bool:
        return check.order()[0] == 0

    def longest(check: Check) -> bool:
        return len(check.answer) > max(len(wrong.words) for wrong in check.wrong)

    assert sum(map(longest, ALL)) < BY_CHANCE * len(ALL)
    assert 0.15 < sum(map(first, ALL)) / len(ALL) < BY_CHANCE


def test_questions_come_back_from_lessons_at_different_distances():
    pages = list(CHECKS)
    back = {page: [check.id.partition(".")[0] for check in earlier(page)] for page in pages}
    for page, origins in back.items():
        assert len(set(origins)) == len(origins) == min(2, pages.index(page))
        assert all(pages.index(origin) < pages.index(page) for origin in origins)
    asked = Counter(check.id for page in pages for check in earlier(page))
    assert max(asked.values()) <= 2


@pytest.mark.parametrize("page", sorted({wrong.page for wrong in LINKS}))
def test_the_page_of_each_link_takes_its_settings(page):
    at = open_page(page)
    for wrong in LINKS:
        if wrong.page == page:
            at.session_state[f"{page}.arrived"] = wrong.settings
            at.run()
            assert not at.exception, wrong.see
            assert at.session_state[f"{page}.arrived"] == {}, wrong.see
            assert not [each.value for each in at.warning if "cannot be had" in each.value], wrong.see
