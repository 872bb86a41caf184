import pytest

from core.lessons.generalize.kept import Kept, portion


def test_a_result_is_computed_once_and_the_longest_unused_is_dropped():
    computed = []

    def square(number):
        yield 0.5
        computed.append(number)
        return number**2

    kept = Kept(square, 2)
    assert [kept.result(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4]
    assert computed == [1, 2, 3, 2]


def test_a_portion_says_the_share_of_all():
    def work():
        yield 0.0
        yield 0.5
        return "done"

    part = portion(work(), 1, 4)
    assert [next(part), next(part)] == [0.25, 0.375]
    with pytest.raises(StopIteration) as end:
        next(part)
    assert end.value.value == "done"
