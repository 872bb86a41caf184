import pytest

from core.lessons.path import PATH, Stop
from pages.ui.navigation import LESSONS


def test_the_path_leads_through_all_lessons_in_their_order():
    assert list(PATH) == [name for name in LESSONS if name != "home"]


@pytest.mark.parametrize("name", PATH)
def test_what_comes_before_a_lesson_comes_before_it(name):
    names = list(PATH)
    assert all(names.index(before) < names.index(name) for before in PATH[name].after)
    assert 5 <= PATH[name].minutes <= 30


def test_a_lesson_leaves_two_or_three_things_to_remember():
    with pytest.raises(ValueError, match="1 things"):
        Stop(10, (), ("One.",))
