import pytest

from core.text.check import RIGHT, Check, Wrong

WRONG = (Wrong("More", "It is not.", "losses?part=classes&right=B"), Wrong("Less", "Nor that.", "optimizers"))


def test_a_link_is_a_page_with_its_settings():
    first, second = WRONG
    assert (first.page, first.settings) == ("losses", {"part": "classes", "right": "B"})
    assert (second.page, second.settings) == ("optimizers", {})
    assert Wrong("w", "m", "playground?hidden=&seed=1").settings == {"hidden": "", "seed": "1"}


@pytest.mark.parametrize("see", ["", "?part=classes", "../data", "losses?", "losses?part", "losses?part=a&&"])
def test_an_address_that_leads_nowhere_is_refused(see):
    with pytest.raises(ValueError, match=r"no page|no settings|bad query"):
        Wrong("w", "m", see)


@pytest.mark.parametrize(
    ("id", "wrong"),
    [("losses", WRONG), ("losses.", WRONG), ("a.b c", WRONG), ("a.b", WRONG[:1]), ("a.b", (*WRONG, *WRONG))],
)
def test_a_question_that_is_none_is_refused(id, wrong):
    with pytest.raises(ValueError, match=r"not a page|wrong answers"):
        Check(id, "How much?", "As much", "It is so.", wrong)


def test_no_answer_comes_twice():
    with pytest.raises(ValueError, match="twice"):
        Check("a.b", "How much?", "More", "It is so.", WRONG)


def test_the_answers_are_mixed_and_always_the_same():
    checks = [Check(f"a.b{number}", "How much?", "As much", "It is so.", WRONG) for number in range(60)]
    assert all(check.answers[RIGHT] == check.answer for check in checks)
    assert all(sorted(check.order()) == [0, 1, 2] and check.order() == check.order() for check in checks)
    places = [check.order().index(RIGHT) for check in checks]
    assert all(places.count(place) > 10 for place in range(3))
