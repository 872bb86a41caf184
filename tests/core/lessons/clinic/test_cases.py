"""Each patient shows its symptom, its cure mends it, and nothing else does, whatever the seed."""

import pytest
from hypothesis import given

from core.lessons.clinic.cases import CASES, FAULTS, is_mended, read_repair, write_repair
from core.lessons.clinic.program import PLACES
from core.lessons.clinic.sentences import CHANCE
from tests.core.lessons.clinic.runs import cured, run_of
from tests.given import TEXTS, read_or_refused, words_of

SEEDS = range(5)
# All repairs of one place that mend, beside the cure itself.
ALSO = {
    "1": [{"last": "log_softmax"}],  # of logarithms of probabilities log_softmax makes the same
    "5": [{"init": "zero_bias"}],
    "6": [{"init": "none"}],
    "9": [{"dropout": "none"}],
    "11": [{"train": "usual"}],
}
# What is to be seen of each that is sick: of its run, its accuracies as they are reported and on fresh images.
SYMPTOMS = {
    "1": lambda run: run.final_loss > 1.4612 and run.fresh < 0.8,
    "2": lambda run: run.loss.max() > 2 * run.first_loss and abs(run.final_loss - CHANCE) < 0.1,
    "3": lambda run: abs(run.first_loss - run.final_loss) < 0.1 and run.train < 0.25,
    "4": lambda run: run.loss.max() > 10 > run.first_loss and run.loss.min() < 0.3,
    "5": lambda run: (run.histograms[:, 0, 0] == 1).all() and (run.histograms[:, 3:, 0] == 1).all(),
    "6": lambda run: (run.histograms[:, 0, 0] == 1).all() and (run.histograms[:, 3:, 0] < 0.1).all(),
    "7": lambda run: run.train > 1.5 * run.test and run.test < 0.2 and run.final_loss < CHANCE - 0.1,
    "8": lambda run: run.fresh < 0.6 and run.final_loss > 1,
    "9": lambda run: run.train < run.fresh - 0.03 and run.test < run.fresh - 0.08,
    "10": lambda run: run.first_loss > CHANCE + 1 and run.final_loss > CHANCE and run.test > 0.8,
    "11": lambda run: run.train == 1 and run.test < 0.9,
    "12": lambda run: run.test > 0.85 and run.test - run.fresh > 0.15,
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("key", CASES)
def test_a_patient_is_sick_and_its_cure_mends_it(key, seed):
    broken, sound = run_of(key, seed=seed), cured(key, seed)
    assert SYMPTOMS[key](broken)
    assert not SYMPTOMS[key](sound)
    assert is_mended(sound, sound)
    assert not is_mended(broken, sound)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("key", CASES)
def test_of_all_repairs_of_one_place_only_these_mend(key, seed):
    repairs = list(CASES[key].single_repairs())
    mending = [repair for repair in repairs if is_mended(run_of(key, repair, seed), cured(key, seed))]
    known = [CASES[key].cure, *ALSO.get(key, [])]
    assert all(repair in known for repair in mending)
    assert all(repair in mending for repair in known)
    assert len(repairs) > len(mending) + 2


@pytest.mark.parametrize("key", CASES)
def test_without_its_fault_a_patient_is_healthy_from_the_start(key):
    """What its program has apart from its fault does no harm."""
    sound = cured(key)
    assert sound.train > 0.9
    assert sound.final_loss < 1


def test_nothing_gives_the_fault_away_and_all_choices_are_there():
    assert sorted(case.fault for case in CASES.values()) == sorted(FAULTS)
    for key, case in CASES.items():
        assert case.fault in case.suspects
        assert set(case.suspects) <= set(FAULTS)
        assert case.fault not in key
        assert FAULTS[case.fault].lower() not in case.label.lower()
        came = vars(case.program())
        assert 3 <= len(case.places) <= 5
        for place, choices in case.offered.items():
            assert came[place] in choices
            assert 2 <= len(choices) <= 4
            assert set(choices) <= set(PLACES[place])
        assert set(case.cure.items()) <= {(place, choice) for place in case.places for choice in case.offered[place]}


@pytest.mark.parametrize("key", CASES)
def test_a_repair_comes_back_from_the_address(key):
    case = CASES[key]
    for repair in case.single_repairs():
        assert read_repair(case, write_repair(repair)) == repair
    assert read_repair(case, "") == {}
    assert read_repair(case, write_repair({place: getattr(case.program(), place) for place in case.places})) == {}


WORDS = words_of(*{place for case in CASES.values() for place in case.places}, "usual", "none", ":", ",")


@given(TEXTS | WORDS)
def test_anything_in_an_address_is_a_repair_or_refused(text):
    for case in CASES.values():
        repair = read_or_refused(lambda given, case=case: read_repair(case, given), text, ValueError)
        assert all(choice in case.offered[place] for place, choice in (repair or {}).items())
