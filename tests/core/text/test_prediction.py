from pathlib import Path

import pytest

from core.text.prediction import MAX_ANSWERS, MIN_ANSWERS, Prediction
from tests.predictions import all_questions

PAGES = Path(__file__).parents[3] / "pages"


@pytest.mark.parametrize("count", [MIN_ANSWERS, MAX_ANSWERS])
def test_two_to_four_answers(count):
    assert len(Prediction("a", "b", {str(place): "c" for place in range(count)}).answers) == count


@pytest.mark.parametrize("count", [MIN_ANSWERS - 1, MAX_ANSWERS + 1])
def test_fewer_or_more_are_refused(count):
    with pytest.raises(ValueError, match=f"{count} answers"):
        Prediction("a", "b", {str(place): "c" for place in range(count)})


def test_every_question_has_an_id_of_its_own_that_begins_with_its_page():
    questions = all_questions()
    assert len({question.id for question in questions}) == len(questions) > 2
    for question in questions:
        page, name = question.id.split(".")
        assert (PAGES / f"{page}.py").is_file()
        assert name.isidentifier()
