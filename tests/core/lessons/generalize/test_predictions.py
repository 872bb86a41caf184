import pytest

from core.lessons.generalize import predictions as asked
from core.lessons.generalize.initial_weights import RACES
from core.lessons.generalize.remedies import COMPARISONS
from core.lessons.generalize.training import HISTORIES


@pytest.mark.parametrize(
    ("question", "kept", "key", "truth", "answer"),
    [
        (asked.MEMORIZED, HISTORIES, asked.NOISY_SETUP, asked.memorized_truth, "all"),
        (asked.LOWEST, HISTORIES, asked.NOISY_SETUP, asked.lowest_truth, "before"),
        (asked.CLEAN, COMPARISONS, asked.CLEAN_CASE, asked.clean_truth, "unclear"),
        (asked.NOISY, COMPARISONS, asked.NOISY_CASE, asked.noisy_truth, "dropout"),
        (asked.TINY, RACES, asked.SMALL_CASE.race, asked.tiny_truth, "nothing"),
        (asked.LARGE, RACES, asked.LARGE_CASE.race, asked.large_truth, "ends"),
    ],
    ids=lambda each: getattr(each, "id", ""),
)
def test_the_truth_is_what_the_training_came_to(question, kept, key, truth, answer):
    found = truth(kept.result(key))
    assert found.answer == answer
    assert answer in question.answers
    assert "{" not in found.sentence
