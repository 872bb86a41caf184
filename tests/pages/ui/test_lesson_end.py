import pytest

from core.lessons.path import PATH
from pages.ui.heading import stop_words
from pages.ui.navigation import LESSONS
from tests.pages.app import open_page


@pytest.mark.parametrize("name", PATH)
def test_a_lesson_says_how_long_it_takes_and_ends_with_what_to_remember(name):
    at = open_page(name)
    assert stop_words(name) in [caption.value for caption in at.caption]
    (remembered,) = [
        text.value for text in at.markdown if text.value.startswith("- ") and PATH[name].remember[0] in text.value
    ]
    assert remembered.splitlines() == [f"- {words}" for words in PATH[name].remember]
    assert ("Next:" in [caption.value for caption in at.caption]) is (name != list(PATH)[-1])


def test_what_comes_before_is_named_by_the_titles():
    assert stop_words("linear") == "about 10 minutes"
    assert stop_words("activations") == f"about 10 minutes · after {LESSONS['linear'].title}"
