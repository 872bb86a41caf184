import pytest

from core.text.prediction import MAX_ANSWERS, MIN_ANSWERS, Prediction


@pytest.mark.parametrize("count", [MIN_ANSWERS, MAX_ANSWERS])
def test_two_to_four_answers(count):
    assert len(Prediction("a", "b", {str(place): "c" for place in range(count)}).answers) == count


@pytest.mark.parametrize("count", [MIN_ANSWERS - 1, MAX_ANSWERS + 1])
def test_fewer_or_more_are_refused(count):
    with pytest.raises(ValueError, match=f"{count} answers"):
        Prediction("a", "b", {str(place): "c" for place in range(count)})
