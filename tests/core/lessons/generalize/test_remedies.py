import pytest
import torch
from scipy.stats import t, ttest_rel

from core.lessons.generalize.remedies import COMPARISONS, REMEDIES, SEEDS, STUDENT, Case, Comparison, difference
from core.lessons.generalize.sentences import remedies_sentence, remedy_difference
from core.lessons.generalize.training import EPOCHS


def gains(case: Case) -> dict[str, str]:
    comparison = COMPARISONS.result(case)
    found = {name: remedy_difference(comparison, place) for place, name in enumerate(REMEDIES) if place}
    return {name: ("better" if each.mean > 0 else "worse") if each.clear else "unclear" for name, each in found.items()}


def test_the_interval_is_that_of_the_paired_t_test():
    generator = torch.Generator().manual_seed(0)
    first, second = torch.rand(2, SEEDS, generator=generator)
    assert pytest.approx(t.ppf(0.975, SEEDS - 1), abs=5e-4) == STUDENT
    found = difference(first, second)
    low, high = ttest_rel(first.double(), second.double()).confidence_interval()
    assert (found.mean - found.margin, found.mean + found.margin) == pytest.approx((low, high), abs=1e-4)
    assert not found.clear
    assert difference(second + 3, second).clear


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(100, 0.2), {"dropout": "better", "weight_decay": "unclear", "more": "better"}),
        (Case(300, 0.0), {"dropout": "unclear", "weight_decay": "unclear", "more": "better"}),
        (Case(300, 0.2), {"dropout": "better", "weight_decay": "better", "more": "unclear"}),
    ],
)
def test_the_suggestions_say_what_is_clear(case, expected):
    assert gains(case) == expected


def test_with_wrong_labels_dropout_and_weight_decay_narrow_the_gap():
    gap = COMPARISONS.result(Case(300, 0.2)).gap[:, :, -1].mean(1)
    nothing, dropout, decay, _more = gap.tolist()
    assert max(dropout, decay) < nothing - 0.1


def test_a_sentence_says_where_the_difference_is_not_clear():
    accuracy = torch.zeros(len(REMEDIES), SEEDS, 2, EPOCHS + 1)
    accuracy[1] += 0.1
    accuracy[2, 0] += 0.1  # with one seed only
    accuracy[3] -= 0.1
    sentence = remedies_sentence(Comparison(Case(), accuracy), EPOCHS)
    assert "Dropout 0.5: +10.0 ± 0.0 points, better." in sentence
    assert "Weight decay 2: +2.0 ± 5.6 points, **not clear**." in sentence
    assert "3 times the images: −10.0 ± 0.0 points, worse." in sentence
