import pytest

from core.lessons.autograd.predictions import DETACH, TWICE, detach_truth, twice_truth
from core.lessons.autograd.trace import NUMBERS


@pytest.mark.parametrize("numbers", [NUMBERS, NUMBERS | {"x": -0.3, "target": 7.1}, NUMBERS | {"x": 0.0}])
def test_what_is_true_is_one_of_the_answers(numbers):
    assert twice_truth(numbers).answer == "added"
    assert detach_truth(numbers).answer == "b"
    assert twice_truth(numbers).answer in TWICE.answers
    assert detach_truth(numbers).answer in DETACH.answers


def test_the_numbers_that_show_it():
    assert "One call leaves −6 in `w.grad`, and two leave **−12**" in twice_truth(NUMBERS).sentence
    assert "`w.grad` is **None** and `b.grad` is **−3**" in detach_truth(NUMBERS).sentence


def test_ids_are_different():
    assert TWICE.id != DETACH.id
