"""What is in docs/teaching is what the lessons say now, and a sheet gives nothing away before its solutions."""

import pytest

from core.lessons.path import PATH
from pages.ui.checks import CHECKS
from pages.ui.teaching.__main__ import FOLDER
from pages.ui.teaching.documents import COMMAND, PAGE_BREAK, documents
from pages.ui.teaching.questions import checks_of, predictions_of
from tests.predictions import all_questions


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return documents()


def test_the_files_are_up_to_date(made):
    kept = {file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.md")}
    assert kept == made, f"to write them anew: {COMMAND}"


def test_each_lesson_with_questions_has_a_sheet(made):
    asked = {prediction.id.partition(".")[0] for prediction in all_questions()} | set(CHECKS)
    assert {f"worksheets/{page}.md" for page in asked} == {name for name in made if name.startswith("worksheets/")}


@pytest.mark.parametrize("page", CHECKS)
def test_a_sheet_asks_first_and_answers_on_a_page_of_its_own(made, page):
    sheet, solutions = made[f"worksheets/{page}.md"].split(PAGE_BREAK)
    for asked in predictions_of(page) + checks_of(page):
        answers = [f"   - ☐ {letter}: {words}" for letter, words in zip("ABCD", asked.answers, strict=False)]
        assert "\n".join([f". {asked.prompt}", *answers]) in sheet
        assert asked.because in solutions
        if asked.right is not None:
            assert f"**{'ABCD'[asked.right]}** {asked.answers[asked.right]}" in solutions
    assert all(check.because not in sheet for check in CHECKS[page])
    assert all(words in solutions and words not in sheet for words in PATH[page].remember)


@pytest.mark.parametrize("page", CHECKS)
def test_the_answers_are_in_the_order_of_the_page(page):
    for check, asked in zip(CHECKS[page], checks_of(page), strict=True):
        assert asked.answers == tuple(check.answers[place] for place in check.order())
        assert asked.answers[asked.right] == check.answer


def test_the_links_lead_to_another_address(made):
    moved = documents("https://nets.example")
    assert all("localhost" not in text for text in moved.values())
    assert "(https://nets.example/)" in moved["plan-45.md"]  # Home has no name in its address
    assert moved.keys() == made.keys()
